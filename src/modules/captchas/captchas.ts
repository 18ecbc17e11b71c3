// Makes a captcha for a sign-in and checks what was read. The letters lie on the server as a keyed hash; a captcha holds
// three minutes and three tries, and is used up by the right answer. A sign-in has one: the next replaces it.
// SPDX-License-Identifier: Apache-2.0
import { randomInt, timingSafeEqual } from "node:crypto";
import { done, type Outcome, refused } from "../../platform/errors.js";
import { takeLimits } from "../../platform/limits/index.js";
import type { Deps } from "../disclosure/index.js";
import { drawLetters } from "./picture.js";
import * as store from "./store.js";

type CaptchaDeps = Pick<Deps, "db" | "clock" | "macs">;
/** Without those that look alike: 0 O o, 1 l I. */
const letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";
const count = 5;
const heldMs = 180_000;
const mostTries = 3;

const macOf = (deps: CaptchaDeps, signInId: string, typed: string) =>
  deps.macs.mac("captcha", signInId, typed.toLowerCase());

export async function makeCaptcha(
  deps: CaptchaDeps,
  signInId: string,
): Promise<Outcome<{ svg: string }, "TOO_MANY_REQUESTS">> {
  const limit = { name: "captchas-by-sign-in", who: signInId, windowSeconds: 600, most: 60 };
  const seconds = await takeLimits(deps, [limit]);
  if (seconds > 0) return refused("TOO_MANY_REQUESTS", { seconds });
  const text = Array.from({ length: count }, () => letters[randomInt(letters.length)]!).join("");
  const now = deps.clock();
  const expiresAt = new Date(now.getTime() + heldMs);
  await store.replace(deps.db, { signInId, textMac: macOf(deps, signInId, text), now, expiresAt });
  return done({ svg: drawLetters(text) });
}

/** Each look costs a try, counted before the comparison. Capitals do not matter. */
export async function checkCaptcha(
  deps: CaptchaDeps,
  signInId: string,
  typed: string,
): Promise<Outcome<undefined, "CAPTCHA_MISSING" | "CAPTCHA_WRONG">> {
  if (typed === "") return refused("CAPTCHA_MISSING");
  const textMac = await store.takeTry(deps.db, signInId, mostTries, deps.clock());
  const isRight = textMac !== undefined && timingSafeEqual(textMac, macOf(deps, signInId, typed));
  // Of two right answers at once, one finds the captcha gone.
  return isRight && (await store.useUp(deps.db, signInId, textMac)) ? done(undefined) : refused("CAPTCHA_WRONG");
}
