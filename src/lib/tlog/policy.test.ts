// Trust policies: what the specification allows, what it forbids, and what a hostile file may try.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import {
  cosigner,
  ed25519Signer,
  formatCheckpoint,
  leafHash,
  openByPolicy,
  parsePolicy,
  signNote,
  TlogError,
} from "./index.js";

const newKey = () => generateKeyPairSync("ed25519").privateKey;
const origin = "log.example/policy";
const log = ed25519Signer(origin, newKey());
const at = new Date("2026-11-23T10:00:00Z");
const witnesses = ["a", "b", "c", "d"].map((name) => cosigner(`${name}.example`, newKey(), () => at));
const lines = witnesses.map(({ vkey }, i) => `witness W${i} ${vkey} https://w${i}.example/`);
const base = [`log ${log.vkey} https://${origin}`, ...lines].join("\n");
const checkpoint = { origin, size: 7, root: leafHash(Buffer.from("root")) };
const signedBy = (...cosigners: number[]) =>
  signNote(formatCheckpoint(checkpoint), [log, ...cosigners.map((i) => witnesses[i]!)]);

test("reads logs, witnesses, addresses, comments and white space", () => {
  const policy = parsePolicy(`# ours\n\n \t ${base.replaceAll(" ", " \t ")}\n  # more\nquorum none\n`);
  assert.equal(policy.logs[0]!.vkey, log.vkey);
  assert.deepEqual(
    policy.witnesses.map(({ name, url }) => [name, url]),
    ["W0", "W1", "W2", "W3"].map((name) => [name, `https://${name.toLowerCase()}.example`]),
  );
});

test("a quorum of nested groups is met by those who are enough, and by no others", () => {
  const policy = parsePolicy(`${base}\ngroup X 2 W0 W1 W2\ngroup all-of-it all X W3\nquorum all-of-it\n`);
  const isMet = (...cosigners: number[]) => openByPolicy(signedBy(...cosigners), policy).isMet;
  assert.deepEqual(
    [isMet(), isMet(0, 1), isMet(3), isMet(0, 3), isMet(0, 2, 3), isMet(0, 1, 2, 3)],
    [false, false, false, false, true, true],
  );
  assert.deepEqual(openByPolicy(signedBy(1), policy).cosigned, [{ name: "W1", at }]);
});

test("one witness counts once, however often it has signed", () => {
  const policy = parsePolicy(`${base}\ngroup X 2 W0 W1\nquorum X`);
  assert.equal(openByPolicy(signedBy(0, 0, 0), policy).isMet, false);
});

test("a checkpoint without a log's signature, or with a wrong one of a known witness, is refused", () => {
  const policy = parsePolicy(`${base}\nquorum W0`);
  const text = formatCheckpoint(checkpoint);
  assert.throws(() => openByPolicy(signNote(text, [witnesses[0]!]), policy), { code: "NOTE_NOT_SIGNED" });
  const another = formatCheckpoint({ ...checkpoint, origin: "log.example/another" });
  assert.throws(() => openByPolicy(signNote(another, [log, witnesses[0]!]), policy), { code: "NOTE_NOT_SIGNED" });
  const lying = { ...witnesses[0]!, sign: (words: string) => witnesses[1]!.sign(words) };
  assert.throws(() => openByPolicy(signNote(text, [log, lying]), policy), { code: "NOTE_SIGNATURE_WRONG" });
});

const [w0, w1] = witnesses.map(({ vkey }) => vkey) as [string, string];
const refused: Record<string, string> = {
  "no quorum": base,
  "two quorums": `${base}\nquorum W0\nquorum W1`,
  "a quorum of nobody": `${base}\nquorum W9`,
  "a quorum of two": `${base}\nquorum W0 W1`,
  "a group named before its members": `group X any W0\n${base}\nquorum X`,
  "a group in itself": `${base}\ngroup X any X\nquorum X`,
  "a group with none": `${base}\ngroup X any none\nquorum X`,
  "an empty group": `${base}\ngroup X all\nquorum X`,
  "a member twice": `${base}\ngroup X 2 W0 W0\nquorum X`,
  "a member of two groups": `${base}\ngroup X any W0\ngroup Y any W0 X\nquorum Y`,
  "a threshold of 0": `${base}\ngroup X 0 W0\nquorum X`,
  "a threshold beyond the members": `${base}\ngroup X 3 W0 W1\nquorum X`,
  "a threshold with a zero before it": `${base}\ngroup X 01 W0\nquorum X`,
  "a threshold from the prototype": `${base}\ngroup X constructor W0\nquorum X`,
  "a witness called none": `${base.replace("W0", "none")}\nquorum none`,
  "a name twice": `${base.replace("W1", "W0")}\nquorum W0`,
  "a key twice": `witness A ${w0}\nwitness B ${w0}\nquorum A`,
  "a log's key as a witness": `witness A ${log.vkey}\nquorum A`,
  "a witness's key as a log": `log ${w0}\nquorum none`,
  "a damaged key": `witness A ${w1.replace("+", "x+")}\nquorum A`,
  "an address that is none": `witness A ${w0} court\nquorum A`,
  "an address that runs": `witness A ${w0} javascript:alert(1)\nquorum A`,
  "a line of another kind": `${base}\nwitnesses all\nquorum W0`,
  "a carriage return": `${base}\r\nquorum W0`,
  "a NUL": `${base}\nquorum W0\0`,
  "too much": `#${"x".repeat(300_000)}\nquorum none`,
};
for (const [what, text] of Object.entries(refused)) {
  test(`refuses ${what}`, () => {
    assert.throws(() => parsePolicy(text), { code: "POLICY_MALFORMED" });
  });
}

test("whatever is thrown at it, it refuses by name or reads", () => {
  assert.throws(() => parsePolicy(Buffer.from([0x71, 0xff, 0xfe])), { code: "POLICY_MALFORMED" });
  const words = fc.constantFrom("log", "witness", "group", "quorum", "none", "all", "any", "2", "W", " ", "\n", w0, w1);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(words).map((parts) => parts.join(" ")),
      ),
      (text) => {
        try {
          parsePolicy(text);
        } catch (error) {
          assert.ok(error instanceof TlogError && error.code === "POLICY_MALFORMED", String(error));
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("of 1,000 single-byte changes of a cosigned checkpoint none is believed", () => {
  const policy = parsePolicy(`${base}\ngroup X all W0 W1\nquorum X`);
  const note = Buffer.from(signedBy(0, 1));
  assert.ok(openByPolicy(note, policy).isMet);
  for (let change = 0; change < 1_000; change++) {
    const bytes = Buffer.from(note);
    const place = change % bytes.length;
    bytes[place]! ^= 1 + (Math.floor(change / bytes.length) % 255) * 2;
    let isBelieved = false;
    try {
      isBelieved = openByPolicy(bytes, policy).isMet;
    } catch (error) {
      assert.ok(error instanceof TlogError, String(error));
    }
    assert.ok(!isBelieved, `byte ${place}`);
  }
});
