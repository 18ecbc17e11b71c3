// Names in certificates: ten scripts, one letter, two hundred characters, and letters that no table knows.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { issuedAt, testIssuer } from "../../../tests/support/certificate.js";
import { dccPayload, doseOfSeries } from "./dcc-payload.js";
import { nodePrimitives } from "./node-primitives.js";
import { icaoName } from "./romanise.js";
import { checkCharacter, hasRightCheckCharacter, makeUvci } from "./uvci.js";
import { verifyCertificate } from "./verify.js";

const issuer = testIssuer();

test("names of twelve scripts are romanised as Indian passports spell them", () => {
  const names = {
    "Asha Demo": "ASHA<DEMO",
    "आशा डेमो": "ASHA<DEMO",
    "राम कुमार शर्मा": "RAM<KUMAR<SHARMA",
    "চন্দ্রশেখর দাস": "CHANDRASHEKHAR<DAS",
    "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ": "GURAPRIT<SINGH",
    "મહાત્મા ગાંધી": "MAHATMA<GANDHI",
    "ଆଶା ଦାସ": "ASHA<DASA",
    தமிழ்ச்செல்வன்: "TAMIZHCHCHELVAN",
    "అనిత రెడ్డి": "ANITA<REDDI",
    "ಕೃಷ್ಣ ಗೌಡ": "KRISHNA<GAUDA",
    "അമ്മിണി നായർ": "AMMINI<NAYAR",
    آشا: "ASHA",
    ᱥᱟᱱᱛᱟᱲ: "SANTAR",
  };
  for (const [name, latin] of Object.entries(names)) assert.equal(icaoName(name), latin, name);
});

test("Latin letters follow Doc 9303: marks go, hyphens and spaces become fillers", () => {
  assert.equal(icaoName("Müller-Lüdenscheidt"), "MUELLER<LUEDENSCHEIDT");
  assert.equal(icaoName("O'Brien"), "OBRIEN");
  assert.equal(icaoName("S.K. Demo"), "S<K<DEMO");
  assert.equal(icaoName("Straße Łódź Ærø"), "STRASSE<LODZ<AEROE");
  assert.equal(icaoName("ज़ाकिर"), icaoName("\u095bाकिर"));
});

test("one letter, no letter, a very long name", () => {
  assert.equal(icaoName("X"), "X");
  assert.equal(icaoName("अ"), "A");
  assert.equal(icaoName("न"), "NA");
  for (const none of ["", " ", "1234", "王小明", "🙂"]) assert.equal(icaoName(none), "XXX");
  assert.equal(icaoName("Asha ".repeat(40)).length, 79);
  assert.equal(icaoName("a".repeat(300)).length, 80);
});

test("any text gives 1 to 80 letters A to Z and fillers", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (name) => {
      assert.match(icaoName(name), /^[A-Z][A-Z<]{0,79}$/);
    }),
  );
});

test("a name of 200 characters in any script still makes a certificate that verifies and fits a QR code", async () => {
  for (const word of ["Asha ", "अतिदीर्घनामधारिणी ", "ரவிச்சந்திரன் ", "ചന്ദ്രശേഖരൻ ", "رضوان ", "x".repeat(200)]) {
    const text = await issuer.issue(word.repeat(200).slice(0, 200));
    const verdict = await verifyCertificate(text, { trust: issuer.trust, at: issuedAt, primitives: nodePrimitives() });
    assert.equal(verdict.outcome, "valid", `${word}: ${JSON.stringify(verdict.reasons)}`);
    assert.ok([...(verdict.holder?.name ?? "")].length <= 80);
    // Level Q holds 2,420 alphanumeric characters; 1,300 keep the modules large enough for a phone.
    assert.ok(text.length < 1_300, String(text.length));
  }
});

test("the whole name stands as the surname, the year alone as the date of birth", () => {
  const payload = dccPayload(
    { name: "Asha Demo", birthYear: 1980 },
    {
      vaccine: "1",
      product: "2",
      manufacturer: "3",
      kind: "primary",
      doseNumber: 1,
      primaryDoses: 2,
      givenOn: "2026-11-23",
      country: "IN",
      issuer: "Test",
      certificateId: "URN",
    },
  );
  assert.deepEqual(
    [...(payload.get("nam") as Map<string, string>)],
    [
      ["fn", "Asha Demo"],
      ["fnt", "ASHA<DEMO"],
    ],
  );
  assert.equal(payload.get("dob"), "1980");
});

test("dose and series: primary 1/2 and 2/2, precaution 3/3, after a single-dose series 2/1", () => {
  const cases = [
    [{ kind: "primary", doseNumber: 1, primaryDoses: 2 }, [1, 2]],
    [{ kind: "primary", doseNumber: 2, primaryDoses: 2 }, [2, 2]],
    [{ kind: "primary", doseNumber: 3, primaryDoses: 3 }, [3, 3]],
    [{ kind: "precaution", doseNumber: 3, primaryDoses: 2 }, [3, 3]],
    [{ kind: "precaution", doseNumber: 4, primaryDoses: 3 }, [4, 4]],
    [{ kind: "precaution", doseNumber: 2, primaryDoses: 1 }, [2, 1]],
    [{ kind: "primary", doseNumber: 1, primaryDoses: 1 }, [1, 1]],
  ] as const;
  for (const [dose, [dn, sd]] of cases) assert.deepEqual(doseOfSeries(dose), { dn, sd });
});

test("certificate ids carry the check character that issuers in the EU's test collection have", () => {
  assert.equal(checkCharacter("URN:UVCI:01:AT:10807843F94AEE0EE5093FBC254BD813"), "B");
  assert.equal(checkCharacter("URN:UVCI:01:DK:B986830007345F99AE898FB82C6C61F2"), "A");
  assert.equal(checkCharacter("URN:UVCI:01:IS:VERA3333"), "D");
  const uvci = makeUvci("IN", "SAKSHI", "0123456789ABCDEFGHJK");
  assert.equal(hasRightCheckCharacter(uvci), true);
  assert.equal(hasRightCheckCharacter(uvci.replace("0123", "0132")), false);
  assert.equal(hasRightCheckCharacter("URN:UVCI:01:AT:1"), undefined);
  assert.throws(() => makeUvci("IN", "SAKSHI", "lower case"));
});
