// Sets the stage on a running demo: a person made for the attack, with an appointment for today, and the sign-ins and
// keys that the attackers have got hold of.
// SPDX-License-Identifier: Apache-2.0
import { randomBytes, randomInt } from "node:crypto";
import { softwareAuthenticator } from "../demo-journey/authenticator.js";
import { type Browser, openBrowser } from "../demo-journey/browser.js";
import { type Demo, type Story, signInStaff, steps } from "../demo-journey/steps.js";
import type { Actor, Victim } from "./target.js";

export interface Stage {
  readonly victim: Victim;
  readonly nobodysMobile: string;
  /** The victim's own sign-in. */
  readonly owner: Actor;
  /** Another citizen. */
  readonly stranger: Actor;
  readonly staff: readonly Actor[];
  readonly partner: Actor;
}

const mobileOf = () => `90000${String(randomInt(100_000)).padStart(5, "0")}`;
/** Letters only, as names are, and one that nobody has. */
const oddName = () => `Asha ${[...randomBytes(9)].map((byte) => String.fromCharCode(97 + (byte % 26))).join("")} Demo`;

export async function setStage(origin: string, demo: Demo & { partnerKeys: readonly string[] }): Promise<Stage> {
  const name = oddName().replace(
    /^Asha (.)(.*) Demo$/,
    (_all, a: string, rest: string) => `${a.toUpperCase()}${rest} Demo`,
  );
  const own = storyOf(origin, demo, mobileOf(), name);
  for (const step of steps.slice(0, 4)) await step.run(own);
  const other = storyOf(origin, demo, mobileOf(), "Bina Attack Demo");
  for (const step of steps.slice(0, 2)) await step.run(other);
  const person = await own.citizen.get(own.personPath);
  // A code was just sent to the victim, which limits show; so one is sent to the other number too. Its limits are the same.
  const nobodysMobile = mobileOf();
  const asking = openBrowser(origin);
  await asking.submit(await asking.get("/en/sign-in"), "/sign-in", { mobile: nobodysMobile });
  const staff: Actor[] = [];
  for (const { role, enrolmentUrl } of demo.staff) {
    // Passkeys are bound to the name that the link has.
    const named = new URL(enrolmentUrl).origin;
    const browser = openBrowser(named);
    await signInStaff(browser, enrolmentUrl, softwareAuthenticator(named));
    staff.push({ name: role, headers: { cookie: browser.cookies() } });
  }
  return {
    victim: {
      name,
      mobile: own.mobile,
      beneficiaryId: own.personPath.split("/").at(-1)!,
      referenceId: /\b(\d{13,14})\b/.exec(person.text.replaceAll(/(\d) (?=\d)/g, "$1"))?.[1] ?? "0",
      appointmentId: own.appointmentPath.split("/").at(-1)!,
      sessionId: own.sessionId,
    },
    nobodysMobile,
    owner: actorOf("the person", own.citizen),
    stranger: actorOf("another citizen", other.citizen),
    staff,
    partner: { name: "a partner's key", headers: { "x-api-key": demo.partnerKeys[0] ?? "" } },
  };
}

function storyOf(address: string, demo: Demo, mobile: string, name: string): Story {
  const browsers = { citizen: openBrowser(address), staff: openBrowser(address) };
  const later = { personPath: "", sessionId: "", appointmentPath: "", securityCode: "", certificate: "" };
  return { address, ...browsers, mobile, name, demo, ...later };
}

function actorOf(name: string, browser: Browser): Actor {
  return { name, headers: { cookie: browser.cookies() } };
}
