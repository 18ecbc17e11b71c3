// What a partner sees is what the person allowed, and not a moment longer: tried against the real recorder and opener.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createPublicKey, type JsonWebKey, verify } from "node:crypto";
import { after, before, test } from "node:test";
import { type CheckedIn, checkedInPerson, type DoseDay, doseDay } from "../../../tests/support/dose-day.js";
import { type DemoPartner, demoPartner, demoTerms, givenConsent } from "../../../tests/support/partners.js";
import { registeredPerson, signedInAccount } from "../../../tests/support/vault-people.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { uuidv7 } from "../../platform/random.js";
import { keySet, signingKeys } from "../certificates/index.js";
import { revokePartnerKey } from "../partners/index.js";
import { recordVaccination } from "../vaccinations/index.js";
import {
  type ConsentTerms,
  confirmErasure,
  denyConsent,
  findConsent,
  findRequest,
  forgetUnanswered,
  grantConsent,
  listConsents,
  requestConsent,
  revokeConsent,
  sharedDoses,
  sharedRecord,
  sharedStatus,
  signedArtefact,
} from "./index.js";

let world: World;
let day: DoseDay;
let partner: DemoPartner;
let vaccinated: CheckedIn;
const today = "2026-11-23";
before(async () => {
  world = await testWorld();
  world.setNow(new Date(`${today}T06:00:00Z`));
  day = await doseDay(world);
  partner = await demoPartner(world);
  vaccinated = await checkedInPerson(world, day);
  assert.ok((await recordVaccination(world.deps, day.vaccinator.actor, vaccinated.input)).ok);
});
after(() => world.close());

const subject = () => vaccinated.input.beneficiaryId;
const actor = () => vaccinated.account.actor;
const given = (differences: Partial<ConsentTerms> = {}) =>
  givenConsent(world, partner, actor(), subject(), differences);

async function looked(pairwiseId: string, who = partner): Promise<string> {
  const shared = await sharedRecord(world.deps, who, pairwiseId);
  return shared.ok ? "sees" : shared.code;
}
async function misses(): Promise<number> {
  const [row] = await world
    .connectAs("sakshi_auditor")
    .rows<{ n: number }>("SELECT count(*)::int AS n FROM log.entries WHERE kind = 3");
  return row!.n;
}

test("a partner asks without naming anybody; the person sees who asks, and grants for one person", async () => {
  const terms = demoTerms(world);
  const requestKey = uuidv7();
  const asked = await requestConsent(world.deps, partner, { terms, requestKey });
  assert.ok(asked.ok);
  const { code, consent } = asked.value;
  assert.match(code, /^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
  assert.deepEqual([consent.state, consent.pairwiseId, consent.signature], ["REQUESTED", null, null]);

  const again = await requestConsent(world.deps, partner, { terms, requestKey });
  assert.ok(again.ok);
  assert.deepEqual([again.value.code, again.value.consent.consentId], [code, consent.consentId]);
  const other = await requestConsent(world.deps, partner, { terms: { ...terms, purpose: "DSRCH" }, requestKey });
  assert.deepEqual(other, { ok: false, code: "CONSENT_KEY_REUSED" });

  const seen = await findRequest(world.deps, ` ${code.toLowerCase().replace("-", " ")} `);
  assert.ok(seen.ok && seen.value.consentId === consent.consentId && seen.value.terms.purpose === "CAREMGT");
  assert.ok((await grantConsent(world.deps, actor(), { code, beneficiaryId: subject() })).ok);
  assert.deepEqual(await findRequest(world.deps, code), { ok: false, code: "CONSENT_ANSWERED" });
  const [newest] = await listConsents(world.deps, vaccinated.account.accountId);
  assert.deepEqual(
    [newest?.consentId, newest?.state, newest?.beneficiaryId],
    [consent.consentId, "GRANTED", subject()],
  );
});

test("the artefact has ABDM's members, names nobody, and carries the vault's signature over itself", async () => {
  const { consentId, pairwiseId } = await given();
  const found = await findConsent(world.deps, partner, consentId);
  assert.ok(found.ok);
  const { signature, ...artefact } = signedArtefact(found.value)!;
  assert.deepEqual(Object.keys(artefact), [
    "schemaVersion",
    "consentId",
    "createdAt",
    "patient",
    "careContexts",
    "purpose",
    "hip",
    "hiu",
    "consentManager",
    "requester",
    "hiTypes",
    "permission",
  ]);
  assert.deepEqual(artefact.patient, { id: pairwiseId });
  assert.deepEqual(artefact.permission, {
    accessMode: "VIEW",
    dateRange: { from: "2021-01-16", to: "2027-12-31" },
    dataEraseAt: "2026-11-30T06:00:00.000Z",
    frequency: { unit: "DAY", value: 1, repeats: 9 },
  });
  for (const hidden of [subject(), vaccinated.account.accountId, "Asha"]) assert.ok(!signature.includes(hidden));
  const [head, payload, mark] = signature.split(".") as [string, string, string];
  assert.deepEqual(JSON.parse(Buffer.from(payload, "base64url").toString()), artefact);
  const { keys } = (await keySet(world.deps)) as { keys: JsonWebKey[] };
  const { kid } = JSON.parse(Buffer.from(head, "base64url").toString()) as { kid: string };
  const jwk = keys.find((one) => (one as { kid?: string }).kid === kid)!;
  const key = { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" } as const;
  assert.ok(verify("sha256", Buffer.from(`${head}.${payload}`), key, Buffer.from(mark, "base64url")));
});

test("the opener signs as a consent nothing else than a consent", async () => {
  const { keyId } = (await signingKeys(world.deps)).ES256;
  for (const text of ["anything", `${Buffer.from('{"alg":"ES256","zip":"DEF"}').toString("base64url")}.e30`]) {
    const signed = await world.deps.gate.signConsent({
      actor: actor(),
      subject: subject(),
      keyId,
      bytes: Buffer.from(text),
    });
    assert.deepEqual(signed, { ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" });
  }
});

test("the partner sees name, birth year, gender and doses; the person sees that it looked, and that they allowed it", async () => {
  const { pairwiseId } = await given();
  const shared = await sharedRecord(world.deps, partner, pairwiseId);
  assert.ok(shared.ok);
  const { name, birthYear, doses, nextDue } = shared.value;
  assert.deepEqual([name, birthYear, doses.length, nextDue?.state], ["Asha Demo", 1980, 1, "due"]);
  assert.deepEqual(Object.keys(shared.value), ["name", "birthYear", "gender", "doses", "nextDue"]);
  const dose = doses[0]!;
  assert.deepEqual(Object.keys(dose), [
    "doseId",
    "doseNumber",
    "kind",
    "product",
    "lotNumber",
    "givenOn",
    "facilityName",
  ]);
  const lines = await world.deps.gate.linesOf({ actor: actor(), subject: subject(), limit: 3 });
  assert.ok(lines.ok);
  const [, look, consent] = lines.value.lines;
  assert.deepEqual(
    [look!.role, look!.organisation, look!.purpose, look!.explanation, look!.fields],
    ["partner", "Demo Clinic 1", "consented-share", "consent", ["name", "birthYear", "gender", "doses"]],
  );
  assert.equal(JSON.parse(look!.entry).doseDates, "2021-01-16/2027-12-31");
  assert.deepEqual([consent!.kind, consent!.purpose, consent!.fields], ["change", "consent", ["consents"]]);
});

test("no consent, no look: a valid key alone opens nothing, and each try is written down as a miss (P2)", async () => {
  const other = await demoPartner(world);
  const { pairwiseId } = await given();
  const before = await misses();
  assert.equal(await looked(pairwiseId, other), "CONSENT_MISSING", "another partner's consent");
  assert.equal(await looked(uuidv7()), "CONSENT_MISSING", "no consent at all");
  assert.equal(await looked(subject()), "CONSENT_MISSING", "the person's own id is none towards a partner");
  assert.equal(await misses(), before + 3);
  const direct = { purpose: "consented-share", subjects: [subject()], fields: ["name"] } as const;
  for (const asking of [
    { actor: { kind: "partner", keyId: other.keyId }, explanation: { kind: "own-sign-in" } },
    { actor: { kind: "partner", keyId: uuidv7() }, explanation: { kind: "consent", consentId: uuidv7() } },
    { actor: actor(), explanation: { kind: "consent", consentId: uuidv7() } },
  ] as const)
    assert.deepEqual(await world.deps.gate.disclose({ ...direct, ...asking }), {
      ok: false,
      code: "DISCLOSURE_NOT_ALLOWED",
    });
});

test("a consent is for one person: others of the family, and other accounts, stay shut (P5)", async () => {
  const { consentId } = await given();
  const sister = await registeredPerson(world, vaccinated.account, { name: "Usha Demo" });
  const stranger = await signedInAccount(world);
  for (const subjects of [[sister], [subject(), sister]])
    assert.equal(
      (
        await world.deps.gate.disclose({
          actor: { kind: "partner", keyId: partner.keyId },
          purpose: "consented-share",
          explanation: { kind: "consent", consentId },
          subjects,
          fields: ["name"],
        })
      ).ok,
      false,
    );
  const asked = await requestConsent(world.deps, partner, { terms: demoTerms(world), requestKey: uuidv7() });
  assert.ok(asked.ok);
  const answer = { code: asked.value.code, beneficiaryId: subject() };
  assert.deepEqual(await grantConsent(world.deps, stranger.actor, answer), {
    ok: false,
    code: "CONSENT_PERSON_MISSING",
  });
  const signed = await world.deps.gate.signConsent({
    actor: stranger.actor,
    subject: subject(),
    keyId: "0".repeat(16),
    bytes: Buffer.from("e30.e30"),
  });
  assert.deepEqual(signed, { ok: false, code: "DISCLOSURE_NOT_ALLOWED" });
  assert.deepEqual(await revokeConsent(world.deps, stranger.actor, consentId), { ok: false, code: "CONSENT_UNKNOWN" });
});

test("two partners, and two consents of one partner, know the person under different ids (P7)", async () => {
  const other = await demoPartner(world);
  const ids = [
    (await given()).pairwiseId,
    (await given()).pairwiseId,
    (await givenConsent(world, other, actor(), subject())).pairwiseId,
  ];
  assert.equal(new Set(ids).size, 3);
  assert.ok(!ids.includes(subject()));
  const doses = await Promise.all(ids.map((id, at) => sharedDoses(world.deps, at === 2 ? other : partner, id)));
  const doseIds = doses.map((one) => one.ok && one.value[0]!.doseId);
  assert.equal(new Set(doseIds).size, 3, "nor do they know the dose under one id");
});

test("ending a consent ends the very next look; the partner then says that it erased its copy (P9)", async () => {
  const { consentId, pairwiseId } = await given();
  assert.equal(await looked(pairwiseId), "sees");
  assert.deepEqual(await confirmErasure(world.deps, partner, consentId), { ok: false, code: "CONSENT_STILL_IN_FORCE" });
  assert.ok((await revokeConsent(world.deps, actor(), consentId)).ok);
  assert.equal(await looked(pairwiseId), "CONSENT_ENDED");
  assert.deepEqual(await revokeConsent(world.deps, actor(), consentId), { ok: false, code: "CONSENT_UNKNOWN" });
  const other = await demoPartner(world);
  assert.deepEqual(await confirmErasure(world.deps, other, consentId), { ok: false, code: "CONSENT_UNKNOWN" });
  const erased = await confirmErasure(world.deps, partner, consentId);
  assert.ok(erased.ok && erased.value.state === "REVOKED" && erased.value.erasedAt);
});

test("the application alone makes no consent: written as granted, bound to another person or partner, or brought back", async () => {
  const { consentId, pairwiseId } = await given();
  assert.equal(await looked(pairwiseId), "sees");
  const other = await demoPartner(world);
  /** A row as an intruder in the application can insert it: a copy of a true one, with differences. */
  const forged = async (differences: Record<string, string>, by = partner) => {
    const row = { consent_id: uuidv7(), request_key: uuidv7(), pairwise_id: uuidv7(), code_hash: "", ...differences };
    await world.deps.db.rows(
      `INSERT INTO registry.consents SELECT (jsonb_populate_record(c, $2::jsonb || jsonb_build_object('code_hash',
         '\\x' || encode(sha256(($2::jsonb ->> 'consent_id')::bytea), 'hex')))).* FROM registry.consents c WHERE consent_id = $1`,
      [consentId, JSON.stringify(row)],
    );
    return looked(row.pairwise_id, by);
  };
  const before = await misses();
  assert.notEqual(await forged({}), "sees", "another consent with the artefact of this one");
  assert.notEqual(await forged({ partner_id: other.partnerId }, other), "sees", "to another partner");
  const [signed] = await world.deps.db.rows<{ signature: string }>(
    "SELECT signature FROM registry.consents WHERE consent_id = $1",
    [consentId],
  );
  const [head, payload, mark] = signed!.signature.split(".") as [string, string, string];
  const artefact = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
  const consent_id = uuidv7();
  const pairwise_id = uuidv7();
  const rewritten = { ...artefact, consentId: consent_id, ["patient"]: { id: pairwise_id } };
  const signature = `${head}.${Buffer.from(JSON.stringify(rewritten)).toString("base64url")}.${mark}`;
  assert.notEqual(await forged({ consent_id, pairwise_id, signature }), "sees", "an artefact that no entry is about");
  assert.notEqual(await forged({ signature: "x.y!.z" }), "sees", "no artefact at all");
  assert.equal(await misses(), before + 4);

  assert.ok((await revokeConsent(world.deps, actor(), consentId)).ok);
  const back = "UPDATE registry.consents SET state = 'GRANTED', revoked_at = NULL WHERE consent_id = $1";
  await assert.rejects(world.deps.db.rows(back, [consentId]), /stays as it was answered/);
  await assert.rejects(world.deps.db.rows("SELECT log.note_consent(now(), 'x', $1)", [subject()]), /permission denied/);
});

test("a consent for the status gives 0, 1 or 2 and no record (P9)", async () => {
  const { pairwiseId } = await given({ hiTypes: ["VaccinationStatus"] });
  assert.deepEqual(await sharedStatus(world.deps, partner, pairwiseId), { ok: true, value: 1 });
  assert.equal(await looked(pairwiseId), "CONSENT_OTHER_TYPE");
  const record = await given();
  assert.deepEqual(await sharedStatus(world.deps, partner, record.pairwiseId), { ok: true, value: 1 });
});

test("doses outside the consent's dates are not opened, and then nobody says what is due", async () => {
  const { pairwiseId } = await given({ dosesFrom: "2021-01-16", dosesTo: "2026-11-22" });
  const shared = await sharedRecord(world.deps, partner, pairwiseId);
  assert.ok(shared.ok);
  assert.deepEqual([shared.value.doses, shared.value.nextDue], [[], undefined]);
  const onTheDay = await given({ dosesFrom: today, dosesTo: today });
  const seen = await sharedRecord(world.deps, partner, onTheDay.pairwiseId);
  assert.ok(seen.ok && seen.value.doses.length === 1);
});

test("looks are counted in the recorder: the frequency holds also when they come at once", async () => {
  const start = world.deps.clock();
  const { pairwiseId } = await given({ frequency: { unit: "HOUR", value: 2, repeats: 2 } });
  const looks = await Promise.all(Array.from({ length: 8 }, () => looked(pairwiseId)));
  assert.equal(looks.filter((look) => look === "sees").length, 3);
  const refusal = await sharedRecord(world.deps, partner, pairwiseId);
  assert.deepEqual(refusal, { ok: false, code: "CONSENT_FREQUENCY_USED", facts: { seconds: 7200 } });
  world.setNow(new Date(start.getTime() + 2 * 3_600_000));
  assert.equal(await looked(pairwiseId), "sees");
  world.setNow(start);
});

test("a consent ends on its day, with its key, and when the person goes to another account", async () => {
  const start = world.deps.clock();
  const { consentId, pairwiseId } = await given();
  world.setNow(new Date("2026-11-30T06:00:00Z"));
  assert.equal(await looked(pairwiseId), "CONSENT_ENDED");
  const ended = await findConsent(world.deps, partner, consentId);
  assert.ok(ended.ok && ended.value.state === "EXPIRED");
  world.setNow(start);
  assert.equal(await looked(pairwiseId), "sees");

  const elsewhere = await signedInAccount(world);
  const move = (to: string) =>
    world.deps.db.rows("UPDATE registry.beneficiaries SET account_id = $2 WHERE beneficiary_id = $1", [subject(), to]);
  await move(elsewhere.accountId);
  assert.notEqual(await looked(pairwiseId), "sees");
  await move(vaccinated.account.accountId);

  const brief = await demoPartner(world);
  const theirs = await givenConsent(world, brief, actor(), subject());
  assert.equal(await looked(theirs.pairwiseId, brief), "sees");
  assert.ok((await revokePartnerKey(world.deps, brief.keyId)).ok);
  assert.notEqual(await looked(theirs.pairwiseId, brief), "sees");
});

test("a request that is refused, or not answered within a day, opens nothing", async () => {
  const start = world.deps.clock();
  const asked = await requestConsent(world.deps, partner, { terms: demoTerms(world), requestKey: uuidv7() });
  const late = await requestConsent(world.deps, partner, { terms: demoTerms(world), requestKey: uuidv7() });
  assert.ok(asked.ok && late.ok);
  assert.ok((await denyConsent(world.deps, actor(), asked.value.code)).ok);
  const answer = { code: asked.value.code, beneficiaryId: subject() };
  assert.deepEqual(await grantConsent(world.deps, actor(), answer), { ok: false, code: "CONSENT_ANSWERED" });
  const denied = await findConsent(world.deps, partner, asked.value.consent.consentId);
  assert.ok(denied.ok && denied.value.state === "DENIED" && denied.value.pairwiseId === null);
  world.setNow(new Date(start.getTime() + 24 * 3_600_000));
  assert.deepEqual(await findRequest(world.deps, late.value.code), { ok: false, code: "CONSENT_ANSWERED" });
  world.setNow(new Date(start.getTime() + 9 * 86_400_000));
  await forgetUnanswered(world.deps);
  const [forgotten, kept] = [late, asked].map(({ value }) => findConsent(world.deps, partner, value.consent.consentId));
  assert.deepEqual(await forgotten, { ok: false, code: "CONSENT_UNKNOWN" });
  assert.ok((await kept!).ok);
  world.setNow(start);
  assert.deepEqual(await findRequest(world.deps, "00000-0000"), { ok: false, code: "CONSENT_CODE_UNKNOWN" });
});

test("terms that cannot be are refused", async () => {
  const now = world.deps.clock().getTime();
  for (const [differences, code] of [
    [{ dosesFrom: "2026-01-02", dosesTo: "2026-01-01" }, "CONSENT_DATES_CROSSED"],
    [{ eraseAt: new Date(now) }, "CONSENT_ERASE_WRONG"],
    [{ eraseAt: new Date(now + 367 * 86_400_000) }, "CONSENT_ERASE_WRONG"],
  ] as const) {
    const terms = demoTerms(world, differences);
    const asked = await requestConsent(world.deps, partner, { terms, requestKey: uuidv7() });
    assert.ok(!asked.ok && asked.problems?.[0]?.code === code, code);
  }
});
