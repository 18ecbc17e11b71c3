// The newest certificate of a person in one of its forms, for showing on a screen or handing to another app.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import type { Actor, Deps, GateError } from "../disclosure/index.js";
import type { CertificateCode } from "./errors.js";
import { listValid } from "./store.js";

/** All forms of it by their names; "hcert" is the text of the QR code on paper. */
export async function certificateForms(
  deps: Deps,
  actor: Actor,
  beneficiaryId: string,
): Promise<Outcome<Readonly<Record<string, string>>, GateError | CertificateCode>> {
  const opened = await deps.gate.disclose({
    actor,
    purpose: "own-view",
    explanation: { kind: "own-sign-in" },
    subjects: [beneficiaryId],
    fields: ["certificates"],
  });
  if (!opened.ok) return opened;
  const [newest] = await listValid(deps.db, beneficiaryId);
  const held = opened.value.get(beneficiaryId)?.certificates ?? [];
  const certificate = held.find((each) => each.certificateId === newest?.certificateId);
  return certificate ? done({ ...certificate.forms, hcert: certificate.hcert }) : refused("CERTIFICATE_NOT_ISSUED");
}
