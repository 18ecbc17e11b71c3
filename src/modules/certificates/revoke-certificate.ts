// Revokes the certificate of a dose that was voided. Running it twice, or before anything was issued, changes nothing.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome } from "../../platform/errors.js";
import type { Deps } from "../disclosure/index.js";
import { revoke } from "./store.js";

export async function revokeCertificate(
  deps: Deps,
  input: { readonly beneficiaryId: string; readonly vaccinationId: string },
): Promise<Outcome<{ revoked: boolean }, never>> {
  return done({ revoked: await revoke(deps.db, input.beneficiaryId, input.vaccinationId, deps.clock()) });
}
