// Status lists: one bit a certificate, set when it is revoked. Written in the two forms that verifiers read: a Token
// Status List (draft-ietf-oauth-status-list, "statuslist+jwt") for HCERT and SD-JWT, and a Bitstring Status List
// credential (W3C, 1.0) for W3C credentials. Anyone may keep the whole list, so looking one up tells nobody which.
// SPDX-License-Identifier: Apache-2.0
import { fromBase64url, toBase64url, utf8Text } from "./bytes.js";
import { isJsonArray, isJsonObject, type JsonObject, parseJsonObject } from "./json.js";
import { thumbprintOf } from "./jwk.js";
import { findJwsSigner, parseJws } from "./jws.js";
import type { VerifyOptions } from "./options.js";
import type { StatusList } from "./status.js";
import { instantOf, judgeTime } from "./time.js";
import type { TrustedKey } from "./trust.js";
import { verifyVc2 } from "./vc2.js";
import { checksumOf } from "./zip.js";

/** Certificates in a list: as many as a Bitstring Status List has at least, so that one place says little. */
const statusListSize = 131_072;
const mostBytes = 1_048_576;

/** The payload of a Token Status List; sign it as a JWT with `typ` "statuslist+jwt". Bit 0 is the lowest of its byte. */
export function tokenStatusClaims(
  list: { uri: string; issuedAt: Date; expiresAt: Date; refreshSeconds: number; revoked: Iterable<number> },
  deflate: (bytes: Uint8Array) => Uint8Array,
): JsonObject {
  return {
    sub: list.uri,
    iat: Math.floor(list.issuedAt.getTime() / 1000),
    exp: Math.floor(list.expiresAt.getTime() / 1000),
    ttl: list.refreshSeconds,
    status_list: { bits: 1, lst: toBase64url(deflate(bitsOf(list.revoked, (at) => 1 << at))) },
  };
}

/** A Bitstring Status List credential without its proof. Bit 0 is the highest of its byte. */
export function bitstringStatusCredential(
  list: { uri: string; issuer: string; issuedAt: Date; expiresAt: Date; revoked: Iterable<number> },
  gzip: (bytes: Uint8Array) => Uint8Array,
): JsonObject {
  return {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    id: list.uri,
    type: ["VerifiableCredential", "BitstringStatusListCredential"],
    issuer: list.issuer,
    validFrom: list.issuedAt.toISOString(),
    validUntil: list.expiresAt.toISOString(),
    credentialSubject: {
      id: `${list.uri}#list`,
      type: "BitstringStatusList",
      statusPurpose: "revocation",
      encodedList: `u${toBase64url(gzip(bitsOf(list.revoked, (at) => 0x80 >> at)))}`,
    },
  };
}

function bitsOf(revoked: Iterable<number>, mask: (at: number) => number): Uint8Array {
  const bytes = new Uint8Array(statusListSize / 8);
  for (const index of revoked) {
    if (!Number.isSafeInteger(index) || index < 0 || index >= statusListSize) throw new RangeError("no such place");
    bytes[index >> 3]! |= mask(index & 7);
  }
  return bytes;
}

/** A list of either form, checked: signed by a trusted key, begun, and whole. Undefined for anything else. */
export async function readStatusList(text: string, options: VerifyOptions): Promise<StatusList | undefined> {
  const trimmed = text.trim();
  return trimmed.startsWith("{") ? readCredential(trimmed, options) : readToken(trimmed, options);
}

/**
 * All lists of a bundle such as /status-lists.json (`{"version": 1, "lists": [text, ...]}`). Those that cannot be read or
 * are not signed by a trusted key are left out: they could tell nothing. Undefined for what is no bundle.
 */
export async function readStatusLists(json: unknown, options: VerifyOptions): Promise<StatusList[] | undefined> {
  const lists = isJsonObject(json) && json["version"] === 1 ? json["lists"] : undefined;
  if (!isJsonArray(lists) || !lists.every((each) => typeof each === "string")) return undefined;
  const read = await Promise.all(lists.map((each) => readStatusList(each, options)));
  return read.filter((list) => list !== undefined);
}

async function readToken(text: string, options: VerifyOptions): Promise<StatusList | undefined> {
  const jws = parseJws(text);
  const claims = jws && parseJsonObject(utf8Text(jws.payload) ?? "");
  if (!jws || !claims || jws.header["typ"] !== "statuslist+jwt") return undefined;
  const signer = await findJwsSigner(jws, await keysNamed(jws.header["kid"], options), options);
  if (typeof signer === "string") return undefined;
  const { sub, iat, exp, status_list: list } = claims;
  const [issuedAt, expiresAt] = [instantOf(iat), instantOf(exp)];
  const compressed = isJsonObject(list) && typeof list["lst"] === "string" ? fromBase64url(list["lst"]) : undefined;
  if (typeof sub !== "string" || !issuedAt || (exp !== undefined && !expiresAt) || !compressed) return undefined;
  // Two, four and eight bits a certificate have meanings that we do not know.
  if (!isJsonObject(list) || list["bits"] !== 1) return undefined;
  const inflated = await options.primitives.inflate(compressed, mostBytes);
  if (typeof inflated === "string" || judgeTime({ issuedAt }, signer, options.at).length > 0) return undefined;
  return listOver({ uri: sub, signer, expiresAt }, inflated.bytes, (at) => 1 << at);
}

/** Keys of issuers that go by this name, the thumbprint of the key. */
async function keysNamed(name: unknown, { trust, primitives }: VerifyOptions): Promise<TrustedKey[]> {
  const named: TrustedKey[] = [];
  for (const key of trust.keys)
    if (key.issuer !== undefined && (await thumbprintOf(key, primitives)) === name) named.push(key);
  return named;
}

async function readCredential(text: string, options: VerifyOptions): Promise<StatusList | undefined> {
  const json = parseJsonObject(text);
  const verdict = json && (await verifyVc2(json, options));
  // A list whose time is over is still a list; whoever asks it decides by its date.
  const wrong = verdict?.reasons.filter(({ code }) => code !== "CERTIFICATE_EXPIRED");
  const signer = options.trust.keys.find(({ keyId }) => keyId === verdict?.keyId);
  const uri = json?.["id"];
  const subject = json?.["credentialSubject"];
  if (!wrong || wrong.length > 0 || !signer || typeof uri !== "string" || !isJsonObject(subject)) return undefined;
  const { type, statusPurpose, encodedList } = subject;
  if (type !== "BitstringStatusList" || statusPurpose !== "revocation") return undefined;
  const zipped = typeof encodedList === "string" && encodedList.startsWith("u") ? encodedList.slice(1) : undefined;
  const bytes = zipped === undefined ? undefined : fromBase64url(zipped);
  const bits = bytes && (await gunzip(bytes, options));
  return bits && listOver({ uri, signer, expiresAt: verdict?.expiresAt }, bits, (at) => 0x80 >> at);
}

function listOver(
  about: Pick<StatusList, "uri" | "signer" | "expiresAt">,
  bits: Uint8Array,
  mask: (at: number) => number,
): StatusList {
  return {
    ...about,
    isRevoked(index) {
      const byte = bits[index >> 3];
      return byte === undefined ? undefined : (byte & mask(index & 7)) !== 0;
    },
  };
}

/** One gzip member without name or comment (RFC 1952), as list writers make it. */
async function gunzip(bytes: Uint8Array, { primitives }: VerifyOptions): Promise<Uint8Array | undefined> {
  const isPlain = bytes.length > 18 && bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8 && bytes[3] === 0;
  if (!isPlain) return undefined;
  const inflated = await primitives.inflate(bytes.subarray(10, -8), mostBytes, "raw");
  if (typeof inflated === "string") return undefined;
  const end = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8, 8);
  const holds =
    end.getUint32(0, true) === checksumOf(inflated.bytes) && end.getUint32(4, true) === inflated.bytes.length;
  return holds ? inflated.bytes : undefined;
}
