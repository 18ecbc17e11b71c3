// Each attack can succeed: against a server or database with the guard left out it must obtain what it looks for.
// And against the real app it obtains nothing.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { FastifyInstance } from "fastify";
import { demoPartner } from "../../../tests/support/partners.js";
import { registeredPerson, signedInAccount } from "../../../tests/support/vault-people.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { createApp } from "../../app.js";
import { connect, type Db } from "../../platform/db/db.js";
import { createServer } from "../../platform/http/server.js";
import { forgedConsent } from "./forged-consent.js";
import { codeGuessing, differenceOf, idWalk } from "./guesses.js";
import { databaseThief, stolenStaffSignIn } from "./insiders.js";
import { logKilled, logRewrittenInside, logSlowed } from "./log-attacks.js";
import { existenceByAnswer, knowingIds, phoneBot } from "./sweeps.js";
import { isLoopback, nobody, type Target, type Victim } from "./target.js";

const name = "Asha Qwertzuiop Demo";
let world: World;
let victim: Victim;
let admin: Db;
const open: FastifyInstance[] = [];
const realOptions = {
  profile: "production",
  origin: "http://127.0.0.1",
  dataDir: "/nowhere",
  publishedDir: "/nowhere",
} as const;

before(async () => {
  world = await testWorld();
  admin = connect(world.adminUrl, { max: 1 });
  const account = await signedInAccount(world);
  const beneficiaryId = await registeredPerson(world, account, { name });
  const { mobile } = account;
  const id = "0192a1b2-0000-7000-8000-000000000001";
  victim = { name, mobile, beneficiaryId, referenceId: "12345678901234", appointmentId: id, sessionId: id };
});
after(async () => {
  for (const app of open) await app.close();
  await admin.close();
  await world.close();
});

async function listening(app: FastifyInstance): Promise<Target> {
  open.push(app);
  const origin = await app.listen({ host: "127.0.0.1", port: 0 });
  return { origin, routes: app.routeTable, victim, nobodysMobile: "9000099999" };
}

/** A server without our guards, with what `plant` puts in. */
async function weak(plant: (app: FastifyInstance) => void): Promise<Target> {
  const app = await createServer({
    origin: "http://127.0.0.1",
    onError: (_code, _request, reply) => reply.code(404).send(),
  });
  plant(app);
  return listening(app);
}

test("the real app tells a bot nothing, nor one who knows every id, and nothing of who is registered", async () => {
  const target = await listening(await createApp(world.deps, realOptions));
  assert.ok(target.routes.length > 150);
  for (const attack of [existenceByAnswer(target), phoneBot(target), knowingIds(target, "P7", "", nobody)]) {
    const { tries, obtained, stoppedAfter } = await attack.run();
    assert.ok(tries > 150);
    assert.equal(obtained, 0, stoppedAfter);
  }
});

test("the bot finds a route that answers a number, wherever the number stands", async () => {
  const answers = (app: FastifyInstance) => {
    app.get("/a/:any", async (request) => ((request.params as { any: string }).any === victim.mobile ? { name } : {}));
    app.get("/b", async (request) => ((request.query as { phone?: string }).phone === victim.mobile ? name : ""));
    app.post("/api/c", async (request) =>
      (request.body as { mobile?: string }).mobile === victim.mobile ? { name } : {},
    );
  };
  const { obtained, stoppedAfter } = await phoneBot(await weak(answers)).run();
  assert.equal(obtained, 3, stoppedAfter);
});

test("one who knows ids finds a route that asks for no more", async () => {
  const target = await weak((app) =>
    app.get("/people/:personId", async (request) =>
      (request.params as { personId: string }).personId === victim.beneficiaryId ? { name } : {},
    ),
  );
  assert.equal((await knowingIds(target, "P7", "", nobody).run()).obtained, 1);
  assert.equal((await phoneBot(target).run()).obtained, 0);
});

test("a route that says who is registered is found, by a word or by its status", async () => {
  const target = await weak((app) => {
    app.get("/word", async (request) => ({ sent: (request.query as { mobile?: string }).mobile === victim.mobile }));
    app.get("/status", async (request, reply) =>
      reply.code((request.query as { mobile?: string }).mobile === victim.mobile ? 200 : 404).send("x"),
    );
    app.get("/same", async () => ({ sent: true, at: Date.now() }));
  });
  assert.equal((await existenceByAnswer(target).run()).obtained, 2);
});

test("times that differ are told from times that do not", () => {
  const spread = (from: number) => Array.from({ length: 60 }, (_, n) => from + ((n * 37) % 60) / 10);
  assert.ok(differenceOf(spread(5), spread(5.05)) > 0.05);
  assert.ok(differenceOf(spread(5), spread(9)) < 0.001);
});

test("where codes may be guessed for ever, one is found", async () => {
  const target = await weak((app) => {
    const form = '<form action="/en/sign-in"><input name="mobile"></form>';
    app.get("/en/sign-in", async (_request, reply) => reply.type("text/html").send(form));
    app.post("/en/sign-in", async (_request, reply) => reply.type("text/html").send('<input name="code">'));
    app.post("/en/sign-in/code", async (request) => (/^\d*[0-4]$/.test(request.form.text("code")) ? name : ""));
  });
  assert.ok((await codeGuessing(target, 60).run()).obtained > 0);
});

test("ids in a row are walked", async () => {
  const target = await weak((app) =>
    app.get("/records/:recordId", async (request) =>
      /^123456789012\d\d$/.test((request.params as { recordId: string }).recordId) ? { name: "Other Demo" } : {},
    ),
  );
  assert.ok((await idWalk(target, 10).run()).obtained > 0);
});

test("a stolen staff sign-in opens a record where codes are not counted", async () => {
  const target = await weak((app) => {
    app.get("/en/staff/*", async () => "masked");
    app.post("/en/staff/*", async (request, reply) =>
      request.form.text("code") < "8000" ? reply.send(name) : reply.code(422).send("This code is wrong."),
    );
  });
  assert.ok((await stolenStaffSignIn(target, nobody).run()).obtained > 0);
});

test("a name that stands in a table as text or bytes is found; sealed ones are not", async () => {
  assert.equal((await databaseThief({ victim }, admin).run()).obtained, 0);
  await admin.rows("CREATE TABLE public.planted (note text, box bytea)");
  await admin.rows("INSERT INTO public.planted VALUES ($1, NULL), (NULL, convert_to($2, 'UTF8'))", [
    `x ${name}`,
    victim.mobile,
  ]);
  assert.equal((await databaseThief({ victim }, admin).run()).obtained, 2);
  await admin.rows("DROP TABLE public.planted");
});

test("a consent that the application's role wrote by itself opens a record where nobody asks the log", async () => {
  const partner = await demoPartner(world);
  const actor = { name: "partner", headers: { "x-api-key": partner.key } };
  const app = connect(world.urlAs("sakshi_app"), { max: 1 });
  const trusting = await weak((server) =>
    server.get("/api/fhir/Patient/:id", async ({ params }) => {
      const { id } = params as { id: string };
      const rows = await admin.rows("SELECT FROM registry.consents WHERE pairwise_id = $1 AND state = 'GRANTED'", [id]);
      return rows.length > 0 ? { name } : {};
    }),
  );
  assert.equal((await forgedConsent(trusting, actor, app).run()).obtained, 1);
  const real = await listening(await createApp(world.deps, realOptions));
  const { tries, obtained } = await forgedConsent(real, actor, app).run();
  assert.deepEqual([tries, obtained], [2, 0]);
  await app.close();
});

test("a page that shows a person without the log is found, while the log is killed and while it takes nothing", async () => {
  const target = await weak((app) => app.get("/en/people/:id", async () => name));
  assert.ok((await logKilled(target, nobody, admin, () => {}, 1).run()).obtained > 0);
  assert.ok((await logSlowed(target, nobody, world.adminUrl).run()).obtained > 0);
});

test("each entry rewritten or removed in the database is seen, and all is as before", async () => {
  const [before] = await admin.rows<{ root: Buffer }>("SELECT root FROM log.head");
  const { tries, obtained } = await logRewrittenInside(world.adminUrl, 6).run();
  assert.deepEqual([tries, obtained], [6, 0]);
  assert.deepEqual((await admin.rows("SELECT root FROM log.head"))[0], before);
});

test("only this machine is attacked", () => {
  for (const address of ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:9"])
    assert.ok(isLoopback(address));
  for (const address of ["http://10.0.0.1", "https://vaccination.example", "http://127.0.0.1.example", "x"])
    assert.ok(!isLoopback(address));
});
