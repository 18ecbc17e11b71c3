// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import {
  demoMobile,
  personInput,
  publishedSession,
  registered,
  setCode,
  signedInCitizen,
} from "../../../tests/support/citizens.js";
import { facility, signedInStaff } from "../../../tests/support/vault-people.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { uuidv7 } from "../../platform/random.js";
import { confirmPresenceCode, requestPresenceCode } from "../accounts/index.js";
import { bookAppointment } from "../appointments/index.js";
import {
  listBeneficiaries,
  mergeInto,
  nameFault,
  registerBeneficiary,
  removeBeneficiary,
  viewBeneficiaries,
} from "./index.js";
import { readIdentity } from "./rules.js";

let world: World;
before(async () => {
  world = await testWorld();
  world.setNow(new Date("2026-11-23T06:00:00Z"));
});
after(() => world.close());
const codeOf = (outcome: { ok: boolean; code?: string }) => (outcome.ok ? "ok" : outcome.code);
const register = (citizen: Awaited<ReturnType<typeof signedInCitizen>>, differences = {}, requestKey = uuidv7()) =>
  registerBeneficiary(world.deps, citizen.actor, { ...personInput(differences), requestKey, locale: "en" });

test("takes names of ten scripts, of one letter and of two hundred, as typed", () => {
  const names = [
    "Asha Demo",
    "आशा देवी",
    "আশা",
    "ஆஷா",
    "ఆశా",
    "ಆಶಾ",
    "ആശാ ഡെമോ",
    "આશા",
    "ਆਸ਼ਾ",
    "ଆଶା",
    "آشا",
    "A",
    "B. K. O'Neil-Rao",
    "Dr. Demo Jr.",
    "ന്‍",
    "अ".repeat(200),
  ];
  for (const name of names) assert.equal(nameFault(name.normalize("NFC")), undefined, name);
});

test("refuses what is no name", () => {
  const missing = ["", " "].map((name) => name.trim());
  for (const name of missing) assert.equal(nameFault(name), "BENEFICIARY_NAME_MISSING");
  for (const name of [
    "<b>Asha</b>",
    "Asha'); DROP TABLE x;--",
    "Asha1",
    "🙂",
    "-Asha",
    "Asha\u202eDemo",
    "Asha\nDemo",
    "\u200dAsha",
    "...",
  ]) {
    assert.equal(nameFault(name), "BENEFICIARY_NAME_CHARACTERS", name);
  }
  assert.equal(nameFault("अ".repeat(201)), "BENEFICIARY_NAME_LONG");
});

test("refuses impossible years, and takes the first and the last possible one", () => {
  const faultOf = (birthYear: string) => {
    const read = readIdentity(personInput({ birthYear }), 2026);
    return "problems" in read ? read.problems[0]!.code : undefined;
  };
  assert.equal(faultOf("1905"), "BENEFICIARY_BIRTH_YEAR_IMPOSSIBLE");
  assert.equal(faultOf("1906"), undefined);
  assert.equal(faultOf("2026"), undefined);
  assert.equal(faultOf("2027"), "BENEFICIARY_BIRTH_YEAR_IMPOSSIBLE");
  for (const birthYear of ["", "84", "19 84", "1984.0", "-984", "1e3", "१९८४"])
    assert.equal(faultOf(birthYear), "BENEFICIARY_BIRTH_YEAR_WRONG", birthYear);
});

test("takes four characters of the photo id and never the whole number", () => {
  for (const photoIdLast4 of ["123412341234", "123", "12 4", "१२३४"]) {
    const read = readIdentity(personInput({ photoIdLast4 }), 2026);
    assert.ok("problems" in read);
    assert.deepEqual(read.problems, [{ field: "photoIdLast4", code: "BENEFICIARY_PHOTO_ID_LAST4_WRONG" }]);
  }
});

test("names every wrong field at once", () => {
  const read = readIdentity(
    { name: "", birthYear: "", gender: "x", photoIdType: "99", photoIdLast4: "", consent: "" },
    2026,
  );
  assert.ok("problems" in read);
  assert.deepEqual(
    read.problems.map((one) => one.field),
    ["name", "birthYear", "gender", "photoIdType", "photoIdLast4", "consent"],
  );
});

test("registers a person and shows the name to the account alone", async () => {
  const citizen = await signedInCitizen(world);
  const outcome = await register(citizen, { name: "आशा देवी" });
  assert.ok(outcome.ok);
  assert.match(String(outcome.value.referenceId), /^\d{14}$/);
  const seen = await viewBeneficiaries(
    world.deps,
    citizen.actor,
    [outcome.value.beneficiaryId],
    ["name", "birthYear", "mobile"],
  );
  assert.ok(seen.ok);
  assert.equal(seen.value.get(outcome.value.beneficiaryId)!.name, "आशा देवी");
  assert.match(seen.value.get(outcome.value.beneficiaryId)!.mobile!, /^90000\d{5}$/);
  const stranger = await signedInCitizen(world);
  assert.equal(
    codeOf(await viewBeneficiaries(world.deps, stranger.actor, [outcome.value.beneficiaryId], ["name"])),
    "DISCLOSURE_NOT_ALLOWED",
  );
});

test("registers once when the form comes twice, also at the same moment", async () => {
  const citizen = await signedInCitizen(world);
  for (let round = 1; round <= 5; round++) {
    const input = { ...personInput(), requestKey: uuidv7(), locale: "en" };
    const twice = await Promise.all([
      registerBeneficiary(world.deps, citizen.actor, input),
      registerBeneficiary(world.deps, citizen.actor, input),
    ]);
    const again = await registerBeneficiary(world.deps, citizen.actor, input);
    const ids = [...twice, again].map((one) => (one.ok ? one.value.beneficiaryId : one.code));
    assert.equal(new Set(ids).size, 1, ids.join(" "));
    assert.equal((await listBeneficiaries(world.deps, citizen.accountId)).length, round);
  }
});

test("registers once when the form for the last place comes twice, one a moment later", async () => {
  for (const pause of [0, 4, 8, 12, 16, 20, 24, 28]) {
    const citizen = await signedInCitizen(world);
    for (let i = 0; i < 5; i++) await registered(world, citizen);
    const input = { ...personInput(), requestKey: uuidv7(), locale: "en" };
    const twice = await Promise.all([
      registerBeneficiary(world.deps, citizen.actor, input),
      setTimeout(pause).then(() => registerBeneficiary(world.deps, citizen.actor, input)),
    ]);
    const ids = twice.map((one) => (one.ok ? one.value.beneficiaryId : one.code));
    assert.equal(new Set(ids).size, 1, `${pause} ms: ${ids.join(" ")}`);
  }
});

test("registers six people a phone, whatever happens at the same time", async () => {
  const citizen = await signedInCitizen(world);
  for (let i = 0; i < 4; i++) await registered(world, citizen);
  const answers = await Promise.all(Array.from({ length: 5 }, () => register(citizen)));
  const codes = answers.map(codeOf);
  assert.equal(codes.filter((code) => code === "ok").length, 2, codes.join(" "));
  assert.equal((await listBeneficiaries(world.deps, citizen.accountId)).length, 6);
  assert.equal(codeOf(await register(citizen)), "BENEFICIARY_LIMIT_REACHED");
});

test("asks for a different photo id of each person of an account", async () => {
  const citizen = await signedInCitizen(world);
  const card = { photoIdType: "6", photoIdLast4: "123f" };
  assert.ok((await register(citizen, card)).ok);
  const again = await register(citizen, { ...card, photoIdLast4: "123F" });
  assert.ok(!again.ok);
  assert.deepEqual(again.problems, [{ field: "photoIdLast4", code: "BENEFICIARY_PHOTO_ID_REPEATED" }]);
  assert.ok(
    (await register(citizen, { ...card, photoIdType: "8" })).ok,
    "the same four characters of another kind of id",
  );
  assert.ok((await register(await signedInCitizen(world), card)).ok, "another account");
  const racing = { photoIdType: "1", photoIdLast4: "7777" };
  const codes = (await Promise.all([register(citizen, racing), register(citizen, racing)])).map(codeOf).sort();
  assert.deepEqual(codes, ["INPUT_INVALID", "ok"]);
});

test("refuses whoever is not signed in any more", async () => {
  const outcome = await registerBeneficiary(
    world.deps,
    { kind: "citizen", signInId: uuidv7() },
    { ...personInput(), requestKey: uuidv7(), locale: "en" },
  );
  assert.equal(codeOf(outcome), "NOT_SIGNED_IN");
});

test("removes a person, but not with an appointment ahead, and not somebody else's", async () => {
  const citizen = await signedInCitizen(world);
  const [gone, booked] = [await registered(world, citizen), await registered(world, citizen)];
  assert.equal(codeOf(await removeBeneficiary(world.deps, (await signedInCitizen(world)).actor, gone)), "NOT_FOUND");
  assert.ok((await removeBeneficiary(world.deps, citizen.actor, gone)).ok);
  assert.equal(codeOf(await removeBeneficiary(world.deps, citizen.actor, gone)), "NOT_FOUND");
  const { sessionId } = await publishedSession(world);
  assert.ok(
    (
      await bookAppointment(world.deps, citizen.actor, {
        sessionId,
        slotNumber: 1,
        beneficiaryIds: [booked],
        requestKey: uuidv7(),
      })
    ).ok,
  );
  assert.equal(codeOf(await removeBeneficiary(world.deps, citizen.actor, booked)), "BENEFICIARY_HAS_APPOINTMENT");
  const into = await registered(world, citizen);
  const merge = (beneficiaryId: string) =>
    world.deps.db.transaction((tx) => mergeInto(tx, { beneficiaryId, into, now: world.deps.clock() }));
  assert.equal(await merge(booked), "appointed");
  assert.ok((await listBeneficiaries(world.deps, citizen.accountId)).some((one) => one.beneficiaryId === booked));
  assert.equal(await merge(gone), "not-active");
  await world.deps.db.rows(
    `INSERT INTO registry.vaccinations (beneficiary_id, vaccination_id, dose_number, session_id, facility_id, status, request_key, recorded_by, recorded_at)
     VALUES ($1, $2, 1, $3, $2, 'valid', $2, $2, $4)`,
    [booked, uuidv7(), sessionId, world.deps.clock()],
  );
  assert.equal(codeOf(await removeBeneficiary(world.deps, citizen.actor, booked)), "BENEFICIARY_VACCINATED");
});

test("lets staff register whoever shows a code from their phone, and nobody without", async () => {
  const staff = await signedInStaff(world, "verifier", await facility(world));
  const [mobile, address] = [demoMobile(), "198.51.100.9"];
  const walkIn = (presenceChallengeId: string) =>
    registerBeneficiary(world.deps, staff.actor, {
      ...personInput(),
      requestKey: uuidv7(),
      locale: "hi",
      presenceChallengeId,
    });
  const challenge = await requestPresenceCode(world.deps, staff.actor, { mobile, address });
  assert.ok(challenge.ok);
  const { challengeId } = challenge.value;
  assert.equal(codeOf(await walkIn(challengeId)), "PRESENCE_NOT_SHOWN");
  await setCode(world, challengeId, "112233");
  const confirmed = await confirmPresenceCode(world.deps, staff.actor, {
    challengeId,
    code: { digits: "112233" },
    address,
  });
  assert.ok(confirmed.ok);
  assert.equal(confirmed.value.accountId, undefined, "the phone has no account yet");
  const first = await walkIn(challengeId);
  assert.ok(first.ok, codeOf(first));
  const second = await walkIn(challengeId);
  assert.ok(second.ok, codeOf(second));
  assert.equal(second.value.accountId, first.value.accountId);
  world.setNow(new Date(world.deps.clock().getTime() + 120_000));
  const holder = await signedInCitizen(world, mobile);
  assert.equal(holder.accountId, first.value.accountId, "the holder finds the people under their own number");
  const other = await signedInStaff(world, "verifier", await facility(world));
  const foreign = await registerBeneficiary(world.deps, other.actor, {
    ...personInput(),
    requestKey: uuidv7(),
    locale: "en",
    presenceChallengeId: challengeId,
  });
  assert.equal(codeOf(foreign), "PRESENCE_NOT_SHOWN");
});

test("lets staff register a person without a phone, once", async () => {
  const staff = await signedInStaff(world, "verifier", await facility(world));
  const input = { ...personInput(), requestKey: uuidv7(), locale: "hi", withoutPhone: true };
  const first = await registerBeneficiary(world.deps, staff.actor, input);
  const again = await registerBeneficiary(world.deps, staff.actor, input);
  assert.ok(first.ok && again.ok, `${codeOf(first)} ${codeOf(again)}`);
  assert.equal(again.value.beneficiaryId, first.value.beneficiaryId);
});
