// What a certificate says about a dose, as tables of cases.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import type { DoseDetails } from "../disclosure/index.js";
import { currentProgramme } from "../vaccines/index.js";
import { additionalCodes } from "./product-codes.js";
import { codesOf, expiryOf, primaryDosesOf, printedName, stageOf, validDoses } from "./rules.js";

const { products } = currentProgramme();

function dose(difference: Partial<DoseDetails>): DoseDetails {
  return {
    vaccinationId: "v",
    doseNumber: 1,
    kind: "primary",
    product: "COVISHIELD",
    lotNumber: "4121Z001",
    givenOn: "2026-11-23",
    facilityId: "f",
    facilityName: "Demo",
    districtId: 1,
    stateId: 1,
    sessionId: "s",
    vaccinatorId: "w",
    vaccinatorName: "Ravi Demo",
    enteredInError: false,
    ...difference,
  };
}

test("every product of the programme has codes, and the EU's come first", () => {
  for (const product of products.values()) assert.ok(codesOf(product, additionalCodes), product.id);
  assert.deepEqual(codesOf(products.get("COVISHIELD")!, additionalCodes), {
    vaccine: "29061000087103",
    product: "Covishield",
    manufacturer: "ORG-100001981",
  });
  assert.deepEqual(codesOf(products.get("CORBEVAX")!, additionalCodes), {
    vaccine: "1162643001",
    product: "Corbevax",
    manufacturer: "Biological-E",
  });
  assert.equal(codesOf(products.get("CORBEVAX")!, {}), undefined);
  assert.equal(printedName(products.get("COVISHIELD"), additionalCodes), "Covishield");
  assert.equal(printedName(undefined, additionalCodes), undefined);
});

test("a dose entered in error counts nowhere; the rest stand in order", () => {
  const doses = [dose({ doseNumber: 2 }), dose({ doseNumber: 1, enteredInError: true }), dose({ doseNumber: 1 })];
  assert.deepEqual(
    validDoses(doses).map((each) => [each.doseNumber, each.enteredInError]),
    [
      [1, false],
      [2, false],
    ],
  );
});

test("the product that began the series says how many doses it has", () => {
  assert.equal(primaryDosesOf([dose({})], products), 2);
  assert.equal(primaryDosesOf([dose({ product: "ZYCOV_D" })], products), 3);
  assert.equal(
    primaryDosesOf([dose({ product: "JANSSEN" }), dose({ kind: "precaution", doseNumber: 2 })], products),
    1,
  );
  assert.equal(primaryDosesOf([dose({ product: "UNHEARD_OF" })], products), 1);
  assert.equal(primaryDosesOf([], products), 1);
});

test("provisional until the last primary dose, then final; a precaution dose is its own stage", () => {
  assert.equal(stageOf({ kind: "primary", doseNumber: 1 }, 2), "provisional");
  assert.equal(stageOf({ kind: "primary", doseNumber: 2 }, 2), "final");
  assert.equal(stageOf({ kind: "primary", doseNumber: 1 }, 1), "final");
  assert.equal(stageOf({ kind: "precaution", doseNumber: 3 }, 2), "precaution");
});

test("a signature stands for five years, over leap days too", () => {
  assert.equal(expiryOf(new Date("2026-11-23T06:00:00.000Z")).toISOString(), "2031-11-23T06:00:00.000Z");
  assert.equal(expiryOf(new Date("2028-02-29T06:00:00.000Z")).toISOString(), "2033-03-01T06:00:00.000Z");
});
