// What a person shows at the site: a four-digit security code and the text of the slip's QR. Both are derived with
// the application's key each time and stored nowhere.
// SPDX-License-Identifier: Apache-2.0
import { timingSafeEqual } from "node:crypto";
import type { Macs } from "../../platform/macs.js";
import type { Slip } from "./types.js";

const macBytes = 10;
const uuidBytes = 16;

/** The security code of one person's appointment. From 8 May 2021 Co-WIN put one on each slip. */
export function securityCode(macs: Macs, appointmentId: string, beneficiaryId: string): string {
  return String(macs.mac("security-code", appointmentId, beneficiaryId).readUInt32BE(0) % 10_000).padStart(4, "0");
}

function slipMac(macs: Macs, appointmentId: string, beneficiaryId: string): Buffer {
  return macs.mac("slip", appointmentId, beneficiaryId).subarray(0, macBytes);
}

/** Appointment id, beneficiary id and a keyed check, packed: short enough for a coarse QR, and useless elsewhere. */
export function slipToken(macs: Macs, appointmentId: string, beneficiaryId: string): string {
  const packed = Buffer.concat([
    uuidToBytes(appointmentId),
    uuidToBytes(beneficiaryId),
    slipMac(macs, appointmentId, beneficiaryId),
  ]);
  return packed.toString("base64url");
}

/** Whom a slip's text stands for; undefined unless we made it. */
export function readSlipToken(macs: Macs, token: string): { appointmentId: string; beneficiaryId: string } | undefined {
  if (!/^[A-Za-z0-9_-]{56}$/.test(token)) return undefined;
  const packed = Buffer.from(token, "base64url");
  const appointmentId = bytesToUuid(packed.subarray(0, uuidBytes));
  const beneficiaryId = bytesToUuid(packed.subarray(uuidBytes, 2 * uuidBytes));
  return timingSafeEqual(packed.subarray(2 * uuidBytes), slipMac(macs, appointmentId, beneficiaryId))
    ? { appointmentId, beneficiaryId }
    : undefined;
}

export function slipOf(macs: Macs, appointmentId: string, beneficiaryId: string): Slip {
  return {
    beneficiaryId,
    securityCode: securityCode(macs, appointmentId, beneficiaryId),
    token: slipToken(macs, appointmentId, beneficiaryId),
  };
}

function uuidToBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll("-", ""), "hex");
}

function bytesToUuid(bytes: Buffer): string {
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
