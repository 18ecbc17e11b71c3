// One line of the internal review: a safeguard, how it is tried, and what came back. What could not be tried is said to
// be so, and never passes.
// SPDX-License-Identifier: Apache-2.0
import type { Context } from "../command.js";

/** An installation under review: an operator's context, and the superuser's way into its database. */
export interface Installation extends Pick<Context, "config" | "connectAs"> {
  readonly adminUrl: () => string;
}

export interface Finding {
  readonly outcome: "pass" | "fail" | "not checked";
  readonly found: string;
}
export interface Check {
  readonly id: string;
  /** Which promise of the product it belongs to, 1 to 10. */
  readonly promise: number;
  readonly what: string;
  /** DPDP Rules 2025, CERT-In Directions 2022, ISO/IEC 27001:2022 Annex A. */
  readonly maps: { readonly dpdp: string; readonly certIn: string; readonly iso: string };
  run(installation: Installation): Promise<Finding>;
}

export const passed = (found: string): Finding => ({ outcome: "pass", found });
export const failed = (found: string): Finding => ({ outcome: "fail", found });
export const notChecked = (found: string): Finding => ({ outcome: "not checked", found });
/** Passes when nothing is wrong. */
export function without(wrong: readonly string[], found: string): Finding {
  return wrong.length === 0 ? passed(found) : failed(wrong.slice(0, 5).join("; "));
}

/** A check that throws has found something out, too. */
export async function tried(check: Check, installation: Installation): Promise<Finding> {
  try {
    return await check.run(installation);
  } catch (error) {
    return failed(`it could not be tried: ${(error as Error).message}`);
  }
}
