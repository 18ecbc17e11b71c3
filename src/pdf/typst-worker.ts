// Sets a paper in type: runs in a thread of its own, so that a text that never ends can be ended from outside.
// Gets the template's name and the data; knows no person, keeps nothing.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parentPort } from "node:worker_threads";
import { NodeCompiler } from "@myriaddreamin/typst-ts-node-compiler";
import { projectRoot } from "../platform/root.js";

export interface Order {
  readonly id: number;
  readonly template: "certificate" | "slip" | "report" | "review";
  readonly data: string;
  readonly createdAt: number;
}
export type Delivery =
  | { readonly id: number; readonly pdf: Uint8Array }
  | { readonly id: number; readonly error: string };

const templates = join(projectRoot, "src/pdf/templates");
const compiler = NodeCompiler.create({
  workspace: templates,
  fontArgs: [{ fontPaths: [join(projectRoot, "data/fonts")] }],
});

parentPort?.on("message", (order: Order) => {
  parentPort?.postMessage(deliver(order));
});

function deliver({ id, template, data, createdAt }: Order): Delivery {
  try {
    const mainFileContent = readFileSync(join(templates, `${template}.typ`), "utf8");
    const result = compiler.compile({ mainFileContent, inputs: { data } });
    const document = result.result;
    if (!document) {
      const failure = result.takeError() ?? result.takeDiagnostics();
      return {
        id,
        error: failure
          ? compiler
              .fetchDiagnostics(failure)
              .map((one) => String(one.message))
              .join("; ")
          : "unknown",
      };
    }
    return { id, pdf: compiler.pdf(document, { pdfStandard: "ua-1", creationTimestamp: createdAt }) };
  } catch (error) {
    return { id, error: (error as Error).message };
  } finally {
    // What was set stays in typst's cache until it is evicted, a person's name included.
    compiler.evictCache(0);
  }
}
