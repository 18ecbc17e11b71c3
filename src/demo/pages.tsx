// The demo's own pages: who can sign in, and the phone on which codes arrive. They exist in the demo profile only; in
// production nobody mounts them, and their addresses are not found.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance, FastifyRequest } from "fastify";
import { mobileFrom } from "../modules/accounts/index.js";
import type { Deps } from "../modules/disclosure/index.js";
import { randomToken } from "../platform/random.js";
import { type DemoMessage, readDemoOutbox } from "../platform/sms/index.js";
import { Banner, Card, Cards, Empty, Table } from "../web/components/index.js";
import { enrolmentUrl } from "../web/officer/one-time-link.js";
import { sendPage } from "../web/page.js";
import { type DemoStaff, demoFacilities, demoStaff } from "./country.js";
import { junePage } from "./june-2023/index.js";
import { demoAccounts, stories } from "./people.js";
import { diceOf } from "./random.js";
import { defaultSeed, sandboxKey } from "./seed.js";
import * as store from "./store.js";

export interface DemoOptions {
  readonly origin: string;
  /** Where the demo's messages are appended. */
  readonly outboxFile: string;
  readonly dataDir: string;
}

interface DemoSignIn {
  readonly role: string;
  readonly name: string;
  readonly place: string;
  /** Works once, and then another one is here. */
  readonly enrolmentUrl: string;
}

const linkHours = 72;

export function demoPages(app: FastifyInstance, deps: Deps, { origin, outboxFile, dataDir }: DemoOptions): void {
  const dice = diceOf(defaultSeed);
  const facilities = demoFacilities(dice);
  const [first] = facilities;
  const people = demoStaff(dice, facilities).filter((s) => isShown(s, first!));
  const links = enrolmentLinks(deps, origin);
  junePage(app, dataDir);

  app.get("/demo", async (request, reply) => {
    const staff: DemoSignIn[] = [];
    for (const person of people) {
      const enrolmentUrl = await links(person.staffId);
      if (enrolmentUrl)
        staff.push({ role: person.role, name: person.displayName, place: placeOf(person, first!.name), enrolmentUrl });
    }
    const citizens = demoAccounts.map(({ mobile, people: family }) => ({
      mobile,
      people: family.map(({ name, story }) => ({ name, story: stories[story] })),
    }));
    const outbox = `${origin}/demo/outbox`;
    const facility = { facilityId: first!.facilityId, name: first!.name, pincode: first!.pincode };
    if (wantsJson(request)) return reply.send({ citizens, staff, facility, outbox, partnerKeys: [sandboxKey] });
    return sendPage(request, reply, {
      title: "Demo",
      wide: true,
      children: <SignIns citizens={citizens} staff={staff} />,
    });
  });

  app.get<{ Querystring: { to?: unknown } }>("/demo/outbox", async (request, reply) => {
    const { to } = request.query;
    if (to === undefined && !wantsJson(request)) {
      const messages = await readDemoOutbox(outboxFile);
      return sendPage(request, reply, { title: "Demo phone", children: <Phone messages={messages} /> });
    }
    const mobile = to === undefined ? undefined : mobileFrom(typeof to === "string" ? to : "");
    if (to !== undefined && !mobile) return reply.send([]);
    return reply.send(await readDemoOutbox(outboxFile, mobile));
  });
}

function wantsJson(request: FastifyRequest): boolean {
  return /\bapplication\/json\b/.test(request.headers.accept ?? "");
}

/** One member of staff for each role: those of the first facility, and those above it. */
function isShown(person: DemoStaff, first: { facilityId: string; districtId: number; stateId: number }): boolean {
  if (person.facilityId) return person.facilityId === first.facilityId;
  if (person.districtId) return person.districtId === first.districtId;
  return person.stateId === null || person.stateId === first.stateId;
}

function placeOf(person: DemoStaff, facilityName: string): string {
  if (person.facilityId) return facilityName;
  if (person.districtId) return "Pune";
  return person.stateId ? "Maharashtra" : "Whole country";
}

/** A link for a member of staff. The same one until it is used or runs out, so that two visitors do not spoil each other's. */
function enrolmentLinks(deps: Deps, origin: string): (staffId: string) => Promise<string | undefined> {
  const tokens = new Map<string, string>();
  return async (staffId) => {
    const now = deps.clock();
    const known = tokens.get(staffId);
    if (known && (await store.isInvitationOpen(deps.db, known, now))) return enrolmentUrl(origin, "en", known);
    if (!(await store.isStaffThere(deps.db, staffId))) return undefined;
    const token = randomToken();
    await store.insertInvitation(deps.db, staffId, token, now, new Date(now.getTime() + linkHours * 3_600_000));
    tokens.set(staffId, token);
    return enrolmentUrl(origin, "en", token);
  };
}

interface SignInsProps {
  citizens: readonly { mobile: string; people: readonly { name: string; story: string }[] }[];
  staff: readonly DemoSignIn[];
}

function SignIns({ citizens, staff }: SignInsProps) {
  return (
    <>
      <h1>The demo country</h1>
      <p class="sk-lead">
        Everything here is made up: people, facilities, staff and figures. Only states and districts are real.
      </p>
      <Banner kind="info">
        <p>
          Codes that a phone would get arrive on the <a href="/demo/outbox">demo phone</a>. This page and that one do
          not exist in production.
        </p>
      </Banner>
      <p>
        <a href="/demo/june-2023">June 2023, replayed</a>: a leak, its inquiry, and the same thieves with the guards on.
      </p>
      <h2>People</h2>
      <p>
        <a href="/en/sign-in">Sign in</a> with one of these numbers, or with any other ten-digit number that begins with
        6, 7, 8 or 9.
      </p>
      <Table
        caption="Numbers of the demo's people"
        hiddenCaption
        columns={[{ text: "Mobile number" }, { text: "Registered under it" }]}
        rows={citizens.map(({ mobile, people }) => [
          <code>{mobile}</code>,
          <ul class="sk-plain">
            {people.map(({ name, story }) => (
              <li key={name}>
                <bdi>{name}</bdi>: {story}
              </li>
            ))}
          </ul>,
        ])}
      />
      <h2>Staff</h2>
      <p>
        Open a link to make a passkey on this device, then sign in with it. A link works once; reload this page for
        another.
      </p>
      <Table
        caption="Enrolment links of the demo's staff"
        hiddenCaption
        columns={[{ text: "Name" }, { text: "Place" }, { text: "Link" }]}
        rows={staff.map(({ name, place, enrolmentUrl }) => [
          name,
          place,
          <a href={enrolmentUrl}>
            Make a passkey<span class="sk-hidden"> for {name}</span>
          </a>,
        ])}
      />
      <h2>Programs of partners</h2>
      <p>
        A key for the header <code>X-Api-Key</code>, which works in the demo only: <code>{sandboxKey}</code>
      </p>
    </>
  );
}

function Phone({ messages }: { messages: readonly DemoMessage[] }) {
  return (
    <>
      <h1>The demo phone</h1>
      <p>Messages that would have gone out, newest first. Reload after asking for a code.</p>
      {messages.length === 0 ? (
        <Empty>No message yet.</Empty>
      ) : (
        <Cards>
          {messages.map(({ at, to, text }) => (
            <Card title={to} meta={<span class="sk-hint">{at.slice(0, 19).replace("T", " ")} UTC</span>}>
              <p>{text}</p>
            </Card>
          ))}
        </Cards>
      )}
    </>
  );
}
