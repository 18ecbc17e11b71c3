// In the demo's own steps a refusal is a bug: it is told by its code.
// SPDX-License-Identifier: Apache-2.0
import type { Outcome } from "../platform/errors.js";

export function must<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  const fields = outcome.problems?.map((p) => `${p.field} ${p.code}`).join(", ");
  throw new Error(`the demo was refused: ${outcome.code}${fields ? ` (${fields})` : ""}`);
}
