// A statement that lacks its signatures: what is to be signed, by which kind of key, and how the whole is put together.
// Keys lie elsewhere (in the vault), so that building and signing are two steps.
// SPDX-License-Identifier: Apache-2.0

export interface Part {
  /** ES256: raw r||s over SHA-256 of the bytes; EdDSA: Ed25519; PS256: RSA-PSS with a salt of 32 bytes. */
  readonly algorithm: "ES256" | "EdDSA" | "PS256";
  readonly bytes: Uint8Array;
}
export interface Unsigned<Whole> {
  readonly parts: readonly Part[];
  /** With one signature for each part, in their order. */
  finish(signatures: readonly Uint8Array[]): Whole;
}

export type Sign = (part: Part) => Promise<Uint8Array>;

/** Signs part by part, for whoever holds the keys. */
export async function signedBy<Whole>(unsigned: Unsigned<Whole>, sign: Sign): Promise<Whole> {
  const signatures: Uint8Array[] = [];
  for (const part of unsigned.parts) signatures.push(await sign(part));
  return unsigned.finish(signatures);
}

/** The one signature of a statement with one part; refuses DER, which every format here forbids. */
export function onlySignature(signatures: readonly Uint8Array[], size = 64): Uint8Array {
  const [signature, ...more] = signatures;
  if (!signature || more.length > 0 || signature.length !== size)
    throw new Error(`one signature of ${size} bytes is wanted (raw r and s, not DER)`);
  return signature;
}

/** Several statements that are signed in one act. */
export function together<Name extends string>(
  all: Readonly<Record<Name, Unsigned<string>>>,
): Unsigned<Record<Name, string>> {
  const named = Object.entries(all) as [Name, Unsigned<string>][];
  return {
    parts: named.flatMap(([, { parts }]) => parts),
    finish(signatures) {
      let at = 0;
      const finished = named.map(([name, unsigned]) => {
        const own = signatures.slice(at, at + unsigned.parts.length);
        at += unsigned.parts.length;
        return [name, unsigned.finish(own)] as const;
      });
      return Object.fromEntries(finished) as Record<Name, string>;
    },
  };
}
