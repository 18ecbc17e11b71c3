// What we issue, form by form: verified in Node and with WebCrypto, each word bound, and small enough for its code.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { card, cowin, dose, facts, keys, names, trust, w3c, wallet } from "../../../tests/support/issued-forms.js";
import {
  type CourseFacts,
  ownDidDocument,
  ownKeySet,
  ownTrustList,
  readTrustList,
  shcCode,
  type TrustList,
  verifyCertificate,
  zipCertificate,
} from "./index.js";
import { deflateRaw, nodePrimitives } from "./node-primitives.js";
import { webPrimitives } from "./web-primitives.js";

const primitives = nodePrimitives();
const at = new Date("2026-12-01T00:00:00Z");

async function judge(text: string | Uint8Array) {
  const [node, web] = await Promise.all(
    [primitives, webPrimitives()].map((each) => verifyCertificate(text, { trust, at, primitives: each })),
  );
  assert.deepEqual(node, web);
  return node!;
}
const outcomeOf = async (json: unknown) => {
  const { outcome, reasons } = await judge(JSON.stringify(json));
  return outcome === "valid" ? "valid" : reasons.map(({ code, at: place }) => `${code} ${place ?? ""}`.trim()).join();
};

test("hardened Co-WIN: one dose, as JSON and as the zip of its QR code", async () => {
  const json = JSON.stringify(await cowin());
  const zip = zipCertificate(Buffer.from(json), deflateRaw);
  for (const input of [json, zip, Buffer.from(zip).toString("latin1")]) {
    const verdict = await judge(input);
    assert.deepEqual([verdict.outcome, verdict.format], ["valid", "divoc"], JSON.stringify(verdict.reasons));
    assert.deepEqual(verdict.holder, { name: 'Asha "Demo" आशा', latinName: 'Asha "Demo" आशा', born: "1980" });
    assert.ok(verdict.statement?.kind === "vaccination");
    const { dose: number, doses, product, givenOn, certificateId } = verdict.statement;
    assert.deepEqual(
      [number, doses, product, givenOn, certificateId],
      [2, 2, "Covishield", "2026-11-23", "0123456789ABCDEFGHJK"],
    );
  }
  // Version 40 at level M holds 2,331 bytes; a phone reads what stays well below.
  assert.ok(zip.length < 1_500, String(zip.length));
});

test("hardened Co-WIN: an international certificate has date of birth and passport", async () => {
  const person = { ...facts().person, birthDate: "1980-05-17", passportNumber: "Z0000000" };
  const verdict = await judge(JSON.stringify(await cowin(facts({ person }))));
  assert.deepEqual([verdict.outcome, verdict.holder?.born], ["valid", "1980-05-17"]);
});

test("hardened Co-WIN: no value changes its place, no name its meaning, and no proof is left out", async () => {
  const good: any = await cowin();
  assert.equal(await outcomeOf(good), "valid");
  const evidence = good.evidence[0];
  const changed = (fields: object) => ({ ...good, evidence: [{ ...evidence, ...fields }] });
  const signature = "CERTIFICATE_SIGNATURE_INVALID";
  for (const [what, json, reason] of [
    ["dose and total", changed({ dose: evidence.totalDoses + 1, totalDoses: evidence.dose }), signature],
    ["vaccine and batch", changed({ vaccine: evidence.batch, batch: evidence.vaccine }), signature],
    [
      "vaccine and manufacturer",
      changed({ vaccine: evidence.manufacturer, manufacturer: evidence.vaccine }),
      signature,
    ],
    ["certificate id and batch", changed({ certificateId: evidence.batch, batch: evidence.certificateId }), signature],
    ["an unknown word", changed({ note: "x" }), "CERTIFICATE_CONTENT_INVALID evidence[0].note"],
    ["a null that says nothing in RDF", changed({ stage: null }), signature],
    ["a list around a value", { ...good, evidence: good.evidence[0] }, signature],
    ["the first proof only", { ...good, proof: good.proof[0] }, "CERTIFICATE_CONTEXT_UNKNOWN @context"],
    ["the second proof only", { ...good, proof: [good.proof[1]] }, "CERTIFICATE_PROOF_INVALID proof"],
    ["the first proof twice", { ...good, proof: [good.proof[0], good.proof[0]] }, "CERTIFICATE_PROOF_INVALID proof"],
    ["proofs exchanged", { ...good, proof: [...good.proof].reverse() }, "CERTIFICATE_PROOF_INVALID proof"],
    ["a third proof", { ...good, proof: [...good.proof, good.proof[1]] }, "CERTIFICATE_PROOF_INVALID proof"],
    [
      "another context",
      { ...good, "@context": [good["@context"][0], "https://other.example/credentials/vaccination/v3"] },
      "CERTIFICATE_PROOF_INVALID proof",
    ],
    [
      "Co-WIN's context",
      { ...good, "@context": [good["@context"][0], "https://cowin.gov.in/credentials/vaccination/v1"] },
      "CERTIFICATE_PROOF_INVALID proof",
    ],
    ["another status", { ...good, credentialStatus: { ...good.credentialStatus, statusListIndex: "78" } }, signature],
  ] as const)
    assert.equal(await outcomeOf(json), reason, what);
});

test("hardened Co-WIN: a proof of another document, or by another key, does not do for the second", async () => {
  const [good, other]: any[] = [await cowin(), await cowin(facts({ certificateId: "ZZZZZZZZZZZZZZZZZZZZ" }))];
  assert.equal(await outcomeOf({ ...good, proof: [good.proof[0], other.proof[1]] }), "CERTIFICATE_SIGNATURE_INVALID");
  const alien = { ...good.proof[1], verificationMethod: "did:web:other.example#1" };
  assert.equal(await outcomeOf({ ...good, proof: [good.proof[0], alien] }), "CERTIFICATE_PROOF_INVALID proof");
});

test("W3C credential: the whole course, by its issuer", async () => {
  const good: any = await w3c();
  const verdict = await judge(JSON.stringify(good));
  assert.deepEqual([verdict.outcome, verdict.format, verdict.issuer], ["valid", "vc-2.0", names.did]);
  assert.equal((verdict.claims as any).credentialSubject.vaccinations.length, 2);
  const subject = { ...good.credentialSubject, birthYear: 1990 };
  assert.equal(await outcomeOf({ ...good, credentialSubject: subject }), "CERTIFICATE_SIGNATURE_INVALID");
});

test("SMART Health Card: the whole course in one QR code", async () => {
  const jws = await card();
  for (const text of [jws, shcCode(jws)]) {
    const verdict = await judge(text);
    assert.deepEqual([verdict.outcome, verdict.format], ["valid", "shc"], JSON.stringify(verdict.reasons));
    assert.equal(verdict.holder?.born, "1980");
    assert.ok(verdict.statement?.kind === "vaccination" && verdict.statement.dose === 2);
  }
  assert.ok(jws.length <= 1_195, String(jws.length));
});

test("SMART Health Card: three doses at places with long names still fit into one code", async () => {
  const place = "Rural Health and Wellness Centre with a very long name, Block, District and State of Demonstration";
  const doses = [1, 2, 3].map((doseNumber) =>
    dose({ doseNumber, place: `${place} ${doseNumber}`, batch: `Z${doseNumber}X` }),
  );
  const jws = await card(facts({ doses: doses as unknown as CourseFacts["doses"] }));
  assert.equal((await judge(jws)).outcome, "valid");
  assert.ok(jws.length <= 1_195, String(jws.length));
});

test("SD-JWT VC: the holder shows what they choose, and decoys hide how much there is", async () => {
  const whole = await wallet();
  const [jwt, ...parts] = whole.split("~");
  const disclosures = parts.filter((part) => part !== "");
  const contentOf = (text: string): unknown[] => JSON.parse(Buffer.from(text, "base64url").toString());
  assert.deepEqual(
    disclosures.map((text) => contentOf(text)[1]),
    ["name", "birthYear", "gender", "stage", "vaccinations"],
  );
  const claimsShown = async (shown: readonly string[]) => {
    const verdict = await judge([jwt, ...shown, ""].join("~"));
    assert.equal(verdict.outcome, "valid", JSON.stringify(verdict.reasons));
    return verdict.claims as Record<string, unknown>;
  };
  assert.equal((await claimsShown(disclosures))["name"], facts().person.name);
  const onlyStage = await claimsShown([disclosures[3]!]);
  assert.equal(onlyStage["stage"], "final");
  assert.ok(!("name" in onlyStage) && !("birthYear" in onlyStage));
  const payload = JSON.parse(Buffer.from(jwt!.split(".")[1]!, "base64url").toString());
  assert.equal(payload._sd.length, disclosures.length + 3);
});

test("names of 300 characters in any script go into every form", async () => {
  for (const letter of ["A", "आ", "ꯀ꯭ꯔ", "ا", "𝒜"]) {
    const given = facts({ person: { ...facts().person, name: letter.repeat(300 / [...letter].length) } });
    const forms = [
      JSON.stringify(await cowin(given)),
      JSON.stringify(await w3c(given)),
      await card(given),
      await wallet(given),
    ];
    for (const form of forms) assert.equal((await judge(form)).outcome, "valid", letter);
  }
});

test("a stolen key: whatever it signed is refused, back-dated too, by new verifiers and by those who know dates only", async () => {
  const past = { issuedAt: new Date("2026-01-01T00:00:00Z"), expiresAt: new Date("2031-01-01T00:00:00Z") };
  const forms = [
    JSON.stringify(await cowin(facts(past))),
    JSON.stringify(await w3c(facts(past))),
    await card(facts(past)),
    await wallet(facts(past)),
  ];
  const stolen = [keys.ES256, keys.EdDSA].map((key) => ({ ...key, revokedAt: new Date("2026-11-30T00:00:00Z") }));
  const named = readTrustList(
    JSON.parse(JSON.stringify(ownTrustList(stolen, names, { country: "IN", name: "Test issuer" }))),
  )!;
  const datesOnly: TrustList = JSON.parse(
    JSON.stringify(named, (name, value) => (name === "revokedAt" ? undefined : value)),
  );
  // A list that names the key twice, once without the theft, does not make it good.
  const twice = { version: 1 as const, keys: [...trust.keys, ...named.keys] };
  for (const form of forms) {
    assert.equal((await judge(form)).outcome, "valid");
    for (const [list, code] of [
      [named, "CERTIFICATE_KEY_REVOKED"],
      [twice, "CERTIFICATE_KEY_REVOKED"],
      [datesOnly, "CERTIFICATE_KEY_NOT_IN_FORCE"],
    ] as const) {
      const verdict = await verifyCertificate(form, { trust: list, at, primitives });
      assert.deepEqual([verdict.outcome, verdict.reasons.map((reason) => reason.code)], ["invalid", [code]]);
      if (list !== datesOnly) assert.equal(verdict.holder, undefined);
    }
  }
  assert.deepEqual(await ownKeySet(stolen, primitives), { keys: [] });
  const did: any = ownDidDocument(stolen, names);
  assert.deepEqual([did.assertionMethod, did.verificationMethod[0].revoked], [[], "2026-11-30T00:00:00.000Z"]);
});
