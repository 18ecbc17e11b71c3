// Guessing: codes, neighbouring ids, and whether an answer takes longer when a number is known.
// SPDX-License-Identifier: Apache-2.0
import { randomInt, randomUUID } from "node:crypto";
import { openBrowser } from "../demo-journey/browser.js";
import { type Attack, ask, nobody, type Target, tellsOf } from "./target.js";

/** P6: a code is asked for, and guessed until nothing is taken any more. */
export function codeGuessing(target: Target, most = 300): Attack {
  return {
    path: "P6",
    what: "guessing the code sent to a phone",
    async run() {
      let tries = 0;
      let obtained = 0;
      let refusals = 0;
      while (tries < most && refusals < 8) {
        const browser = openBrowser(target.origin);
        const form = await browser.get("/en/sign-in");
        const asked = await browser.submit(form, "/sign-in", { mobile: target.victim.mobile });
        if (!/name="code"/.test(asked.text)) {
          refusals++;
          tries++;
          continue;
        }
        for (let n = 0; n < 6; n++) {
          tries++;
          const code = String(randomInt(1_000_000)).padStart(6, "0");
          const page = await browser.post("/en/sign-in/code", { code });
          if (tellsOf(target.victim, page.body)) obtained++;
          if (page.status === 429) break;
        }
      }
      return { tries, obtained, stoppedAfter: refusals >= 8 ? "no further code is sent" : `${most} tries` };
    },
  };
}

/** P7: reference ids beside the victim's, and ids by chance, on the routes that take one. */
export function idWalk(target: Target, steps = 40): Attack {
  return {
    path: "P7",
    what: "walking ids",
    async run() {
      const own = BigInt(target.victim.referenceId);
      const byId = target.routes
        .filter(({ method, path }) => method === "GET" && /:[a-z]*id\b/i.test(path))
        .slice(0, 12);
      const paths = byId.flatMap(({ path }) =>
        Array.from({ length: steps }, (_, n) =>
          path.replace(":lang", "en").replace(/:[A-Za-z]+/g, n % 2 ? String(own + BigInt(n)) : randomUUID()),
        ),
      );
      let obtained = 0;
      for (const path of paths) {
        const { status, body } = await ask(target, nobody, { method: "GET", path });
        if (tellsOf(target.victim, body) || (status === 200 && /"name":/.test(body.toString("latin1")))) obtained++;
      }
      return { tries: paths.length, obtained, stoppedAfter: `${paths.length} ids` };
    },
  };
}

/**
 * P15: a two-sample test of the time that asking for a code takes, for a known and an unknown number, turn about.
 * Mann and Whitney's U with its normal approximation; told apart when p < 0.001.
 */
export function timing(target: Target, ask: (mobile: string) => Promise<void>, rounds = 60): Attack {
  return {
    path: "P15",
    what: "telling registered numbers by the time",
    async run() {
      const known: number[] = [];
      const unknown: number[] = [];
      for (let n = 0; n < rounds + 5; n++) {
        const turn = n % 2 ? [known, unknown] : [unknown, known];
        for (const list of turn) {
          const began = performance.now();
          await ask(list === known ? target.victim.mobile : target.nobodysMobile);
          // The first ones warm up.
          if (n >= 5) list.push(performance.now() - began);
        }
      }
      const p = differenceOf(known, unknown);
      return { tries: 2 * rounds, obtained: p < 0.001 ? 1 : 0, stoppedAfter: `p = ${p.toFixed(3)}` };
    },
  };
}

/** The two-sided p of the rank-sum test. */
export function differenceOf(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map((value) => ({ value, isA: true })), ...b.map((value) => ({ value, isA: false }))];
  all.sort((x, y) => x.value - y.value);
  const rankSum = all.reduce((sum, { isA }, at) => (isA ? sum + at + 1 : sum), 0);
  const u = rankSum - (a.length * (a.length + 1)) / 2;
  const mean = (a.length * b.length) / 2;
  const deviation = Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12);
  return erfc(Math.abs(u - mean) / deviation / Math.SQRT2);
}

/** Abramowitz and Stegun 7.1.26; its error is below 1.5e-7. */
function erfc(x: number): number {
  const t = 1 / (1 + 0.3275911 * x);
  const poly = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return poly * Math.exp(-x * x);
}
