// Days of a Sakshi's life in minutes: a whole installation whose clock is set, people over HTTP, staff by the commands. After
// each day the books are held against what was acknowledged. Used by the short test of the suite and by
// "bin/acceptance soak", which lives through as many days as it is told.
// SPDX-License-Identifier: Apache-2.0
import { createHash, randomInt } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkIn, securityCode } from "../../src/modules/appointments/index.js";
import { askErasure } from "../../src/modules/erasures/index.js";
import { recordVaccination } from "../../src/modules/vaccinations/index.js";
import { addDays, dateInIndia } from "../../src/platform/clock.js";
import { connect, type Db } from "../../src/platform/db/db.js";
import { uuidv7 } from "../../src/platform/random.js";
import { publishedSession, setCode } from "../support/citizens.js";
import { batchAt } from "../support/dose-day.js";
import { facility, signedInStaff } from "../support/vault-people.js";
import type { World } from "../support/world.js";
import { freePort, until } from "./installation.js";
import { type Installation, openInstallation, verifiedLog } from "./kill-rounds.js";

/** What was acknowledged, over all days. */
export interface Tally {
  registered: number;
  booked: number;
  refused: number;
  cancelled: number;
  doses: number;
  looks: number;
  certificates: number;
  erasuresAsked: number;
}

interface Citizen {
  readonly mobile: string;
  readonly token: string;
  readonly signInId: string;
  readonly referenceId: string;
  readonly beneficiaryId: string;
}
interface Booking {
  readonly citizen: Citizen;
  readonly sessionId: string;
  readonly appointmentId: string;
}

export class Soak {
  readonly tally: Tally = {
    registered: 0,
    booked: 0,
    refused: 0,
    cancelled: 0,
    doses: 0,
    looks: 0,
    certificates: 0,
    erasuresAsked: 0,
  };
  readonly installation: Installation;
  readonly #world: World;
  readonly #adminPort: number;
  readonly #queue: Db;
  readonly #setClock: (now: Date) => void;
  #now = new Date();
  #facilityId = "";
  #batchId = "";
  /** Who comes today: booked yesterday. */
  #coming: Booking[] = [];

  private constructor(installation: Installation, adminPort: number, setClock: (now: Date) => void) {
    this.installation = installation;
    this.#adminPort = adminPort;
    this.#setClock = setClock;
    const deps = { ...installation.house.deps, clock: () => this.#now };
    this.#world = { ...installation.world, deps };
    this.#queue = connect(installation.urlOf("sakshi_worker"), { max: 1 });
  }

  static async open(folder: string): Promise<Soak> {
    const clockFile = join(folder, "now");
    const setClock = (now: Date): void => {
      writeFileSync(`${clockFile}.new`, String(now.getTime()), { mode: 0o644 });
      renameSync(`${clockFile}.new`, clockFile);
    };
    setClock(new Date());
    const adminPort = await freePort();
    const installation = await openInstallation({
      SAKSHI_TEST_CLOCK_FILE: clockFile,
      SAKSHI_ADMIN_PORT: String(adminPort),
      SAKSHI_TRUSTED_PROXIES: "127.0.0.1",
      SAKSHI_WEB_PROCESSES: "2",
    });
    const soak = new Soak(installation, adminPort, setClock);
    soak.#facilityId = await facility(soak.#world);
    soak.#batchId = await batchAt(soak.#world, soak.#facilityId, {
      doses: 1_000_000,
      expiresOn: addDays(dateInIndia(new Date()), 1_000),
    });
    return soak;
  }

  async close(): Promise<void> {
    await this.#queue.close();
    await this.installation.close();
  }

  /** One day: the morning's people register and book for tomorrow, those of yesterday get their dose, some change their minds. */
  async liveDay(day: number, people: number): Promise<void> {
    this.#at(day, "08:00");
    const places = Math.max(1, Math.floor(people * 0.9));
    const session = { facilityId: this.#facilityId, places: { dose1: places }, slots: 1, inDays: 1 };
    const { sessionId } = await publishedSession(this.#world, session);
    const booked = (await inTurns(range(people), () => this.#arrive(sessionId))).filter((one) => one !== undefined);
    const leaving = booked.filter((_, n) => n % 10 === 9);
    await inTurns(leaving, (one) => this.#cancel(one));

    this.#at(day, "10:00");
    const coming = this.#coming.filter((_, n) => n % 12 !== 11);
    const vaccinated = await this.#vaccinate(coming);
    this.#coming = booked.filter((one) => !leaving.includes(one));
    await this.#untilIdle();

    this.#at(day, "16:00");
    await inTurns(vaccinated, (one, n) => this.#lookBack(one, n));

    this.#at(day, "22:00");
    // Not "keep-no-longer": the database removes nothing by a clock that is ahead of its own.
    await this.#nightly("erase-due");
    await this.#untilIdle();
  }

  /** A year on: whoever asked to be erased is. */
  async liveAYearLater(): Promise<void> {
    this.#setNow(new Date(this.#now.getTime() + 370 * 86_400_000));
    await this.#nightly("erase-due");
    await this.#untilIdle();
  }

  /** What does not add up; nothing when all is well. */
  async faults(): Promise<string[]> {
    const { tally } = this;
    const expected: [string, number, string][] = [
      ["people registered", tally.registered, "SELECT count(*) AS n FROM registry.beneficiaries"],
      [
        "appointments",
        tally.booked - tally.cancelled,
        "SELECT count(*) AS n FROM registry.appointments WHERE status <> 'cancelled'",
      ],
      [
        "places taken that have no appointment, or the reverse",
        0,
        `SELECT count(*) AS n FROM registry.places p WHERE p.pool = 'dose1' AND p.taken <> (SELECT count(*) FROM registry.appointments a
           WHERE a.session_id = p.session_id AND a.slot_number = p.slot_number AND a.pool = p.pool AND a.status <> 'cancelled')`,
      ],
      ["places oversold", 0, "SELECT count(*) AS n FROM registry.places WHERE taken > capacity"],
      ["doses", tally.doses, "SELECT count(*) AS n FROM registry.vaccinations WHERE status = 'valid'"],
      ["doses off the stock", tally.doses, "SELECT sum(doses_used)::int AS n FROM registry.batches"],
      [
        "doses in the public counts",
        tally.doses,
        "SELECT coalesce(sum(doses), 0)::int AS n FROM registry.coverage_daily",
      ],
      ["certificates", tally.doses, "SELECT count(*) AS n FROM registry.certificates WHERE status = 'valid'"],
      [
        "people with two valid first doses",
        0,
        `SELECT count(*) AS n FROM (SELECT FROM registry.vaccinations WHERE status = 'valid'
           GROUP BY beneficiary_id, dose_number HAVING count(*) > 1) twice`,
      ],
      [
        "erasures that wait or are done",
        tally.erasuresAsked,
        "SELECT count(*) AS n FROM registry.erasures WHERE undone_at IS NULL",
      ],
      [
        "erased people who still have a key",
        0,
        `SELECT count(*) AS n FROM registry.erasures e WHERE e.done_at IS NOT NULL AND vault.has_key(e.beneficiary_id)`,
      ],
    ];
    const faults: string[] = [];
    for (const [what, wanted, text] of expected) {
      const [row] = await this.installation.house.deps.db.rows<{ n: number }>(text);
      if (row!.n !== wanted) faults.push(`${what}: ${row!.n} instead of ${wanted}`);
    }
    const [jobs] = await this.#queue.rows<{ n: number }>("SELECT count(*) AS n FROM graphile_worker.jobs");
    if (jobs!.n > 0) faults.push(`${jobs!.n} jobs are left`);
    await verifiedLog(this.installation).catch((error: Error) => faults.push(error.message));
    return faults;
  }

  async erased(): Promise<number> {
    const done = "SELECT count(*) AS n FROM registry.erasures WHERE done_at IS NOT NULL";
    return (await this.installation.house.deps.db.rows<{ n: number }>(done))[0]!.n;
  }

  /** Megabytes that each process holds, and entries in the log. */
  async sizes(): Promise<{ memory: Map<string, number>; entries: number }> {
    const text = await (await fetch(`http://127.0.0.1:${this.#adminPort}/metrics`)).text();
    const memory = new Map<string, number>();
    for (const [, process, bytes] of text.matchAll(/^process_resident_memory_bytes\{process="([\w-]+)"\} (\d+)$/gm))
      memory.set(process!, Math.round(Number(bytes) / 1e6));
    return { memory, entries: Number(/^sakshi_log_entries\{process="recorder"\} (\d+)$/m.exec(text)?.[1] ?? 0) };
  }

  #setNow(now: Date): void {
    this.#now = now;
    this.#setClock(now);
  }

  /** `time` in India, on the day after tomorrow and so many more: never behind the machine's own clock. */
  #at(day: number, time: string): void {
    this.#setNow(new Date(`${addDays(dateInIndia(new Date()), 2 + day)}T${time}:00+05:30`));
  }

  async #ask(path: string, body?: unknown, token?: string): Promise<{ status: number; json: unknown }> {
    const answer = await fetch(`http://127.0.0.1:${this.installation.port}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        "content-type": "application/json",
        // Each in a home of their own: limits by address are not what is tried here.
        "x-forwarded-for": `198.18.${randomInt(256)}.${randomInt(256)}`,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get("content-type")?.startsWith("application/json");
    return { status: answer.status, json: isJson ? JSON.parse(text) : text };
  }

  async #must(path: string, body?: unknown, token?: string): Promise<unknown> {
    const { status, json } = await this.#ask(path, body, token);
    if (status !== 200 && status !== 204) throw new Error(`${path.split("?")[0]}: ${status} ${JSON.stringify(json)}`);
    return json;
  }

  async #signIn(mobile: string): Promise<{ token: string; signInId: string }> {
    const { txnId } = (await this.#must("/api/v2/auth/generateMobileOTP", { mobile })) as { txnId: string };
    await setCode(this.#world, txnId, "246810");
    const otp = createHash("sha256").update("246810").digest("hex");
    const { token } = (await this.#must("/api/v2/auth/validateMobileOtp", { otp, txnId })) as { token: string };
    const claims = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as { jti: string };
    return { token, signInId: claims.jti };
  }

  async #arrive(sessionId: string): Promise<Booking | undefined> {
    const mobile = `9000${String(this.tally.registered++).padStart(6, "0")}`;
    const signedIn = await this.#signIn(mobile);
    const day = dateInIndia(this.#now).split("-").reverse().join("-");
    await this.#must(`/api/v2/appointment/sessions/public/findByDistrict?district_id=9901&date=${day}`);
    const person = {
      name: "Asha Demo",
      birth_year: "1980",
      gender_id: 2,
      photo_id_type: 12,
      photo_id_number: mobile.slice(-4),
      consent_version: "1",
    };
    const { beneficiary_reference_id: referenceId } = (await this.#must(
      "/api/v2/registration/beneficiary/new",
      person,
      signedIn.token,
    )) as { beneficiary_reference_id: string };
    const beneficiaryId = await this.#idOf(referenceId);
    const citizen = { ...signedIn, mobile, referenceId, beneficiaryId };
    const wish = { dose: 1, session_id: sessionId, slot: "09:00AM-10:00AM", beneficiaries: [referenceId] };
    const booked = await this.#ask("/api/v2/appointment/schedule", wish, citizen.token);
    if (booked.status !== 200) {
      this.tally.refused++;
      return undefined;
    }
    this.tally.booked++;
    return { citizen, sessionId, appointmentId: (booked.json as { appointment_id: string }).appointment_id };
  }

  async #idOf(referenceId: string): Promise<string> {
    const [row] = await this.#world.deps.db.rows<{ id: string }>(
      "SELECT beneficiary_id AS id FROM registry.beneficiaries WHERE reference_id = $1",
      [referenceId],
    );
    return row!.id;
  }

  async #cancel({ citizen, appointmentId }: Booking): Promise<void> {
    const wish = { appointment_id: appointmentId, beneficiariesToCancel: [citizen.referenceId] };
    await this.#must("/api/v2/appointment/cancel", wish, citizen.token);
    this.tally.cancelled++;
  }

  async #vaccinate(coming: readonly Booking[]): Promise<Booking[]> {
    const { deps } = this.#world;
    // Twenty people a member of staff, as at a real table: whoever looks at more than is usual is asked why.
    const tables: Booking[][] = [];
    for (const one of coming) {
      if ((tables.at(-1)?.length ?? 20) === 20) tables.push([]);
      tables.at(-1)!.push(one);
    }
    await inTurns(tables, async (table) => {
      const { actor } = await signedInStaff(this.#world, "vaccinator", this.#facilityId);
      for (const { citizen, sessionId, appointmentId } of table) {
        const { beneficiaryId } = citizen;
        const code = securityCode(deps.macs, appointmentId, beneficiaryId);
        const come = await checkIn(deps, actor, { sessionId, appointmentId, beneficiaryId, code });
        if (!come.ok) throw new Error(come.code);
        const dose = { sessionId, appointmentId, beneficiaryId, batchId: this.#batchId, requestKey: uuidv7() };
        const given = await recordVaccination(deps, actor, dose);
        if (!given.ok) throw new Error(given.code);
        this.tally.doses++;
      }
    });
    return [...coming];
  }

  /** Looks at the own record; some fetch the certificate, some ask to be erased. */
  async #lookBack({ citizen }: Booking, n: number): Promise<void> {
    const { token, signInId } = await this.#signIn(citizen.mobile);
    const { beneficiaries } = (await this.#must("/api/v2/appointment/beneficiaries", undefined, token)) as {
      beneficiaries: { vaccination_status: string }[];
    };
    if (beneficiaries[0]?.vaccination_status !== "Partially Vaccinated")
      throw new Error(`after the dose: ${beneficiaries[0]?.vaccination_status}`);
    this.tally.looks++;
    if (n % 20 === 0) {
      const path = `/api/v2/registration/certificate/public/download?beneficiary_reference_id=${citizen.referenceId}`;
      const paper = (await this.#must(path, undefined, token)) as string;
      if (!paper.startsWith("%PDF")) throw new Error("the certificate is no PDF");
      this.tally.certificates++;
    }
    if (n % 15 === 7) {
      const asked = await askErasure(this.#world.deps, { kind: "citizen", signInId }, citizen.beneficiaryId);
      if (!asked.ok) throw new Error(asked.code);
      this.tally.erasuresAsked++;
    }
  }

  async #nightly(task: string): Promise<void> {
    await this.#queue.rows("SELECT graphile_worker.add_job($1, job_key => $1)", [task]);
  }

  async #untilIdle(): Promise<void> {
    const left = async () =>
      (await this.#queue.rows<{ n: number }>("SELECT count(*) AS n FROM graphile_worker.jobs"))[0]!.n;
    await until(async () => (await left()) === 0, "an empty queue", 120);
  }
}

const range = (count: number) => Array.from({ length: count }, (_, n) => n);

/** A few at a time. */
async function inTurns<T, R>(all: readonly T[], work: (one: T, n: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const hand = async (): Promise<void> => {
    for (let n = next++; n < all.length; n = next++) results[n] = await work(all[n]!, n);
  };
  await Promise.all(range(8).map(hand));
  return results;
}
