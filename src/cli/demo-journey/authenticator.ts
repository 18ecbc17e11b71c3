// A passkey in software, for the demo journey: makes and uses one ES256 credential as a phone would
// (WebAuthn level 3, attestation "none"). Only for demo installations; a real passkey never leaves its device.
// SPDX-License-Identifier: Apache-2.0
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { encode } from "cborg";

interface CreationOptions {
  challenge: string;
  rp: { id?: string };
}
interface RequestOptions {
  challenge: string;
  rpId?: string;
}

const userPresentAndVerified = 0x05;
const hasCredential = 0x40;

export interface Authenticator {
  /** Answers navigator.credentials.create(): the registration response as JSON. */
  create(options: CreationOptions): object;
  /** Answers navigator.credentials.get(): the authentication response as JSON. */
  get(options: RequestOptions): object;
}

export function softwareAuthenticator(origin: string): Authenticator {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const credentialId = randomBytes(32);
  const userHandle = { value: "" };
  let counter = 0;

  const clientData = (type: string, challenge: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }), "utf8");

  const authenticatorData = (rpId: string, flags: number, credential = Buffer.alloc(0)) => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(++counter);
    return Buffer.concat([createHash("sha256").update(rpId).digest(), Buffer.from([flags]), count, credential]);
  };

  const coseKey = () => {
    const jwk = publicKey.export({ format: "jwk" });
    const bytes = (text: string | undefined) => Buffer.from(text ?? "", "base64url");
    // COSE_Key of RFC 9053: kty EC2, alg ES256, crv P-256, x, y.
    return encode(
      new Map<number, unknown>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, bytes(jwk.x)],
        [-3, bytes(jwk.y)],
      ]),
    );
  };

  return {
    create(options) {
      userHandle.value = (options as { user?: { id?: string } }).user?.id ?? "";
      const length = Buffer.alloc(2);
      length.writeUInt16BE(credentialId.length);
      const credential = Buffer.concat([Buffer.alloc(16), length, credentialId, coseKey()]);
      const authData = authenticatorData(
        options.rp.id ?? "localhost",
        userPresentAndVerified | hasCredential,
        credential,
      );
      const id = credentialId.toString("base64url");
      return {
        id,
        rawId: id,
        type: "public-key",
        clientExtensionResults: {},
        authenticatorAttachment: "platform",
        response: {
          clientDataJSON: clientData("webauthn.create", options.challenge).toString("base64url"),
          attestationObject: Buffer.from(encode({ fmt: "none", attStmt: {}, authData })).toString("base64url"),
          transports: ["internal"],
        },
      };
    },
    get(options) {
      const authData = authenticatorData(options.rpId ?? "localhost", userPresentAndVerified);
      const client = clientData("webauthn.get", options.challenge);
      const signed = Buffer.concat([authData, createHash("sha256").update(client).digest()]);
      const id = credentialId.toString("base64url");
      return {
        id,
        rawId: id,
        type: "public-key",
        clientExtensionResults: {},
        authenticatorAttachment: "platform",
        response: {
          clientDataJSON: client.toString("base64url"),
          authenticatorData: authData.toString("base64url"),
          signature: sign("sha256", signed, privateKey).toString("base64url"),
          userHandle: userHandle.value,
        },
      };
    },
  };
}
