// Root keys in a hardware module: AES-256 keys that were made there and cannot be read out; their labels say family
// and epoch. One session, one call at a time. A session that broke is opened anew once; a module that hangs is given
// up after a second, and after ten the process is, which the supervisor starts again.
// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { BoxError, boxEpoch, boxHead, boxOverhead, headBytes } from "../box.js";
import { mustBePrivate } from "../private.js";
import type { Cryptoki, ReturnValue, Typed } from "./cryptoki.js";
import { families, type KeyFamily, type RootKeys, RootUnavailable, rootDeadlineMs } from "./root-keys.js";
import { ulongBytes } from "./ulong.js";

/** CKR_ numbers by their names; others are told as hexadecimal numbers. */
export const returnValues = {
  CKR_GENERAL_ERROR: 0x5,
  CKR_FUNCTION_FAILED: 0x6,
  CKR_DEVICE_ERROR: 0x30,
  CKR_DEVICE_REMOVED: 0x32,
  CKR_ENCRYPTED_DATA_INVALID: 0x40,
  CKR_ENCRYPTED_DATA_LEN_RANGE: 0x41,
  CKR_KEY_HANDLE_INVALID: 0x60,
  CKR_OBJECT_HANDLE_INVALID: 0x82,
  CKR_OPERATION_ACTIVE: 0x90,
  CKR_PIN_INCORRECT: 0xa0,
  CKR_PIN_LOCKED: 0xa4,
  CKR_SESSION_CLOSED: 0xb0,
  CKR_SESSION_HANDLE_INVALID: 0xb3,
  CKR_TOKEN_NOT_PRESENT: 0xe0,
  CKR_USER_ALREADY_LOGGED_IN: 0x100,
  CKR_USER_NOT_LOGGED_IN: 0x101,
  CKR_CRYPTOKI_NOT_INITIALIZED: 0x190,
  CKR_CRYPTOKI_ALREADY_INITIALIZED: 0x191,
} as const;
type ReturnName = keyof typeof returnValues;

/** A tag that does not fit. SoftHSM and others say no more than "general error". */
const notOurs: readonly ReturnName[] = ["CKR_ENCRYPTED_DATA_INVALID", "CKR_ENCRYPTED_DATA_LEN_RANGE"];
/** Maybe a tag that does not fit, maybe a fault: a module that does other work well with the same key means the first. */
const vague: readonly ReturnName[] = ["CKR_GENERAL_ERROR", "CKR_FUNCTION_FAILED"];
/** After these a new session may work. */
const broken: readonly ReturnName[] = [
  "CKR_GENERAL_ERROR",
  "CKR_FUNCTION_FAILED",
  "CKR_DEVICE_ERROR",
  "CKR_DEVICE_REMOVED",
  "CKR_KEY_HANDLE_INVALID",
  "CKR_OBJECT_HANDLE_INVALID",
  "CKR_OPERATION_ACTIVE",
  "CKR_SESSION_CLOSED",
  "CKR_SESSION_HANDLE_INVALID",
  "CKR_TOKEN_NOT_PRESENT",
  "CKR_USER_NOT_LOGGED_IN",
  "CKR_CRYPTOKI_NOT_INITIALIZED",
];
const hangMs = 10_000;

const attribute = { class: 0x0, token: 0x1, private: 0x2, label: 0x3, keyType: 0x100 } as const;
const secretKeys: readonly Typed[] = [
  { type: attribute.class, value: ulongBytes(0x4) },
  { type: attribute.keyType, value: ulongBytes(0x1f) },
];
const aesKeyGen = 0x1080;
const [yes, no] = [Buffer.of(1), Buffer.of(0)];
/** AES, 256 bits: stays in the token, is private, sensitive and not extractable, encrypts and decrypts. */
const newKey = (label: string): Typed[] => [
  ...secretKeys,
  { type: attribute.token, value: yes },
  { type: attribute.private, value: yes },
  { type: 0x103, value: yes },
  { type: 0x162, value: no },
  { type: 0x104, value: yes },
  { type: 0x105, value: yes },
  { type: 0x161, value: ulongBytes(32) },
  { type: attribute.label, value: Buffer.from(label, "utf8") },
];

export interface Pkcs11Settings {
  /** The label of the token. */
  readonly token: string;
  readonly pinFile: string;
}

function nameOf(rv: ReturnValue): string {
  const known = Object.entries(returnValues).find(([, value]) => value === rv);
  return known ? known[0] : `CKR_0x${rv.toString(16)}`;
}
function check(rv: ReturnValue): void {
  if (rv !== 0) throw new RootUnavailable(nameOf(rv));
}
const isOneOf = (error: unknown, names: readonly string[]): boolean =>
  error instanceof RootUnavailable && names.includes(error.code);

/** `onHang` is called when a call of the module has not come back for ten seconds. */
export function pkcs11Root(module: Cryptoki, settings: Pkcs11Settings, onHang: () => void): RootKeys {
  /** The open session and the keys it knows, by label. */
  let open: { session: number; keys: Map<string, number> } | undefined;
  let last: Promise<unknown> = Promise.resolve();
  /** A wrong PIN is not tried again: the token would lock itself. */
  let isPinRefused = false;

  async function findSlot(): Promise<number> {
    const { rv, slots } = await module.slots();
    check(rv);
    for (const slot of slots) if ((await module.tokenLabel(slot)).label === settings.token) return slot;
    throw new RootUnavailable("TOKEN_NOT_FOUND");
  }

  async function readKeys(session: number): Promise<Map<string, number>> {
    const { rv, objects } = await module.find(session, secretKeys);
    check(rv);
    const keys = new Map<string, number>();
    for (const object of objects) {
      const label = Buffer.alloc(64);
      if ((await module.attribute(session, object, { type: attribute.label, value: label })) !== 0) continue;
      keys.set(label.toString("utf8").replace(/\0+$/, ""), object);
    }
    return keys;
  }

  async function opened(): Promise<{ session: number; keys: Map<string, number> }> {
    if (open) return open;
    const first = await module.initialize();
    if (first !== returnValues.CKR_CRYPTOKI_ALREADY_INITIALIZED) check(first);
    const { rv, session } = await module.openSession(await findSlot());
    check(rv);
    const entered = isPinRefused ? returnValues.CKR_PIN_INCORRECT : await login(session);
    isPinRefused = entered === returnValues.CKR_PIN_INCORRECT || entered === returnValues.CKR_PIN_LOCKED;
    if (entered !== returnValues.CKR_USER_ALREADY_LOGGED_IN) check(entered);
    open = { session, keys: await readKeys(session) };
    return open;
  }
  async function login(session: number): Promise<ReturnValue> {
    mustBePrivate(settings.pinFile);
    const file = readFileSync(settings.pinFile);
    const end = file.findLastIndex((byte) => byte > 0x20) + 1;
    try {
      return await module.login(session, file.subarray(0, end));
    } finally {
      file.fill(0);
    }
  }

  async function reopened<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isOneOf(error, broken)) throw error;
      const session = open?.session;
      open = undefined;
      if (session !== undefined) await module.closeSession(session).catch(() => {});
      return work();
    }
  }

  /** One at a time. Whoever has given up is not served any more when the turn comes. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    let hasGivenUp = false;
    const turn = last.then(async () => {
      if (hasGivenUp) throw new RootUnavailable("DEADLINE");
      const hang = setTimeout(onHang, hangMs);
      try {
        return await reopened(work);
      } finally {
        clearTimeout(hang);
      }
    });
    last = turn.catch(() => {});
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => {
        hasGivenUp = true;
        reject(new RootUnavailable("DEADLINE"));
      }, rootDeadlineMs);
      turn.then(resolve, reject).finally(() => clearTimeout(deadline));
    });
  }

  const labelOf = (family: KeyFamily, epoch: number): string => `sakshi-${family}-${String(epoch).padStart(5, "0")}`;
  async function make(family: KeyFamily, epoch: number): Promise<number> {
    const { session } = await opened();
    check(await module.generateKey(session, aesKeyGen, newKey(labelOf(family, epoch))));
    open = { session, keys: await readKeys(session) };
    return epoch;
  }
  async function epochsOf(family: KeyFamily): Promise<number[]> {
    const { keys } = await opened();
    const all = [...keys.keys()].flatMap((label) => {
      const [, of, epoch] = /^sakshi-([a-z]+)-(\d{5})$/.exec(label) ?? [];
      return of === family ? [Number(epoch)] : [];
    });
    return all.toSorted((a, b) => a - b);
  }
  async function newest(family: KeyFamily): Promise<number> {
    const epoch = (await epochsOf(family)).at(-1);
    if (epoch === undefined) throw new RootUnavailable("NO_ROOT_KEY");
    return epoch;
  }
  async function keyOf(family: KeyFamily, epoch: number): Promise<{ session: number; key: number }> {
    const { session, keys } = await opened();
    const key = keys.get(labelOf(family, epoch));
    if (key === undefined) throw new BoxError();
    return { session, key };
  }

  async function isWell(session: number, key: number): Promise<boolean> {
    const [nonce, aad, input] = [randomBytes(12), randomBytes(8), randomBytes(32)];
    const sealed = await module.gcm("encrypt", session, key, { nonce, aad, input, outputBytes: 48 });
    if (sealed.rv !== 0) return false;
    const opened = await module.gcm("decrypt", session, key, { nonce, aad, input: sealed.bytes, outputBytes: 32 });
    return opened.rv === 0 && opened.bytes.equals(input);
  }

  return {
    begin: () =>
      inTurn(async () => {
        for (const family of families) if ((await epochsOf(family)).length === 0) await make(family, 1);
      }),
    epochs: (family) =>
      inTurn(async () => {
        await newest(family);
        return epochsOf(family);
      }),
    wrap: (family, content, place) =>
      inTurn(async () => {
        const epoch = await newest(family);
        const { session, key } = await keyOf(family, epoch);
        const [head, nonce] = [boxHead(epoch), randomBytes(12)];
        const work = { nonce, aad: Buffer.concat([head, place]), input: content, outputBytes: content.length + 16 };
        const { rv, bytes } = await module.gcm("encrypt", session, key, work);
        check(rv);
        return Buffer.concat([head, nonce, bytes]);
      }),
    unwrap: (family, box, place) =>
      inTurn(async () => {
        const epoch = boxEpoch(box);
        const { session, key } = await keyOf(family, epoch);
        const { rv, bytes } = await module.gcm("decrypt", session, key, {
          nonce: box.subarray(3, headBytes),
          aad: Buffer.concat([boxHead(epoch), place]),
          input: box.subarray(headBytes),
          outputBytes: box.length - boxOverhead,
        });
        if (notOurs.some((name) => returnValues[name] === rv)) throw new BoxError();
        if (vague.some((name) => returnValues[name] === rv) && (await isWell(session, key))) throw new BoxError();
        check(rv);
        return bytes;
      }),
    next: (family) => inTurn(async () => make(family, (await newest(family)) + 1)),
    destroy: (family, epoch) =>
      inTurn(async () => {
        const { session, key } = await keyOf(family, epoch);
        check(await module.destroyObject(session, key));
        open?.keys.delete(labelOf(family, epoch));
      }),
    async close() {
      if (open) await module.closeSession(open.session);
    },
  };
}
