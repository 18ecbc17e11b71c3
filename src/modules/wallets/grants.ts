// Codes, tokens and nonces of wallets. They stand in no table: each says whom it is for and until when, under a keyed code
// of ours, and is counted where limits are counted, so that it serves once.
// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { giveBack, type Limit, takeLimits } from "../../platform/limits/index.js";
import type { Macs } from "../../platform/macs.js";
import type { Deps } from "../disclosure/index.js";

export type GrantDeps = Pick<Deps, "db" | "clock" | "macs">;

/** One person's certificate, asked for within one sign-in. */
export interface Grant {
  readonly signInId: string;
  readonly beneficiaryId: string;
  readonly until: Date;
}
/** "code" is what an offer holds, "token" what a wallet gets for it. */
export type GrantKind = "code" | "token";

const idBytes = 16;
const timeBytes = 6;
const chanceBytes = 8;
const macBytes = 16;
const grantBytes = 2 * idBytes + timeBytes + chanceBytes;

function sealed(macs: Macs, label: string, body: Buffer): string {
  const mac = macs.mac(label, body.toString("base64url")).subarray(0, macBytes);
  return Buffer.concat([body, mac]).toString("base64url");
}

/** The body of a text of ours; undefined for any other. */
function unsealed(macs: Macs, label: string, text: string, size: number): Buffer | undefined {
  if (!/^[\w-]{20,120}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length !== size + macBytes || bytes.toString("base64url") !== text) return undefined;
  const body = bytes.subarray(0, size);
  const mac = macs.mac(label, body.toString("base64url")).subarray(0, macBytes);
  return timingSafeEqual(bytes.subarray(size), mac) ? body : undefined;
}

const bytesOfId = (id: string): Buffer => Buffer.from(id.replaceAll("-", ""), "hex");
const idOfBytes = (bytes: Buffer): string =>
  bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

function timeOf(at: Date): Buffer {
  const bytes = Buffer.alloc(timeBytes);
  bytes.writeUIntBE(at.getTime(), 0, timeBytes);
  return bytes;
}

export function makeGrant(macs: Macs, kind: GrantKind, { signInId, beneficiaryId, until }: Grant): string {
  const parts = [bytesOfId(signInId), bytesOfId(beneficiaryId), timeOf(until), randomBytes(chanceBytes)];
  return sealed(macs, `wallet-${kind}`, Buffer.concat(parts));
}

/** Undefined for what is no grant of this kind, and for one whose time is over. */
export function readGrant({ macs, clock }: GrantDeps, kind: GrantKind, text: string): Grant | undefined {
  const body = unsealed(macs, `wallet-${kind}`, text, grantBytes);
  if (!body) return undefined;
  const until = new Date(body.readUIntBE(2 * idBytes, timeBytes));
  if (until <= clock()) return undefined;
  return {
    signInId: idOfBytes(body.subarray(0, idBytes)),
    beneficiaryId: idOfBytes(body.subarray(idBytes, 2 * idBytes)),
    until,
  };
}

const hourSeconds = 3_600;
const nameOf = (text: string): string => createHash("sha256").update(text).digest("base64url");

function useOf(what: string, text: string, most: number): Limit {
  return { name: what, who: nameOf(text), windowSeconds: hourSeconds, most };
}

/** True for so many calls with the same text; a text's own time is over long before the hour that it is counted in. */
export async function takeUse(deps: GrantDeps, what: string, text: string, most: number): Promise<boolean> {
  return (await takeLimits(deps, [useOf(what, text, most)])) === 0;
}

/** Nothing came of a use: it may be made again. */
export async function giveUseBack(deps: GrantDeps, what: string, text: string): Promise<void> {
  await giveBack(deps, useOf(what, text, 1));
}

const digits = 6;
/** The digits that the person reads from the page and types into the wallet. */
export function digitsOf(macs: Macs, code: string): string {
  return String(macs.mac("wallet-digits", code).readUIntBE(0, timeBytes) % 10 ** digits).padStart(digits, "0");
}

const nonceMs = 5 * 60_000;

export function makeNonce({ macs, clock }: Pick<GrantDeps, "macs" | "clock">): string {
  const until = new Date(clock().getTime() + nonceMs);
  return sealed(macs, "wallet-nonce", Buffer.concat([timeOf(until), randomBytes(chanceBytes)]));
}

export function isNonce({ macs, clock }: Pick<GrantDeps, "macs" | "clock">, text: string): boolean {
  const body = unsealed(macs, "wallet-nonce", text, timeBytes + chanceBytes);
  return body !== undefined && body.readUIntBE(0, timeBytes) > clock().getTime();
}
