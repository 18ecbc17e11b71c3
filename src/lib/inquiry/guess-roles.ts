// What the columns of a sample seem to hold, to somebody without the registry: headers, and what values look like.
// SPDX-License-Identifier: Apache-2.0
import { type ColumnRole, columnRoles } from "./columns.js";
import { type Sample, worldFormat } from "./format.js";
import { Registry } from "./registry.js";

/** `said`: what is known of a column already. */
export function guessRoles(sample: Sample, said: Readonly<Record<string, string>> = {}): ColumnRole[] {
  const nobody = new Registry({
    format: worldFormat,
    asOf: "1970-01-01T00:00:00Z",
    population: 0,
    logComplete: true,
    fieldsHeld: {},
  });
  return columnRoles(sample, { receivedAt: "1970-01-01T00:00:00Z", how: "dump", columns: said }, nobody.close());
}
