// Two web processes and two workers on one database: what one knows, the other knows; web processes are replaced while
// people go on asking; what was asked before the stop is answered. A process that is stopped (SIGSTOP) takes no
// connection, so that the test chooses who answers. The tests share one installation and follow one another.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { Agent, type IncomingMessage, request } from "node:http";
import { connect as connectSocket } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { bookAppointment } from "../../src/modules/appointments/index.js";
import { addDays, dateInIndia } from "../../src/platform/clock.js";
import { enqueue } from "../../src/platform/jobs/enqueue.js";
import { uuidv7 } from "../../src/platform/random.js";
import { demoOutboxFile } from "../../src/platform/sms/index.js";
import { dataFolder } from "../../src/start/data-folder.js";
import { publishedSession } from "../support/citizens.js";
import { registeredPerson, signedInAccount } from "../support/vault-people.js";
import { freePort, state, until } from "./installation.js";
import { type Installation, openInstallation } from "./kill-rounds.js";

const searchLimit = 30;
let installation: Installation;
let dataDir: string;
let port: number;
let adminPort: number;
before(async () => {
  adminPort = await freePort();
  installation = await openInstallation({
    SAKSHI_ADMIN_PORT: String(adminPort),
    SAKSHI_DRAIN_SECONDS: "1",
    SAKSHI_WEB_PROCESSES: "2",
    SAKSHI_WORKERS: "2",
    SAKSHI_SEARCH_LIMIT: String(searchLimit),
  });
  ({ dataDir, port } = installation);
});
after(() => installation?.close());

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingMessage["headers"];
}
interface Asked {
  readonly body?: unknown;
  readonly token?: string;
  /** Without one, each request has a connection of its own. */
  readonly agent?: Agent;
}

function ask(path: string, { body, token, agent }: Asked = {}): Promise<Answer> {
  const headers = {
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const options = { host: "127.0.0.1", port, path, headers, agent: agent ?? false };
  return new Promise((resolve, reject) => {
    const asking = request({ ...options, method: body === undefined ? "GET" : "POST" }, (response) => {
      let text = "";
      response.on("data", (part: Buffer) => (text += part.toString()));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
      response.on("error", reject);
    });
    asking.on("error", reject);
    asking.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Only this one of the two answers meanwhile. */
async function answeredBy<T>(name: "web" | "web-2", work: () => Promise<T>): Promise<T> {
  const other = state(dataDir).parts[name === "web" ? "web-2" : "web"]!;
  process.kill(other, "SIGSTOP");
  try {
    return await work();
  } finally {
    process.kill(other, "SIGCONT");
  }
}

const outbox = () =>
  readFileSync(demoOutboxFile(dataDir), { encoding: "utf8", flag: "a+" })
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { to: string; text: string });

test("a code asked for at one process signs in at the other, whose token the first takes", async () => {
  const mobile = "9000077001";
  const { txnId } = JSON.parse(
    (await answeredBy("web", () => ask("/api/v2/auth/generateMobileOTP", { body: { mobile } }))).text,
  ) as { txnId: string };
  let code: string | undefined;
  await until(() => {
    code = /\b\d{6}\b/.exec(outbox().find(({ to }) => to === mobile)?.text ?? "")?.[0];
    return code !== undefined;
  }, "the code");
  const otp = createHash("sha256").update(code!).digest("hex");
  const confirmed = await answeredBy("web-2", () => ask("/api/v2/auth/validateMobileOtp", { body: { otp, txnId } }));
  assert.equal(confirmed.status, 200, confirmed.text);
  const { token } = JSON.parse(confirmed.text) as { token: string };
  const own = () => ask("/api/v2/appointment/beneficiaries", { token });
  assert.equal((await answeredBy("web", own)).status, 200);
  assert.equal((await answeredBy("web-2", () => ask("/api/v2/auth/logout", { body: {}, token }))).status, 204);
  assert.equal((await answeredBy("web", own)).status, 401);
});

test("a booking made elsewhere is in both processes' answers from memory, and a limit is one for both", async () => {
  const { house, world } = installation;
  const { sessionId } = await publishedSession(world, { places: { dose1: 5 }, slots: 1 });
  const account = await signedInAccount(world);
  const person = await registeredPerson(world, account);
  const day = addDays(dateInIndia(new Date()), 1).split("-").reverse().join("-");
  const search = `/api/v2/appointment/sessions/public/findByDistrict?district_id=9901&date=${day}`;
  const placesAt = (name: "web" | "web-2") =>
    answeredBy(name, async () => {
      const { sessions = [] } = JSON.parse((await ask(search)).text) as {
        sessions?: { session_id: string; available_capacity_dose1: number }[];
      };
      return sessions.find((one) => one.session_id === sessionId)?.available_capacity_dose1;
    });
  // Few looks: they count.
  const untilPlaces = async (name: "web" | "web-2", places: number) => {
    for (let looks = 0; looks < 5; looks++) {
      if ((await placesAt(name)) === places) return;
      await sleep(700);
    }
    assert.fail(`${name} does not show ${places} places`);
  };
  await untilPlaces("web", 5);
  await untilPlaces("web-2", 5);
  const wish = { sessionId, slotNumber: 1, beneficiaryIds: [person], requestKey: uuidv7() };
  assert.ok((await bookAppointment(house.deps, account.actor, wish)).ok);
  await untilPlaces("web", 4);
  await untilPlaces("web-2", 4);

  await answeredBy("web", async () => {
    let refusedAt = 0;
    for (let n = 1; n <= searchLimit && refusedAt === 0; n++) if ((await ask(search)).status !== 200) refusedAt = n;
    assert.notEqual(refusedAt, 0, "the first process refuses");
  });
  let looks = 0;
  await until(async () => {
    await sleep(400);
    looks++;
    return (await answeredBy("web-2", () => ask(search))).status !== 200;
  }, "the refusal of the other process");
  assert.ok(looks < searchLimit / 2, `the other process knows of the first one's searches: ${looks} looks`);
});

test("two workers send each message once; those that a killed one held are sent too", async () => {
  const texts = Array.from({ length: 40 }, (_, n) => `message ${n}`);
  const { house } = installation;
  const send = async (text: string) => {
    const box = await house.deps.gate.sealForTransit({ mobile: "9000077002", text }, 600);
    await enqueue(house.deps.db, "send-typed-message", { box: box.toString("base64") });
  };
  const arrived = (wanted: readonly string[]) =>
    outbox()
      .map(({ text }) => text)
      .filter((text) => wanted.includes(text))
      .toSorted();
  await Promise.all(texts.map(send));
  await until(() => arrived(texts).length >= texts.length, "all messages");
  assert.deepEqual(arrived(texts), texts.toSorted());

  const more = texts.map((text) => `second ${text}`);
  const sending = Promise.all(more.map(send));
  process.kill(state(dataDir).parts["worker-2"]!, "SIGKILL");
  await sending;
  await until(() => new Set(arrived(more)).size === more.length, "all messages in spite of the kill");
});

function restartWeb(): Promise<number | null> {
  const program = join(import.meta.dirname, "..", "..", "src", "cli-main.js");
  const env = { PATH: process.env.PATH ?? "", SAKSHI_DATA_DIR: dataDir, PORT: String(port) };
  const child = spawn(process.execPath, [program, "restart-web"], { env, stdio: "ignore" });
  return new Promise((resolve) => child.once("exit", resolve));
}

test("all web processes are replaced while people go on asking, and no request fails", async () => {
  const { web, "web-2": second, worker } = state(dataDir).parts;
  let over = false;
  let answered = 0;
  const keepAlive = new Agent({ keepAlive: true, maxSockets: 4 });
  const asking = Array.from({ length: 8 }, async (_, n) => {
    while (!over) {
      const { status } = await ask("/health", n % 2 === 0 ? {} : { agent: keepAlive });
      assert.equal(status, 200);
      answered++;
      // Some connections are idle at the moment of the change; no asker keeps the new processes from starting.
      await sleep(n > 3 ? n * 20 : 5);
    }
  });
  const failure = Promise.all(asking);
  assert.equal(await Promise.race([restartWeb(), failure.then(() => "ended early")]), 0);
  over = true;
  await failure;
  keepAlive.destroy();
  const now = state(dataDir).parts;
  assert.notEqual(now.web, web);
  assert.notEqual(now["web-2"], second);
  assert.equal(now.worker, worker);
  assert.ok(answered > 0);
});

test("kill -9 of a web process: whoever connects meanwhile is answered by the other", async () => {
  const before = state(dataDir).parts.web!;
  process.kill(before, "SIGKILL");
  for (let n = 0; n < 20; n++) assert.equal((await ask("/health")).status, 200);
  await until(() => state(dataDir).parts.web !== before, "another web process");
});

const admin = (path: string) => fetch(`http://127.0.0.1:${adminPort}${path}`, { headers: { connection: "close" } });

test("every process tells its metrics; nothing in them names a person", async () => {
  assert.equal((await admin("/healthz")).status, 200);
  await until(async () => (await admin("/readyz")).status === 200, "readiness");
  const answer = await admin("/metrics");
  assert.equal(answer.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  const text = await answer.text();
  const valueOf = (name: string, labels: string) => {
    const line = text.split("\n").find((one) => one.startsWith(`${name}{${labels}`));
    assert.ok(line, `${name}{${labels}`);
    return Number(line.slice(line.lastIndexOf(" ")));
  };
  for (const part of ["web", "web-2", "worker", "worker-2", "recorder", "opener", "keyholder", "inquirer"]) {
    assert.ok(valueOf("process_resident_memory_bytes", `process="${part}"`) > 1e7);
    assert.equal(valueOf("sakshi_part_up", `process="supervisor",part="${part}"`), 1);
  }
  assert.ok(valueOf("sakshi_part_starts", 'process="supervisor",part="worker-2"') >= 2);
  assert.ok(valueOf("sakshi_log_entries", 'process="recorder"') > 0);
  assert.equal(valueOf("sakshi_log_may_grow", 'process="recorder"'), 1);
  assert.ok(valueOf("sakshi_log_batch_entries_count", 'process="recorder"') > 0);
  assert.ok(valueOf("sakshi_log_published_age_seconds", 'process="recorder"') >= 0);
  assert.ok(valueOf("sakshi_log_requests_total", 'process="recorder",result="ok"') > 0);
  assert.ok(valueOf("sakshi_opener_requests_total", 'process="opener",result="ok"') > 0);
  assert.ok(valueOf("sakshi_jobs_lag_seconds", 'process="worker"') >= 0);
  assert.ok(valueOf("sakshi_database_connections", 'process="web",pool="app",state="idle"') >= 0);
  assert.doesNotMatch(text, /90000\d{5}|Asha|token|127\.0/);
  assert.equal((await admin("/elsewhere")).status, 404);
});

test("SIGTERM: what was asked before is answered, new connections are refused", async () => {
  const socket = connectSocket(port, "127.0.0.1");
  const body = JSON.stringify({ mobile: "9000077003" });
  let answer = "";
  socket.on("data", (bytes: Buffer) => (answer += bytes.toString()));
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.write(
    `POST /api/v2/auth/generateMobileOTP HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
  );
  await sleep(300);
  installation.run.child.kill("SIGTERM");
  await until(async () => (await admin("/readyz")).status === 503, "the word that it is not ready");
  assert.equal((await ask("/readyz")).status, 503, "still answering, and not ready");
  await until(async () => {
    try {
      await ask("/health");
      return false;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "ECONNREFUSED";
    }
  }, "refused connections");
  socket.write(body.slice(5));
  await closed;
  assert.match(answer, /^HTTP\/1\.1 200 /);
  assert.match(answer, /"txnId"/);
  assert.equal(await installation.run.ended, 0);
});

test("no log line of any process names a person, in all these tests", () => {
  const logs = dataFolder(dataDir).logs;
  const lines = readdirSync(logs).map((name) => [name, readFileSync(join(logs, name), "utf8")] as const);
  assert.ok(lines.length >= 9);
  for (const [name, text] of lines) assert.doesNotMatch(text, /90000\d{5}|Asha/, name);
});
