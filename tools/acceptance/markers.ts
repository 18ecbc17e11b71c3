// "bin/acceptance markers": a person with values that stand nowhere else lives a whole story on the running demo, with a
// ticket, an emergency and a reaction in words. Then they are searched for wherever they must not lie.
// SPDX-License-Identifier: Apache-2.0
import { randomBytes, randomInt } from "node:crypto";
import { existsSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { takeBackup } from "../../src/backup/index.js";
import { openBrowser } from "../../src/cli/demo-journey/browser.js";
import { type Demo, type Story, steps } from "../../src/cli/demo-journey/steps.js";
import { filesWith, formsOf, tablesWith } from "../../src/cli/review/sinks.js";
import { readConfig } from "../../src/config.js";
import { connect } from "../../src/platform/db/db.js";
import { dataFolder } from "../../src/start/data-folder.js";
import { adminUrlOf } from "../../src/start/database.js";
import { homeOf } from "../../src/start/pg-program.js";
import { type RunningState, readState } from "../../src/start/state.js";
import type { Report } from "./report.js";

/** Letters that nothing else has, as a name is written. */
const oddWord = () =>
  [...randomBytes(12)].map((byte, at) => String.fromCharCode((at === 0 ? 65 : 97) + (byte % 26))).join("");
/** Of the recorder and the keyholder no request asks to hold a person's value; the others open records by design. */
const neverHold = ["recorder", "keyholder"];

export async function markers(_none: object, report: Report): Promise<boolean> {
  const config = readConfig(process.env);
  const state = readState(config.dataDir);
  if (!state || config.profile !== "demo") throw new Error("needs a running demo: bin/start");
  const planted = await livedStory(state, report);
  const admin = connect(adminUrlOf(config), { max: 1 });
  const found: string[] = [];
  const search = (what: string, searched: string, seen: readonly string[]) => {
    report.row(what, `${searched}: ${seen.length === 0 ? "0 found" : `FOUND ${seen.join(", ")}`}`);
    found.push(...seen);
  };
  try {
    const { tables, found: inTables } = await tablesWith(admin, planted);
    search("all tables, with job payloads", `${tables} tables`, inTables);
    await admin.rows("CHECKPOINT");
    const { logs, published, postgres } = dataFolder(config.dataDir);
    const home = homeOf(postgres);
    const source = { url: adminUrlOf(config), cluster: join(home, "cluster"), passwordFile: join(home, "password") };
    const { folder } = await takeBackup(source, join(config.dataDir, "backups"), new Date(), () => {});
    for (const [what, where] of [
      ["log files", logs],
      ["published files and tiles", published],
      ["the database's files and its WAL", join(home, "cluster")],
      ["a backup", folder],
    ] as const) {
      const { files, found: inFiles } = await filesWith([where], planted);
      search(what, `${files} files`, inFiles);
    }
  } finally {
    await admin.close();
  }
  const { asked, told } = await errorAnswers(state.address, planted);
  search("answers to strangers", `${asked} answers`, told);
  search("health page, with its counters", "1 page", await pageWith(state.address, planted));
  for (const part of neverHold) search(...memoryOf(part, state, planted));
  // The pages' process has shown them: were they not seen there, looking into memory would see nothing anywhere.
  const [, , shown] = memoryOf("web", state, planted);
  report.row("for comparison: memory of the web", `${shown.length} places${shown.length > 0 ? "" : ": BLIND"}`);
  return found.length === 0 && shown.length > 0;
}

/** Gives the values that were planted. */
async function livedStory({ address }: RunningState, report: Report): Promise<string[]> {
  const name = `${oddWord()} ${oddWord()} Demo`;
  const [askedName, ticketWords, noteWords, emergencyWords] = [1, 2, 3, 4].map(() => `${oddWord()} ${oddWord()}`) as [
    string,
    string,
    string,
    string,
  ];
  const mobile = `90000${String(randomInt(100_000)).padStart(5, "0")}`;
  const first = openBrowser(address);
  const demo = JSON.parse((await first.get("/demo", { accept: "application/json" })).text) as Demo;
  // Passkeys are bound to the name that the links have.
  const browsers = { citizen: first, staff: openBrowser(new URL(demo.staff[0]!.enrolmentUrl).origin) };
  const later = { personPath: "", sessionId: "", appointmentPath: "", securityCode: "", certificate: "" };
  const story: Story = { address, ...browsers, mobile, name, demo, ...later };
  for (const step of steps) await step.run(story);
  const { citizen, staff, personPath, appointmentPath, sessionId } = story;
  const must = (isSo: boolean, what: string) => {
    if (!isSo) throw new Error(`the story broke: ${what}`);
  };

  const form = await citizen.get(`${personPath}/correct/identity`);
  const asked = await citizen.submit(form, "/correct/identity", { name: askedName, words: ticketWords });
  must(asked.url.pathname === "/en/requests", `the ticket: ${asked.status} at ${asked.url.pathname}`);
  const ids = `${appointmentPath.split("/").at(-1)}/${personPath.split("/").at(-1)}`;
  const reaction = await staff.get(`/en/staff/sessions/${sessionId}/people/${ids}/reaction`);
  const noted = await staff.submit(reaction, "/reaction", { severity: "minor", note: noteWords });
  must(noted.status === 200 && !noted.url.pathname.endsWith("/reaction"), `the reaction: ${noted.status}`);
  const person = (await citizen.get(personPath)).text.replaceAll(/(\d) (?=\d)/g, "$1");
  const referenceId = /\b\d{14}\b/.exec(person)?.[0] ?? "";
  const desk = await staff.get("/en/staff/emergency");
  const opened = await staff.submit(desk, "/staff/emergency", {
    referenceId,
    reason: "collapsed",
    words: emergencyWords,
  });
  must(/\/emergency\/[0-9a-f-]{36}$/.test(opened.url.pathname), `the emergency: ${opened.status}`);

  const values = [...name.split(" ").slice(0, 2), mobile, askedName, ticketWords, noteWords, emergencyWords];
  report.row(
    "values planted",
    `${values.length}: name, number, wished name, words of a ticket, a reaction, an emergency`,
  );
  report.row("not searched for", "year of birth, last four of the photo id: too short to stand nowhere else");
  return values;
}

/** What somebody hears who puts a value where a program would: none may say back anything but what was asked with. */
async function errorAnswers(address: string, values: readonly string[]): Promise<{ asked: number; told: string[] }> {
  const told: string[] = [];
  let asked = 0;
  for (const value of values) {
    const text = encodeURIComponent(value);
    const others = values.filter((other) => other !== value);
    const json = { "content-type": "application/json" };
    for (const [path, init] of [
      [`/api/v2/vaccinator/beneficiaries/findByMobile?mobile_number=${text}`, {}],
      [`/api/fhir/Patient/${text}`, {}],
      [`/api/v1/people/${text}/certificate`, {}],
      [`/api/v1/people`, { method: "POST", headers: json, body: `{"name":"${value}` }],
      [`/en/people/${text}`, {}],
      [
        `/api/v2/auth/confirmOTP`,
        { method: "POST", headers: json, body: JSON.stringify({ otp: value, txnId: value }) },
      ],
      [`/api/v3/vaccination/status/${text}/${text}`, {}],
    ] as const) {
      asked++;
      const body = await (await fetch(new URL(path, address), { ...init, redirect: "manual" })).text();
      if (others.some((other) => body.includes(other)) || (path.startsWith("/api/") && body.includes(value)))
        told.push(path.replace(text, "…"));
    }
  }
  return { asked, told };
}

async function pageWith(address: string, values: readonly string[]): Promise<string[]> {
  const body = await (await fetch(new URL("/health", address))).text();
  return values.some((value) => body.includes(value)) ? ["/health"] : [];
}

/** The writable memory of a process, as a core file would hold it. Linux, and the right to read it. */
function memoryOf(part: string, { parts }: RunningState, values: readonly string[]): [string, string, string[]] {
  const what = `memory of the ${part}`;
  const pid = parts[part];
  if (pid === undefined || !existsSync(`/proc/${pid}/maps`)) return [what, "not read: no /proc", []];
  const forms = values.flatMap(formsOf).flatMap((form) => [Buffer.from(form, "utf8"), Buffer.from(form, "utf16le")]);
  const memory = openSync(`/proc/${pid}/mem`, "r");
  const found = new Set<string>();
  let bytes = 0;
  for (const line of readFileSync(`/proc/${pid}/maps`, "utf8").split("\n")) {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
    if (!from || !to) continue;
    const [start, end] = [Number.parseInt(from, 16), Number.parseInt(to, 16)];
    for (let at = start; at < end; at += 1 << 22) {
      const piece = Buffer.alloc(Math.min((1 << 22) + 64, end - at));
      const read = readOrNothing(memory, piece, at);
      bytes += Math.min(read, 1 << 22);
      if (forms.some((form) => piece.subarray(0, read).includes(form))) found.add(`${part} at ${at.toString(16)}`);
    }
  }
  return [what, `${Math.round(bytes / 1e6)} MB`, [...found]];
}

/** Pages that are not there any more, or that the kernel keeps to itself. */
function readOrNothing(memory: number, piece: Buffer, at: number): number {
  try {
    return readSync(memory, piece, 0, piece.length, at);
  } catch {
    return 0;
  }
}
