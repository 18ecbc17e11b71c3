// One line of the internal review: a safeguard, how it is tried, and what came back. What could not be tried is said to
// be so, and never passes.
// SPDX-License-Identifier: Apache-2.0
import type { ReviewResult } from "../../modules/reviews/index.js";
import type { Route } from "../../platform/http/server.js";
import type { Context } from "../command.js";

/** An installation under review: an operator's context, and the superuser's way into its database. */
export interface Installation extends Pick<Context, "config" | "connectAs"> {
  readonly adminUrl: () => string;
  /** Every route that the router has. */
  readonly routes: () => Promise<readonly Route[]>;
  /** A database of its own as the migrations make it, to compare with. */
  readonly freshDatabase: () => Promise<{ readonly url: string; drop(): Promise<void> }>;
  readonly given: Given;
}

/** What the operator hands in, for what this machine cannot know by itself. */
export interface Given {
  /** A time server: "host" or "host:port". */
  readonly timeServer?: string | undefined;
  /** A file that "npm audit --json" wrote where there is a network. */
  readonly advisories?: string | undefined;
  /** Values that stand in the records of people who agreed to it; searched for in everything that is not sealed. */
  readonly markers?: readonly string[] | undefined;
}

export type Finding = Pick<ReviewResult, "outcome" | "found" | "isOfDemo">;
export interface Check extends Pick<ReviewResult, "id" | "promise" | "what" | "maps"> {
  run(installation: Installation): Promise<Finding>;
}

export const passed = (found: string): Finding => ({ outcome: "pass", found });
export const failed = (found: string): Finding => ({ outcome: "fail", found });
export const notChecked = (found: string): Finding => ({ outcome: "not checked", found });
/** Each demo fails here; production refuses to start like that. */
export const failedAsDemo = (found: string, { config }: Pick<Installation, "config">): Finding =>
  config.profile === "demo" ? { outcome: "fail", found, isOfDemo: true } : failed(found);
/** Passes when nothing is wrong. */
export function without(wrong: readonly string[], found: string): Finding {
  const more = wrong.length > 5 ? `; and ${wrong.length - 5} more` : "";
  return wrong.length === 0 ? passed(found) : failed(wrong.slice(0, 5).join("; ") + more);
}

/** A check that throws has found something out, too. */
export async function tried(check: Check, installation: Installation): Promise<Finding> {
  try {
    return await check.run(installation);
  } catch (error) {
    return failed(`it could not be tried: ${(error as Error).message}`);
  }
}
