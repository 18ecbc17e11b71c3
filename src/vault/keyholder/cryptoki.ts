// The few calls of PKCS#11 (Cryptoki 2.40) that the root keys need, made on a module's shared library. Calls run on
// a thread of their own: a module that hangs stops nobody but whoever asked it. Linux and macOS, 64 bits: CK_ULONG
// has eight bytes and structures are not packed.
// SPDX-License-Identifier: Apache-2.0
import koffi from "koffi";
import { readUlong, ulongBytes } from "./ulong.js";

/** CKR_…: zero is success. */
export type ReturnValue = number;
export type Call = (...args: unknown[]) => Promise<ReturnValue>;
/** One attribute or the parameter of a mechanism: its CKA_ or CKM_ number and its bytes. */
export interface Typed {
  readonly type: number;
  readonly value: Buffer;
}

export interface Cryptoki {
  initialize(): Promise<ReturnValue>;
  /** Slots with a token in them. */
  slots(): Promise<{ rv: ReturnValue; slots: number[] }>;
  /** The label of the token in a slot, without the spaces at its end. */
  tokenLabel(slot: number): Promise<{ rv: ReturnValue; label: string }>;
  openSession(slot: number): Promise<{ rv: ReturnValue; session: number }>;
  closeSession(session: number): Promise<ReturnValue>;
  login(session: number, pin: Buffer): Promise<ReturnValue>;
  /** Handles of objects that have all the attributes; at most 64. */
  find(session: number, wanted: readonly Typed[]): Promise<{ rv: ReturnValue; objects: number[] }>;
  /** Fills the value's bytes; its length must be known. */
  attribute(session: number, object: number, into: Typed): Promise<ReturnValue>;
  generateKey(session: number, mechanism: number, template: readonly Typed[]): Promise<ReturnValue>;
  destroyObject(session: number, object: number): Promise<ReturnValue>;
  /** AES-GCM in one part; `into` is large enough. */
  gcm(
    way: "encrypt" | "decrypt",
    session: number,
    key: number,
    work: GcmWork,
  ): Promise<{ rv: ReturnValue; bytes: Buffer }>;
}
export interface GcmWork {
  readonly nonce: Buffer;
  readonly aad: Buffer;
  readonly input: Buffer;
  readonly outputBytes: number;
}

const aesGcm = 0x1087;
const serialReadWrite = 0x6;
const normalUser = 1;
const mostObjects = 64;
const tokenInfoBytes = 512;

const ulong = "unsigned long";
const pointer = "void *";
const attributeType = koffi.struct({ type: ulong, pValue: pointer, ulValueLen: ulong });
const mechanismType = koffi.struct({ mechanism: ulong, pParameter: pointer, ulParameterLen: ulong });
const attributes = koffi.pointer(attributeType);
const mechanisms = koffi.pointer(mechanismType);

/** Where each function stands in CK_FUNCTION_LIST, behind the version, and its arguments. */
const functions = {
  C_Initialize: [0, [pointer]],
  C_GetSlotList: [4, ["uint8_t", pointer, pointer]],
  C_GetTokenInfo: [6, [ulong, pointer]],
  C_OpenSession: [12, [ulong, ulong, pointer, pointer, pointer]],
  C_CloseSession: [13, [ulong]],
  C_Login: [18, [ulong, ulong, pointer, ulong]],
  C_DestroyObject: [22, [ulong, ulong]],
  C_GetAttributeValue: [24, [ulong, ulong, attributes, ulong]],
  C_FindObjectsInit: [26, [ulong, attributes, ulong]],
  C_FindObjects: [27, [ulong, pointer, ulong, pointer]],
  C_FindObjectsFinal: [28, [ulong]],
  C_EncryptInit: [29, [ulong, mechanisms, ulong]],
  C_Encrypt: [30, [ulong, pointer, ulong, pointer, pointer]],
  C_DecryptInit: [33, [ulong, mechanisms, ulong]],
  C_Decrypt: [34, [ulong, pointer, ulong, pointer, pointer]],
  C_GenerateKey: [58, [ulong, mechanisms, attributes, ulong, pointer]],
} as const;
type FunctionName = keyof typeof functions;
export type Functions = Readonly<Record<FunctionName, Call>>;

/** The module's functions, found through C_GetFunctionList, the one symbol that every module has. */
export function loadModule(path: string): Functions {
  const getList = koffi.load(path).func("C_GetFunctionList", ulong, [koffi.out(koffi.pointer(pointer))]);
  const found: unknown[] = [null];
  const rv = getList(found) as ReturnValue;
  if (rv !== 0) throw new Error(`${path} gives no list of functions (${rv})`);
  const count = 1 + Math.max(...Object.values(functions).map(([place]) => place));
  const list = koffi.decode(found[0], koffi.array(pointer, 1 + count)) as unknown[];
  return Object.fromEntries(
    Object.entries(functions).map(([name, [place, args]]) => {
      const call = koffi.decode(list[1 + place], koffi.proto(ulong, [...args])) as {
        async(...args: unknown[]): void;
      };
      return [name, (...given: unknown[]) => inThread(call, given)];
    }),
  ) as unknown as Functions;
}

function inThread(call: { async(...args: unknown[]): void }, given: unknown[]): Promise<ReturnValue> {
  return new Promise((resolve, reject) => {
    call.async(...given, (error: Error | null, rv: ReturnValue) => (error ? reject(error) : resolve(rv)));
  });
}

const structures = (list: readonly Typed[]): object[] =>
  list.map(({ type, value }) => ({ type, pValue: value, ulValueLen: value.length }));

export function cryptoki(c: Functions): Cryptoki {
  async function findNext(session: number): Promise<{ rv: ReturnValue; objects: number[] }> {
    const handles = Buffer.alloc(8 * mostObjects);
    const count = ulongBytes();
    const rv = await c.C_FindObjects(session, handles, mostObjects, count);
    const objects = Array.from({ length: readUlong(count) }, (_, at) => readUlong(handles, 8 * at));
    const final = await c.C_FindObjectsFinal(session);
    return { rv: rv || final, objects };
  }
  return {
    initialize: () => c.C_Initialize(null),
    async slots() {
      const count = ulongBytes();
      let rv = await c.C_GetSlotList(1, null, count);
      const ids = Buffer.alloc(8 * readUlong(count));
      if (rv === 0) rv = await c.C_GetSlotList(1, ids, count);
      return { rv, slots: Array.from({ length: rv === 0 ? readUlong(count) : 0 }, (_, at) => readUlong(ids, 8 * at)) };
    },
    async tokenLabel(slot) {
      const info = Buffer.alloc(tokenInfoBytes);
      const rv = await c.C_GetTokenInfo(slot, info);
      return { rv, label: info.toString("utf8", 0, 32).trimEnd() };
    },
    async openSession(slot) {
      const session = ulongBytes();
      const rv = await c.C_OpenSession(slot, serialReadWrite, null, null, session);
      return { rv, session: readUlong(session) };
    },
    closeSession: (session) => c.C_CloseSession(session),
    login: (session, pin) => c.C_Login(session, normalUser, pin, pin.length),
    async find(session, wanted) {
      const rv = await c.C_FindObjectsInit(session, structures(wanted), wanted.length);
      return rv === 0 ? findNext(session) : { rv, objects: [] };
    },
    attribute: (session, object, into) => c.C_GetAttributeValue(session, object, structures([into]), 1),
    generateKey(session, mechanism, template) {
      const how = { mechanism, pParameter: null, ulParameterLen: 0 };
      return c.C_GenerateKey(session, how, structures(template), template.length, ulongBytes());
    },
    destroyObject: (session, object) => c.C_DestroyObject(session, object),
    async gcm(way, session, key, { nonce, aad, input, outputBytes }) {
      // CK_GCM_PARAMS: the nonce, its length in bytes and in bits, the associated data, its length, the tag's bits.
      const parts = [koffi.address(nonce), nonce.length, nonce.length * 8, koffi.address(aad), aad.length, 128];
      const parameter = Buffer.alloc(8 * parts.length);
      parts.forEach((part, at) => parameter.writeBigUInt64LE(BigInt(part), 8 * at));
      const mechanism = { mechanism: aesGcm, pParameter: parameter, ulParameterLen: parameter.length };
      const [begin, run] = way === "encrypt" ? [c.C_EncryptInit, c.C_Encrypt] : [c.C_DecryptInit, c.C_Decrypt];
      // SoftHSM writes the tag's length beyond the plain text when it opens: room for both.
      const output = Buffer.alloc(outputBytes + 16);
      const length = ulongBytes(output.length);
      let rv = await begin(session, mechanism, key);
      if (rv === 0) rv = await run(session, input, input.length, output, length);
      // Both are read by the module until here; naming them keeps them from being collected.
      if (nonce.length + aad.length === 0) throw new RangeError("a nonce has bytes");
      return { rv, bytes: output.subarray(0, rv === 0 ? readUlong(length) : 0) };
    },
  };
}
