// Whether time tells a registered number from another at signing in: both kinds in turn, in random order, at each step
// before the code is right; medians, and the two-sample rank test of Mann and Whitney. Beyond ±3 the two differ.
// SPDX-License-Identifier: Apache-2.0
import { randomInt } from "node:crypto";
import { cowinApi } from "../src/api/index.js";
import { createServer } from "../src/platform/http/server.js";
import { demoMobile, registered, signedInCitizen } from "../tests/support/citizens.js";
import { testWorld } from "../tests/support/world.js";
import { median } from "./harness.js";

const numbersOfAKind = 150;
const steps = ["generateOTP", "confirmOTP, wrong code", "status generateOTP"] as const;
type Times = Record<(typeof steps)[number], number[]>;

export async function oracleProbe(isQuick: boolean): Promise<void> {
  const world = await testWorld();
  const origin = "http://127.0.0.1";
  // Each asks from an address of its own, so that no limit decides.
  const trustedProxies = ["127.0.0.1"];
  const app = await createServer({
    origin,
    trustedProxies,
    onError: (code, _request, reply) => reply.status(500).send(code),
  });
  try {
    let now = Date.now();
    world.setNow(new Date(now));
    await cowinApi(app, world.deps, { origin, trustedProxies });
    const address = await app.listen({ host: "127.0.0.1", port: 0 });
    const post = async (path: string, body: object) => {
      const headers = {
        "content-type": "application/json",
        "x-forwarded-for": `198.18.${randomInt(256)}.${randomInt(256)}`,
      };
      const begun = performance.now();
      const response = await fetch(new URL(path, address), { method: "POST", headers, body: JSON.stringify(body) });
      const text = await response.text();
      return { ms: performance.now() - begun, json: JSON.parse(text) as { txnId?: string } };
    };
    const count = isQuick ? numbersOfAKind / 5 : numbersOfAKind;
    const numbers = { known: [] as string[], unknown: Array.from({ length: count }, demoMobile) };
    for (let n = 0; n < count; n++) {
      const mobile = demoMobile();
      await registered(world, await signedInCitizen(world, mobile));
      numbers.known.push(mobile);
    }
    world.setNow(new Date((now += 7_200_000)));
    const times = { known: emptyTimes(), unknown: emptyTimes() };
    const order = (["known", "unknown"] as const).flatMap((kind) => numbers[kind].map((mobile) => ({ kind, mobile })));
    // A few unmeasured ones first: the first requests of a process are slow.
    for (let n = 0; n < 20; n++) await post("/api/v2/auth/public/generateOTP", { mobile: demoMobile() });
    for (const { kind, mobile } of shuffled(order)) {
      const asked = await post("/api/v2/auth/public/generateOTP", { mobile });
      times[kind]["generateOTP"].push(asked.ms);
      const wrong = { otp: "0".repeat(64), txnId: asked.json.txnId };
      times[kind]["confirmOTP, wrong code"].push((await post("/api/v2/auth/public/confirmOTP", wrong)).ms);
    }
    world.setNow(new Date((now += 7_200_000)));
    for (const { kind, mobile } of shuffled(order)) {
      const wish = { mobile_number: mobile, full_name: "Asha Demo" };
      times[kind]["status generateOTP"].push((await post("/api/v3/vaccination/generateOTP", wish)).ms);
    }
    process.stdout.write(`${"step".padEnd(26)} registered  not registered  rank test z\n`);
    for (const step of steps) {
      const [known, unknown] = [times.known[step], times.unknown[step]];
      const z = rankTest(known, unknown);
      const cells = [`${median(known).toFixed(2)} ms`.padStart(10), `${median(unknown).toFixed(2)} ms`.padStart(15)];
      const verdict = Math.abs(z) > 3 ? "  they differ" : "";
      process.stdout.write(`${step.padEnd(26)} ${cells.join(" ")} ${z.toFixed(2).padStart(12)}${verdict}\n`);
    }
  } finally {
    await app.close();
    await world.close();
  }
}

const emptyTimes = (): Times => Object.fromEntries(steps.map((step) => [step, []])) as unknown as Times;

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((one) => ({ one, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

/** Mann–Whitney U as a standard score: near 0 when neither sample tends to be larger. */
function rankTest(a: readonly number[], b: readonly number[]): number {
  const ranked = [...a.map((value) => ({ value, isA: true })), ...b.map((value) => ({ value, isA: false }))].sort(
    (one, other) => one.value - other.value,
  );
  const ranksOfA = ranked.reduce((sum, { isA }, at) => sum + (isA ? at + 1 : 0), 0);
  const u = ranksOfA - (a.length * (a.length + 1)) / 2;
  const spread = Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12);
  return (u - (a.length * b.length) / 2) / spread;
}
