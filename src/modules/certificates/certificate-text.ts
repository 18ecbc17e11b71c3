// The newest certificate of a person as the text of its QR code, for showing on a screen or handing to another app.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import type { Actor, Deps, GateError } from "../disclosure/index.js";
import type { CertificateCode } from "./errors.js";
import { listValid } from "./store.js";

export async function certificateText(
  deps: Deps,
  actor: Actor,
  beneficiaryId: string,
): Promise<Outcome<string, GateError | CertificateCode>> {
  const opened = await deps.gate.disclose({
    actor,
    purpose: "own-view",
    explanation: { kind: "own-sign-in" },
    subjects: [beneficiaryId],
    fields: ["certificates"],
  });
  if (!opened.ok) return opened;
  const [newest] = await listValid(deps.db, beneficiaryId);
  const texts = opened.value.get(beneficiaryId)?.certificates ?? [];
  const text = texts.find((each) => each.certificateId === newest?.certificateId);
  return text ? done(text.hcert) : refused("CERTIFICATE_NOT_ISSUED");
}
