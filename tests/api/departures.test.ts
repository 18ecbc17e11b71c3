// Where the old wire gave a person for a number: 403 with a stable code, the same for everybody, and a miss in the log.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { leafKinds } from "../../src/vault/entry.js";
import { demoMobile } from "../support/citizens.js";
import { type ApiWorld, apiWorld, registeredBy, signedInBot } from "./api-world.js";

let api: ApiWorld;
const key = { "x-api-key": "3sjOr2rmM52GzhpMHjDEE1kpQeRxwFDr4YcBEimi" };
before(async () => {
  api = await apiWorld();
});
after(() => api.close());

async function misses(): Promise<number> {
  const [row] = await api.world
    .connectAs("sakshi_auditor")
    .rows<{ n: number }>(`SELECT count(*)::int AS n FROM log.entries WHERE kind = ${leafKinds.miss}`);
  return row!.n;
}

test("no person for a number or a reference id and a key, known or not, and each try is in the log", async () => {
  const mobile = demoMobile();
  const reference = await registeredBy(api, await signedInBot(api, mobile));
  const before = await misses();
  const paths = [
    `/api/v2/vaccinator/beneficiaries/findByMobile?mobile_number=${mobile}`,
    `/api/v2/vaccinator/beneficiaries/findByMobile?mobile_number=${demoMobile()}`,
    `/api/v2/vaccinator/beneficiaries/findByReferenceId?beneficiary_reference_id=${reference}`,
    "/api/v2/vaccinator/beneficiaries/findByReferenceId?beneficiary_reference_id=11111111111111",
    `/api/v2/vaccinator/certificate/download?beneficiary_reference_id=${reference}`,
    `/api/v3/vaccination/status/${reference}/3`,
  ];
  const answers = [];
  for (const path of paths) answers.push(await api.get(path, key));
  for (const path of ["beneficiaries/new", "beneficiaries/vaccinate", "onspots/schedule"])
    answers.push(await api.post(`/api/v2/vaccinator/${path}`, { beneficiary_reference_id: reference }, key));
  answers.push(await api.post("/api/pdf/certificate", { beneficiaryId: reference, mobile }, key));
  for (const { status, text, json } of answers) {
    assert.deepEqual([status, json.errorCode, text], [403, "BENEFICIARY_PROOF_MISSING", answers[0]!.text]);
  }
  assert.equal(await misses(), before + answers.length);
});

test("whoever knocks without end is told to wait, and fills no log", async () => {
  const path = "/api/v2/vaccinator/beneficiaries/findByMobile?mobile_number=9000000001";
  let answer = await api.get(path);
  for (let i = 0; i < 60 && answer.status === 403; i++) answer = await api.get(path);
  assert.equal(answer.status, 429);
  assert.ok(Number(answer.headers.get("retry-after")) > 0);
  const before = await misses();
  assert.equal((await api.get(path)).status, 429);
  assert.equal(await misses(), before);
});
