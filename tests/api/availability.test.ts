// Searching for sessions as Co-WIN's clients do: paths, parameters, shapes and quirks of the public and bearer forms.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { makeToken } from "../../src/api/token.js";
import { uuidv7 } from "../../src/platform/random.js";
import { type DemoSession, publishedSession } from "../support/citizens.js";
import { type ApiWorld, apiWorld, until } from "./api-world.js";

let api: ApiWorld;
let free: DemoSession;
let paid: DemoSession;
let centerId: number;
const tomorrow = "24-11-2026";
const sessions = "/api/v2/appointment/sessions";
let bearer: Record<string, string>;

before(async () => {
  api = await apiWorld();
  free = await publishedSession(api.world, { pincode: 411001 });
  paid = await publishedSession(api.world, {
    pincode: 411002,
    feeType: "Paid",
    minAge: 18,
    maxAge: 44,
    product: "SPUTNIK_V",
  });
  await publishedSession(api.world, { pincode: 411001, facilityId: free.facilityId, inDays: 6, product: "COVAXIN" });
  await publishedSession(api.world, { pincode: 411001, facilityId: free.facilityId, inDays: 8 });
  const [row] = await api.world.deps.db.rows<{ id: number }>(
    "SELECT center_id AS id FROM registry.facilities WHERE facility_id = $1",
    [free.facilityId],
  );
  centerId = row!.id;
  const id = uuidv7();
  const guest = { user_name: id, user_id: id, user_type: "GUEST" } as const;
  bearer = { authorization: `Bearer ${makeToken(api.world.deps.macs, api.world.deps.clock(), guest)}` };
  await until(
    () => api.get(`${sessions}/public/findByDistrict?district_id=9901&date=${tomorrow}`),
    (reply) => reply.json?.sessions.length === 2,
  );
  for (const date of ["29-11-2026", "01-12-2026"]) {
    await until(
      () => api.get(`${sessions}/public/findByPin?pincode=411001&date=${date}`),
      (reply) => reply.json?.sessions.length === 1,
    );
  }
});
after(() => api.close());

test("findByPin answers one day's sessions with every field that clients read", async () => {
  const { status, json } = await api.get(`${sessions}/public/findByPin?pincode=411001&date=${tomorrow}`);
  assert.equal(status, 200);
  assert.deepEqual(json, {
    sessions: [
      {
        center_id: centerId,
        name: "Demo Health Centre",
        address: "Demo Road 1",
        state_name: "Demo State",
        district_name: "Demo District",
        block_name: "Not Applicable",
        pincode: 411001,
        from: "09:00:00",
        to: "17:00:00",
        lat: 0,
        long: 0,
        fee_type: "Free",
        session_id: free.sessionId,
        date: tomorrow,
        available_capacity: 160,
        available_capacity_dose1: 100,
        available_capacity_dose2: 40,
        fee: "0",
        min_age_limit: 18,
        allow_all_age: true,
        vaccine: "COVISHIELD",
        slots: ["09:00AM-10:00AM", "10:00AM-11:00AM"],
      },
    ],
  });
});

test("calendarByPin answers centres with the sessions of seven days", async () => {
  const { json } = await api.get(`${sessions}/public/calendarByPin?pincode=411001&date=${tomorrow}`);
  assert.equal(json.centers.length, 1);
  const { sessions: list, ...center } = json.centers[0];
  assert.deepEqual(center, {
    center_id: centerId,
    name: "Demo Health Centre",
    address: "Demo Road 1",
    state_name: "Demo State",
    district_name: "Demo District",
    block_name: "Not Applicable",
    pincode: 411001,
    lat: 0,
    long: 0,
    from: "09:00:00",
    to: "17:00:00",
    fee_type: "Free",
  });
  assert.deepEqual(
    list.map((one: { date: string; vaccine: string }) => [one.date, one.vaccine]),
    [
      [tomorrow, "COVISHIELD"],
      ["29-11-2026", "COVAXIN"],
    ],
  );
  assert.deepEqual(list[0], {
    session_id: free.sessionId,
    date: tomorrow,
    available_capacity: 160,
    min_age_limit: 18,
    allow_all_age: true,
    vaccine: "COVISHIELD",
    slots: ["09:00AM-10:00AM", "10:00AM-11:00AM"],
    available_capacity_dose1: 100,
    available_capacity_dose2: 40,
  });
});

test("a paid centre names its fees; a session for some ages has an upper limit", async () => {
  const day = await api.get(`${sessions}/public/findByPin?pincode=411002&date=${tomorrow}`);
  const [session] = day.json.sessions;
  assert.deepEqual(
    [
      session.fee_type,
      session.fee,
      session.vaccine,
      session.min_age_limit,
      session.max_age_limit,
      session.allow_all_age,
    ],
    ["Paid", "780", "SPUTNIK V", 18, 44, false],
  );
  const week = await api.get(`${sessions}/public/calendarByPin?pincode=411002&date=${tomorrow}`);
  assert.deepEqual(week.json.centers[0].vaccine_fees, [{ vaccine: "SPUTNIK V", fee: "780" }]);
});

test("calendarByCenter answers one object, and an empty one for a centre that nobody knows", async () => {
  const { json } = await api.get(`${sessions}/public/calendarByCenter?center_id=${centerId}&date=${tomorrow}`);
  assert.equal(json.centers.center_id, centerId);
  assert.equal(json.centers.sessions.length, 2);
  const unknown = await api.get(`${sessions}/public/calendarByCenter?center_id=7&date=${tomorrow}`);
  assert.deepEqual([unknown.status, unknown.json], [200, { centers: {} }]);
});

describe("parameters", () => {
  const find = (query: string, name = "findByPin") => api.get(`${sessions}/public/${name}?${query}`);

  test("a missing one is USRRES0001", async () => {
    for (const [name, query] of [
      ["findByPin", `date=${tomorrow}`],
      ["findByPin", "pincode=411001"],
      ["calendarByPin", "pincode=411001"],
      ["findByDistrict", `date=${tomorrow}`],
      ["calendarByDistrict", `district_id=abc&date=${tomorrow}`],
      ["calendarByCenter", `date=${tomorrow}`],
    ] as const) {
      const { status, json } = await find(query, name);
      assert.deepEqual([status, json], [400, { errorCode: "USRRES0001", error: "Input parameter missing" }], query);
    }
  });

  test("a malformed PIN code is APPOIN0018, one without sessions an empty list", async () => {
    for (const pincode of ["41100", "4110011", "011001", "pune"]) {
      const { status, json } = await find(`pincode=${pincode}&date=${tomorrow}`);
      assert.deepEqual([status, json], [400, { errorCode: "APPOIN0018", error: "Invalid Pincode" }]);
    }
    assert.deepEqual((await find(`pincode=999999&date=${tomorrow}`)).json, { sessions: [] });
    assert.deepEqual((await find(`pincode=999999&date=${tomorrow}`, "calendarByPin")).json, { centers: [] });
    assert.deepEqual((await find(`district_id=4&date=${tomorrow}`, "findByDistrict")).json, { sessions: [] });
  });

  test("dates are read leniently, ids too", async () => {
    for (const date of ["24-11-2026", "24-11-26", "24/11/2026", "24112026", "2026-11-24"]) {
      assert.equal((await find(`pincode=411001&date=${date}`)).json.sessions.length, 1, date);
    }
    assert.equal((await find("district_id=9901.000000&date=24-11-2026", "findByDistrict")).json.sessions.length, 2);
    assert.equal((await find("pincode=411001&date=1-12-2026")).json.sessions.length, 1, "without zeros");
  });

  test("a date that nobody can read begins a week today, and is no day", async () => {
    for (const date of ["soon", "22102121", "31-02-2026"]) {
      assert.equal((await find(`pincode=411001&date=${date}`, "calendarByPin")).json.centers.length, 1, date);
      assert.equal((await find(`pincode=411001&date=${date}`)).status, 400, date);
    }
  });

  test("a parameter that comes twice counts as none", async () => {
    assert.equal((await find(`pincode=411001&pincode=411002&date=${tomorrow}`)).status, 400);
  });
});

describe("with a token", () => {
  test("the same answers, and 401 in plain text without one", async () => {
    for (const [name, query] of [
      ["findByPin", "pincode=411001"],
      ["findByDistrict", "district_id=9901"],
      ["calendarByPin", "pincode=411001"],
      ["calendarByDistrict", "district_id=9901"],
    ]) {
      const url = `${name}?${query}&date=${tomorrow}`;
      assert.deepEqual(
        (await api.get(`${sessions}/${url}`, bearer)).json,
        (await api.get(`${sessions}/public/${url}`)).json,
      );
      const refused = await api.get(`${sessions}/${url}`);
      assert.deepEqual([refused.status, refused.text], [401, "Unauthenticated access!"]);
      assert.match(refused.headers.get("content-type") ?? "", /^text\/plain/);
    }
    assert.equal((await api.get(`${sessions}/search?district_id=9901`, bearer)).json.centers.length, 2);
  });

  test("the vaccine filter takes names with a blank", async () => {
    for (const vaccine of ["SPUTNIK V", "SPUTNIK%20V", "sputnik+v"]) {
      const { json } = await api.get(
        `${sessions}/findByDistrict?district_id=9901&date=${tomorrow}&vaccine=${vaccine}`,
        bearer,
      );
      assert.deepEqual(
        json.sessions.map((one: { session_id: string }) => one.session_id),
        [paid.sessionId],
      );
    }
  });

  test("a token that was changed, has run out or is unsigned is none", async () => {
    const [head, payload, signature] = bearer["authorization"]!.slice(7).split(".");
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
    const later = Buffer.from(JSON.stringify({ user_type: "GUEST", exp: 9e9, iat: 0 })).toString("base64url");
    const { macs, clock } = api.world.deps;
    const old = makeToken(macs, new Date(clock().getTime() - 901_000), {
      user_name: "",
      user_id: "",
      user_type: "GUEST",
    });
    for (const token of [
      `${head}.${later}.${signature}`,
      `${none}.${payload}.`,
      `${none}.${payload}.${signature}`,
      old,
      "x",
    ]) {
      const url = `${sessions}/findByPin?pincode=411001&date=${tomorrow}`;
      assert.equal((await api.get(url, { authorization: `Bearer ${token}` })).status, 401);
    }
  });
});

test("the paths of version 4 are the same", async () => {
  const query = `pincode=411001&date=${tomorrow}`;
  const four = await api.get(`/api/v4/appointment/sessions/public/findByPin?${query}`);
  assert.deepEqual(four.json, (await api.get(`${sessions}/public/findByPin?${query}`)).json);
  assert.equal(
    (await api.get(`/api/v4/appointment/sessions/findByDistrict?district_id=1&date=${tomorrow}`)).status,
    401,
  );
});

describe("for caches and browsers", () => {
  const url = `${sessions}/public/calendarByDistrict?district_id=9901&date=${tomorrow}`;

  test("an answer is recognised by its ETag", async () => {
    const first = await api.get(url);
    assert.equal(first.headers.get("cache-control"), "public, max-age=1");
    const again = await api.get(url, { "if-none-match": first.headers.get("etag")! });
    assert.deepEqual([again.status, again.text], [304, ""]);
  });

  test("long answers are compressed for those who can read it", async () => {
    assert.equal((await api.get(url, { "accept-encoding": "gzip, br" })).headers.get("content-encoding"), "gzip");
    for (const none of ["identity", "gzip;q=0", "br"]) {
      assert.equal((await api.get(url, { "accept-encoding": none })).headers.get("content-encoding"), null, none);
    }
  });

  test("every origin may ask, and may ask beforehand", async () => {
    for (const path of [url, "/api/v2/nowhere", `${sessions}/findByPin`]) {
      assert.equal((await api.get(path)).headers.get("access-control-allow-origin"), "*");
    }
    const asked = await api.send("/api/v2/auth/public/generateOTP", {
      method: "OPTIONS",
      headers: { origin: "https://app.example", "access-control-request-method": "POST" },
    });
    assert.equal(asked.status, 204);
    assert.match(asked.headers.get("access-control-allow-headers") ?? "", /Content-Type.*Authorization.*X-Api-Key/);
  });
});

describe("fresh within two seconds", () => {
  const url = () => `${sessions}/public/findByPin?pincode=411009&date=${tomorrow}`;
  const left = (reply: { json: any }) => reply.json?.sessions[0]?.available_capacity_dose1 as number | undefined;
  let session: DemoSession;

  test("a new session appears, a booking lowers it, the last place takes the slot away", async () => {
    const { db } = api.world.deps;
    session = await publishedSession(api.world, { pincode: 411009, places: { dose1: 3, dose2: 0, precaution: 0 } });
    await until(
      () => api.get(url()),
      (reply) => left(reply) === 6,
    );
    await db.rows("UPDATE registry.places SET taken = 1 WHERE session_id = $1 AND slot_number = 1 AND pool = 'dose1'", [
      session.sessionId,
    ]);
    await until(
      () => api.get(url()),
      (reply) => left(reply) === 5,
    );
    await db.rows("UPDATE registry.places SET taken = 3 WHERE session_id = $1 AND slot_number = 1 AND pool = 'dose1'", [
      session.sessionId,
    ]);
    const full = await until(
      () => api.get(url()),
      (reply) => left(reply) === 3,
    );
    assert.deepEqual(full.json.sessions[0].slots, ["10:00AM-11:00AM"]);
  });

  test("a full session stays on the list, without slots", async () => {
    await api.world.deps.db.rows("UPDATE registry.places SET taken = capacity WHERE session_id = $1", [
      session.sessionId,
    ]);
    const full = await until(
      () => api.get(url()),
      (reply) => left(reply) === 0,
    );
    assert.deepEqual(full.json.sessions[0].slots, []);
    assert.equal(full.json.sessions[0].available_capacity, 0);
  });

  test("a cancelled session goes", async () => {
    await api.world.deps.db.rows("UPDATE registry.sessions SET status = 'cancelled' WHERE session_id = $1", [
      session.sessionId,
    ]);
    await until(
      () => api.get(url()),
      (reply) => reply.json?.sessions.length === 0,
    );
  });

  test("a change of a transaction that began long before is not missed", async () => {
    const slow = await publishedSession(api.world, { pincode: 411009, places: { dose1: 3, dose2: 0, precaution: 0 } });
    await until(
      () => api.get(url()),
      (reply) => left(reply) === 6,
    );
    const { db } = api.world.deps;
    await db.transaction(async (tx) => {
      await tx.rows(
        "UPDATE registry.places SET taken = 2 WHERE session_id = $1 AND slot_number = 2 AND pool = 'dose1'",
        [slow.sessionId],
      );
      // Others commit meanwhile, and the watcher reads on past them.
      await db.rows(
        "UPDATE registry.places SET taken = 1 WHERE session_id = $1 AND slot_number = 1 AND pool = 'dose1'",
        [slow.sessionId],
      );
      await until(
        () => api.get(url()),
        (reply) => left(reply) === 5,
      );
    });
    await until(
      () => api.get(url()),
      (reply) => left(reply) === 3,
    );
  });

  test("at midnight the day before goes, and the next one stays", async () => {
    await publishedSession(api.world, { pincode: 411011, inDays: 0 });
    await publishedSession(api.world, { pincode: 411011, inDays: 1 });
    const ask = (date: string) => api.get(`${sessions}/public/findByPin?pincode=411011&date=${date}`);
    await until(
      () => ask("23-11-2026"),
      (reply) => reply.json?.sessions.length === 1,
    );
    api.world.setNow(new Date("2026-11-23T18:30:00Z"));
    await until(
      () => ask("23-11-2026"),
      (reply) => reply.json?.sessions.length === 0,
    );
    assert.equal((await ask("24-11-2026")).json.sessions.length, 1);
    api.world.setNow(new Date("2026-11-23T03:00:00Z"));
  });

  test("places of a slot that is over are no places", async () => {
    const today = await publishedSession(api.world, { pincode: 411010, inDays: 0 });
    const ask = () => api.get(`${sessions}/public/findByPin?pincode=411010&date=23-11-2026`);
    await until(ask, (reply) => left(reply) === 100);
    // 10:30 in India: the first slot ended at 10:00.
    api.world.setNow(new Date("2026-11-23T05:00:00Z"));
    const later = await ask();
    assert.deepEqual([left(later), later.json.sessions[0].slots], [50, ["10:00AM-11:00AM"]]);
    assert.equal(later.json.sessions[0].session_id, today.sessionId);
    api.world.setNow(new Date("2026-11-23T03:00:00Z"));
  });
});

test("a search that was asked before is answered alike, with the same headers, until the offer changes", async () => {
  const own = await publishedSession(api.world, { pincode: 411088 });
  const path = `${sessions}/public/findByPin?pincode=411088&date=${tomorrow}`;
  const shape = ({ status, headers, text }: Awaited<ReturnType<typeof api.get>>) => ({
    status,
    text,
    headers: [...headers].filter(([name]) => !["date", "ratelimit-remaining"].includes(name)).toSorted(),
    left: Number(headers.get("ratelimit-remaining")),
  });
  const first = shape(
    await until(
      () => api.get(path),
      ({ json }) => json?.sessions.length === 1,
    ),
  );
  const again = shape(await api.get(path));
  assert.deepEqual(again, { ...first, left: first.left - 1 });
  const etag = first.headers.find(([name]) => name === "etag")![1];
  assert.equal((await api.get(path, { "if-none-match": etag })).status, 304);
  const plain = shape(await api.get(path, { "accept-encoding": "identity" }));
  assert.deepEqual(plain.text, first.text);
  assert.ok(!plain.headers.some(([name]) => name === "content-encoding"));
  await api.world.deps.db.rows(
    "UPDATE registry.places SET taken = 9 WHERE session_id = $1 AND slot_number = 1 AND pool = 'dose1'",
    [own.sessionId],
  );
  await until(
    () => api.get(path),
    ({ json }) => json?.sessions[0].available_capacity_dose1 === 91,
  );
});
