// The steps of the demo journey, as people would live them: register, book, check in, vaccinate, certificate, verify
// offline, who saw the record with proofs against the published log. Each uses the pages themselves.
// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from "node:timers/promises";
import { readTrustList, type Verdict, verifyCertificate } from "../../lib/certificate/index.js";
import { nodePrimitives } from "../../lib/certificate/node-primitives.js";
import { ed25519Verifier, parseEntryProofs, parseVkey, verifyEntryProof } from "../../lib/tlog/index.js";
import { dateInIndia } from "../../platform/clock.js";
import { type Authenticator, softwareAuthenticator } from "./authenticator.js";
import { type Browser, formsOf, type Page } from "./browser.js";

export interface Demo {
  readonly staff: readonly { role: string; name: string; place: string; enrolmentUrl: string }[];
  readonly facility: { readonly facilityId: string; readonly name: string; readonly pincode: number };
}

/** What the steps hand on to one another. */
export interface Story {
  readonly address: string;
  readonly citizen: Browser;
  readonly staff: Browser;
  readonly mobile: string;
  /** Of the person that is registered. */
  readonly name: string;
  readonly demo: Demo;
  personPath: string;
  sessionId: string;
  appointmentPath: string;
  securityCode: string;
  certificate: string;
}

export interface Step {
  readonly what: string;
  /** Gives what was found, for the line that is printed. */
  run(story: Story): Promise<string>;
}

export class StoryBroken extends Error {}

function expect(isSo: unknown, what: string): asserts isSo {
  if (!isSo) throw new StoryBroken(what);
}

function found(page: Page, pattern: RegExp, what: string): string {
  const match = pattern.exec(page.text);
  expect(match, `${page.url.pathname} (${page.status}) shows no ${what}`);
  return match[1] ?? match[0];
}

function expectPage(page: Page, path: RegExp): Page {
  const title = /<title>([^<]*)/.exec(page.text)?.[1] ?? "";
  expect(page.status === 200 && path.test(page.url.pathname), `${page.url.pathname} answered ${page.status}: ${title}`);
  return page;
}

/** Waits for a message to the citizen's phone that says what is looked for. */
async function messageWith({ citizen, mobile }: Story, pattern: RegExp, what: string): Promise<string> {
  for (let tries = 0; tries < 50; tries++) {
    const page = await citizen.get(`/demo/outbox?to=${mobile}`, { accept: "application/json" });
    const messages = JSON.parse(page.text) as { text: string }[];
    const match = messages.map(({ text }) => pattern.exec(text)).find((each) => each !== null);
    if (match) return match[1] ?? match[0];
    await sleep(100);
  }
  throw new StoryBroken(`no message with ${what} arrived within five seconds`);
}

export async function signInStaff(browser: Browser, link: string, passkey: Authenticator): Promise<Page> {
  const path = new URL(link).pathname;
  expectPage(await browser.get(path), /\/enrol\//);
  const creation = JSON.parse((await browser.postJson(`${path}/options`, {})).text);
  await browser.post(path, answerFields(creation, passkey.create(creation.options)));
  const request = JSON.parse((await browser.postJson("/en/staff/sign-in/options", {})).text);
  return browser.post("/en/staff/sign-in", answerFields(request, passkey.get(request.options)));
}

function answerFields(started: { challengeId: string }, response: object): Record<string, string> {
  return { challengeId: started.challengeId, response: JSON.stringify(response) };
}

export const steps: readonly Step[] = [
  {
    what: "signs in with a code sent to the phone",
    async run(story) {
      const { citizen, mobile } = story;
      const asked = await citizen.submit(await citizen.get("/en/sign-in"), "/sign-in", { mobile });
      const code = await messageWith(story, /CoWIN is (\d{6})\./, "a code");
      expectPage(await citizen.submit(asked, "/sign-in/code", { code }), /^\/en\/people$/);
      return mobile;
    },
  },
  {
    what: "registers a person",
    async run(story) {
      const { citizen } = story;
      const form = await citizen.get("/en/people/new");
      const person = {
        name: story.name,
        birthYear: "1980",
        gender: "Female",
        photoIdType: "12",
        photoIdLast4: "0042",
        consent: "yes",
      };
      const people = expectPage(await citizen.submit(form, "/people/new", person), /^\/en\/people$/);
      story.personPath = found(people, /\/en\/people\/[0-9a-f-]{36}(?=")/, "person");
      return story.name;
    },
  },
  {
    what: "finds a session today by PIN code",
    async run(story) {
      const { pincode } = story.demo.facility;
      const today = dateInIndia(new Date());
      const results = await story.citizen.get(`/en/find?pincode=${pincode}&from=${today}&product=COVISHIELD`);
      story.sessionId = found(results, /\/en\/book\/([0-9a-f-]{36})/, "session");
      return `PIN code ${pincode}`;
    },
  },
  {
    what: "books a place",
    async run(story) {
      const { citizen } = story;
      const page = expectPage(await citizen.get(`/en/book/${story.sessionId}`), /\/book\//);
      const slot = found(page, /name="slot"[^>]*value="(\d+)"/, "slot");
      const person = story.personPath.split("/").at(-1)!;
      const booked = await citizen.submit(page, "/book/", { slot, people: person });
      story.appointmentPath = expectPage(booked, /\/appointments\//)
        .url.pathname.split("/")
        .slice(0, 4)
        .join("/");
      return `appointment ${story.appointmentPath.split("/").at(-1)}`;
    },
  },
  {
    what: "gets the slip with the security code",
    async run(story) {
      const page = expectPage(await story.citizen.get(story.appointmentPath), /\/appointments\//);
      story.securityCode = found(page, /class="sk-code"[^>]*>\s*(\d{4})/, "security code");
      const pdf = await story.citizen.get(`${story.appointmentPath}/slip.pdf`);
      expect(pdf.body.subarray(0, 5).toString() === "%PDF-", "the slip is no PDF");
      await messageWith(story, new RegExp(`code is ${story.securityCode}`), "the security code");
      return `PDF of ${pdf.body.length} bytes, and the code by message`;
    },
  },
  {
    what: "a vaccinator signs in with a passkey",
    async run(story) {
      const vaccinator = story.demo.staff.find((each) => each.role === "vaccinator");
      expect(vaccinator, "the demo lists no vaccinator");
      const origin = new URL(vaccinator.enrolmentUrl).origin;
      expectPage(
        await signInStaff(story.staff, vaccinator.enrolmentUrl, softwareAuthenticator(origin)),
        /^\/en\/staff$/,
      );
      return `${vaccinator.name}, ${vaccinator.place}`;
    },
  },
  {
    what: "today's list names nobody",
    async run(story) {
      const list = expectPage(await story.staff.get(`/en/staff/sessions/${story.sessionId}`), /\/sessions\//);
      expect(!list.text.includes(story.name), "the list names a person before check-in");
      expect(list.text.includes(story.appointmentPath.split("/").at(-1)!), "the appointment is not on the list");
      return "masked";
    },
  },
  {
    what: "checks the person in by the security code",
    async run(story) {
      const ids = `${story.appointmentPath.split("/").at(-1)}/${story.personPath.split("/").at(-1)}`;
      const row = await story.staff.get(`/en/staff/sessions/${story.sessionId}/people/${ids}`);
      const opened = await story.staff.submit(row, "/check-in", { code: story.securityCode });
      expectPage(opened, /\/identity$/);
      expect(opened.text.includes(story.name), "the record did not open");
      return "the record opens, and that is written down";
    },
  },
  {
    what: "compares the photo id and records the dose",
    async run(story) {
      const { staff } = story;
      const path = `/en/staff/sessions/${story.sessionId}/people/${story.appointmentPath.split("/").at(-1)}/${story.personPath.split("/").at(-1)}`;
      const dose = await staff.submit(await staff.get(`${path}/identity`), "/identity", { answer: "yes" });
      const form = formsOf(dose).find((each) => each.action.endsWith("/dose"));
      expect(form, `${dose.url.pathname} (${dose.status}) offers no dose`);
      const batch = form.fields.get("batchId") || found(dose, /name="batchId"[^>]*value="([0-9a-f-]{36})"/, "batch");
      const after = await staff.submit(dose, "/dose", { batchId: batch });
      expect(
        after.status === 200 && !after.url.pathname.endsWith("/dose"),
        `${after.url.pathname} answered ${after.status}`,
      );
      return "dose 1";
    },
  },
  {
    what: "the certificate is issued",
    async run(story) {
      const path = `${story.personPath}/certificate`;
      for (let tries = 0; tries < 100; tries++) {
        const text = await story.citizen.get(`${path}/hcert.txt`);
        if (text.status === 200 && text.text.startsWith("HC1:")) {
          story.certificate = text.text.trim();
          break;
        }
        await sleep(100);
      }
      expect(story.certificate, "no certificate within ten seconds");
      const pdf = await story.citizen.get(`${path}.pdf`);
      expect(pdf.body.subarray(0, 5).toString() === "%PDF-", "the certificate is no PDF");
      return `PDF of ${pdf.body.length} bytes`;
    },
  },
  {
    what: "the certificate verifies offline",
    async run(story) {
      const trust = readTrustList(JSON.parse((await story.citizen.get("/trust-list.json")).text));
      expect(trust, "the trust list is unreadable");
      const verify = (text: string): Promise<Verdict> =>
        verifyCertificate(text, { trust, at: new Date(), primitives: nodePrimitives() });
      const verdict = await verify(story.certificate);
      expect(verdict.outcome === "valid", `the certificate is ${verdict.outcome}`);
      // In the middle: a changed last character may turn padding only.
      const middle = Math.floor(story.certificate.length / 2);
      const other = story.certificate[middle] === "A" ? "B" : "A";
      const changed = `${story.certificate.slice(0, middle)}${other}${story.certificate.slice(middle + 1)}`;
      expect((await verify(changed)).outcome !== "valid", "a changed certificate passes");
      return `${verdict.format}, and a changed copy is refused`;
    },
  },
  {
    what: "sees who saw the record",
    async run(story) {
      const person = story.personPath.split("/").at(-1)!;
      const page = expectPage(await story.citizen.get(`/en/record/${person}/seen`), /\/seen$/);
      expect(page.text.includes("Vaccinator"), "the vaccinator's look is not on the list");
      return "the vaccinator's look is on the list";
    },
  },
  {
    what: "proves each line against the published log",
    async run(story) {
      const page = await story.citizen.get(`/en/record/${story.personPath.split("/").at(-1)}/seen`);
      const file = await story.citizen.get(found(page, /\/en\/record\/[^"]*\/proofs\?before=\d+/, "file of proofs"));
      expect(file.status === 200, `the proofs answered ${file.status}`);
      const vkey = (await story.citizen.get("/log/key")).text.trim();
      const trust = { origin: parseVkey(vkey).name, verifiers: [ed25519Verifier(vkey)] };
      const proofs = parseEntryProofs(file.text);
      // Throws when a line is not in the log, word for word.
      for (const proof of proofs) verifyEntryProof(proof, trust);
      const counters = proofs.map(({ entry }) => (JSON.parse(entry) as { n: number }).n).sort((a, b) => a - b);
      expect(
        counters.every((counter, at) => counter === at),
        "the list has a gap",
      );
      return `${proofs.length} lines, no gap, all in the log`;
    },
  },
];
