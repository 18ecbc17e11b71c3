// What an attack has: the address, the routes that exist, a person made for it whose data are looked for in whatever
// comes back, and the actors that somebody might be.
// SPDX-License-Identifier: Apache-2.0
import type { Route } from "../../platform/http/server.js";

/** A made-up person whose name stands nowhere else. All of it is known to the attacks, as an insider might know it. */
export interface Victim {
  readonly name: string;
  readonly mobile: string;
  readonly beneficiaryId: string;
  readonly referenceId: string;
  readonly appointmentId: string;
  readonly sessionId: string;
}

export interface Target {
  /** Loopback. */
  readonly origin: string;
  readonly routes: readonly Route[];
  readonly victim: Victim;
  /** A number that nobody has registered. */
  readonly nobodysMobile: string;
}

/** Who asks: headers and cookies of a sign-in or key that the attacker has. */
export interface Actor {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
}
export const nobody: Actor = { name: "nobody", headers: {} };

export interface Result {
  /** The attack path of the threat list, P1 to P22, where it has one. */
  readonly path: string;
  readonly what: string;
  readonly tries: number;
  /** Records, or answers that tell a registered person from another. 0 is what we want. */
  readonly obtained: number;
  readonly stoppedAfter: string;
}

export interface Attack {
  readonly path: string;
  readonly what: string;
  run(): Promise<Omit<Result, "path" | "what">>;
}

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

export function isLoopback(address: string): boolean {
  return URL.canParse(address) && loopback.has(new URL(address).hostname);
}

/** What an answer tells of the victim: the name, in any of the ways that text is written. */
export function tellsOf(victim: Victim, answer: string | Buffer): boolean {
  const text = typeof answer === "string" ? answer : answer.toString("latin1");
  const [first] = victim.name.split(" ");
  return [victim.name, first!, encodeURIComponent(victim.name), Buffer.from(victim.name).toString("base64url")].some(
    (form) => text.includes(form),
  );
}

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

export async function ask(
  { origin }: Pick<Target, "origin">,
  actor: Actor,
  { method, path, body, type }: { method: string; path: string; body?: string; type?: string },
): Promise<Answer> {
  const response = await fetch(new URL(path, origin), {
    method,
    redirect: "manual",
    headers: { origin, "sec-fetch-site": "same-origin", ...(type ? { "content-type": type } : {}), ...actor.headers },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(20_000),
  });
  return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
}
