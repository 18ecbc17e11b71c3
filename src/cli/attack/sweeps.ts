// The bot of June 2023, and its kin: every route that the router has is asked with what the attacker knows, in each
// place where a request can carry it. A new route is attacked without anyone remembering to.
// SPDX-License-Identifier: Apache-2.0
import type { Route } from "../../platform/http/server.js";
import { type Actor, type Answer, type Attack, ask, type Target, tellsOf } from "./target.js";

/** Names under which routes and programs carry a number or an id. */
const fieldNames = [
  "mobile",
  "mobile_number",
  "phone",
  "beneficiary_reference_id",
  "reference_id",
  "beneficiary",
  "id",
];
/** The demo's own pages show codes on purpose; production has none of them. Signing out would end the attack. */
const leftAlone = (route: Route): boolean => /^\/demo(\/|$)|sign-out|\*/.test(route.path);

function filled(path: string, known: Readonly<Record<string, string>>, otherwise: string): string {
  return path.replace(/:([A-Za-z]+)(\([^)]*\))?/g, (_whole, name: string) =>
    encodeURIComponent(name === "lang" ? "en" : (known[name] ?? otherwise)),
  );
}

/** The same question put in each way: path, query, JSON, form. */
function requestsFor(route: Route, known: Readonly<Record<string, string>>, value: string) {
  const path = filled(route.path, known, value);
  const fields = Object.fromEntries(fieldNames.map((name) => [name, value]));
  const all = { ...fields, ...known };
  const query = new URLSearchParams(all).toString();
  if (route.method === "GET")
    return [
      { method: "GET", path },
      { method: "GET", path: `${path}?${query}` },
    ];
  const send = (body: string, type: string) => ({ method: route.method, path, body, type });
  return [send(JSON.stringify(all), "application/json"), send(query, "application/x-www-form-urlencoded")];
}

async function sweep(
  target: Target,
  actor: Actor,
  known: Readonly<Record<string, string>>,
  value: string,
): Promise<{ tries: number; told: string[] }> {
  const told: string[] = [];
  let tries = 0;
  for (const route of target.routes.filter((each) => !leftAlone(each))) {
    for (const request of requestsFor(route, known, value)) {
      tries++;
      const { body } = await ask(target, actor, request);
      if (tellsOf(target.victim, body)) told.push(`${route.method} ${route.path}`);
    }
  }
  return { tries, told: [...new Set(told)] };
}

function ended({ tries, told }: { tries: number; told: string[] }, routes: number) {
  const where = told.length > 0 ? `told by ${told.slice(0, 3).join(", ")}` : `${routes} routes`;
  return { tries, obtained: told.length, stoppedAfter: where };
}

/** P1: a phone number alone, on every route. */
export function phoneBot(target: Target): Attack {
  return {
    path: "P1",
    what: "a bot that knows a phone number",
    async run() {
      return ended(await sweep(target, { name: "bot", headers: {} }, {}, target.victim.mobile), target.routes.length);
    },
  };
}

/** P2, P5, P7, P10: every id of a person is known, and the actor has no business with them. */
export function knowingIds(target: Target, path: string, what: string, actor: Actor): Attack {
  const { beneficiaryId, referenceId, appointmentId, sessionId } = target.victim;
  const named = (names: string, value: string) => names.split(" ").map((name) => [name, value] as const);
  const known = Object.fromEntries([
    ...named("beneficiaryId personId person patient", beneficiaryId),
    ...named("appointmentId appointment_id", appointmentId),
    ...named("sessionId session_id", sessionId),
    ...named("referenceId beneficiaryReferenceId beneficiary_reference_id", referenceId),
  ]);
  return {
    path,
    what,
    async run() {
      const byId = await sweep(target, actor, known, beneficiaryId);
      const byReference = await sweep(target, actor, known, referenceId);
      const both = { tries: byId.tries + byReference.tries, told: [...new Set([...byId.told, ...byReference.told])] };
      return ended(both, target.routes.length);
    },
  };
}

/** P15: whether a number is registered must show in no answer. What differs each time anyway is taken out. */
export function existenceByAnswer(target: Target): Attack {
  return {
    path: "P15",
    what: "telling registered numbers by the answer",
    async run() {
      const told: string[] = [];
      let tries = 0;
      for (const route of target.routes.filter((each) => !leftAlone(each))) {
        const answerTo = async (mobile: string) => {
          const [, request] = requestsFor(route, {}, mobile);
          tries++;
          return withoutChance(await ask(target, { name: "bot", headers: {} }, request!), mobile);
        };
        const [nobody, victim] = [await answerTo(target.nobodysMobile), await answerTo(target.victim.mobile)];
        // A number's own limit (codes an hour, the wait between two) is the same for all; the attacks before this one used up the victim's.
        if (nobody === victim || [nobody, victim].includes("429")) continue;
        // What differs once more, asked the other way round, hangs on the number, and not on a limit that was just reached.
        const again = { victim: await answerTo(target.victim.mobile), nobody: await answerTo(target.nobodysMobile) };
        if (again.nobody !== again.victim) told.push(`${route.method} ${route.path}`);
      }
      return ended({ tries, told }, target.routes.length);
    },
  };
}

function withoutChance({ status, body }: Answer, mobile: string): string {
  const text = body
    .toString("latin1")
    .replaceAll(mobile, "MOBILE")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "UUID")
    .replaceAll(/[A-Za-z0-9_-]{20,}/g, "TOKEN")
    .replaceAll(/\d+/g, "0");
  return status === 429 ? "429" : `${status} ${text}`;
}
