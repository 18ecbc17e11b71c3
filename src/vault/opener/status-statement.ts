// Statements about somebody's vaccination status, as JWS (RFC 7515, ES256). The key is derived from the opener's and signs
// nothing else: the opener itself writes the statement, of which only the number, its id and its issuer come from outside.
// SPDX-License-Identifier: Apache-2.0
import { createECDH, createHash, createPrivateKey, type KeyObject, sign } from "node:crypto";
import type { Clock } from "../../platform/clock.js";
import { isUuid } from "../../platform/random.js";
import { subkey } from "../box.js";

/** How long somebody may lean on a statement: it says how things stood when it was asked for. */
const heldSeconds = 300;

export interface StatusWish {
  readonly status: unknown;
  readonly id: unknown;
  readonly issuer: unknown;
}
export interface StatusSigner {
  /** Compact form. */
  sign(wish: StatusWish): string;
  /** The public half as a JWK (RFC 7517). */
  readonly jwk: Readonly<Record<string, string>>;
}

export function statusSigner(secret: KeyObject, clock: Clock): StatusSigner {
  const scalar = subkey(secret, "vr/status-statement/v1").export();
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(scalar);
  const point = pair.getPublicKey();
  const [x, y] = [point.subarray(1, 33).toString("base64url"), point.subarray(33).toString("base64url")];
  const shape = { kty: "EC", crv: "P-256", x, y };
  const key = createPrivateKey({ key: { ...shape, d: scalar.toString("base64url") }, format: "jwk" });
  // RFC 7638: the thumbprint of the required members in the order of their names.
  const kid = createHash("sha256")
    .update(JSON.stringify({ crv: "P-256", kty: "EC", x, y }))
    .digest("base64url");
  const head = encoded({ alg: "ES256", kid, typ: "JWT" });
  return {
    jwk: { ...shape, kid, alg: "ES256", use: "sig" },
    sign({ status, id, issuer }) {
      if (!(status === 0 || status === 1 || status === 2) || !isUuid(id) || !isOrigin(issuer))
        throw new Error("not a statement about a status");
      const iat = Math.floor(clock().getTime() / 1000);
      const statement = { iss: issuer, jti: id, iat, exp: iat + heldSeconds, vaccination_status: status };
      const signed = `${head}.${encoded(statement)}`;
      return `${signed}.${sign("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
    },
  };
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

function isOrigin(text: unknown): text is string {
  return typeof text === "string" && text.length <= 200 && URL.canParse(text) && new URL(text).origin === text;
}
