// A handed-in file, for this one form only.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance } from "fastify";
import { mostBytes } from "../../modules/inquiries/index.js";
import { takesUploads } from "../uploads.js";

/** The sample, and room for the other fields. */
const mostBodyBytes = mostBytes + 2 ** 20;

export interface Intake {
  text(name: string): string;
  readonly file: Buffer;
  readonly fileName: string;
}

export function takesFiles(app: FastifyInstance): void {
  takesUploads(app, mostBodyBytes, readIntake);
}

async function readIntake(form: FormData): Promise<Intake> {
  const text = (name: string): string => {
    const value = form.get(name);
    return typeof value === "string" ? value.normalize("NFC").trim() : "";
  };
  const given = form.get("file");
  const uploaded = given && typeof given !== "string" && given.size > 0 ? given : undefined;
  const pasted = text("pasted");
  const pastedName = /^[[{]/.test(pasted) ? "pasted.json" : "pasted.csv";
  return {
    text,
    file: uploaded ? Buffer.from(await uploaded.arrayBuffer()) : Buffer.from(pasted, "utf8"),
    fileName: uploaded ? uploaded.name : pastedName,
  };
}
