// A person puts a certificate into a wallet: the page offers it, the wallet turns the offer's code and the digits into a
// token, and the token, with a proof of the wallet's key, into the credential. All of it happens within the person's own
// sign-in: once it has ended, nothing is given out.
// SPDX-License-Identifier: Apache-2.0
import { timingSafeEqual } from "node:crypto";
import { readWalletProof } from "../../lib/certificate/index.js";
import { nodePrimitives } from "../../lib/certificate/node-primitives.js";
import { done, type Outcome, refused } from "../../platform/errors.js";
import { subscriberOf, takeLimits } from "../../platform/limits/index.js";
import { findAccountHolder } from "../accounts/index.js";
import { type CertificateCode, newestCertificate } from "../certificates/index.js";
import type { Actor, Deps, GateError } from "../disclosure/index.js";
import type { WalletCode } from "./errors.js";
import { digitsOf, giveUseBack, isNonce, makeGrant, readGrant, takeUse } from "./grants.js";

/** How long an offer holds, and then a token. */
export const offerMinutes = 5;
export const tokenSeconds = 300;
const mostTries = 5;

type Citizen = Extract<Actor, { kind: "citizen" }>;

export interface Offer {
  /** For the wallet's eyes. */
  readonly code: string;
  /** For the person's. */
  readonly digits: string;
}

/** The caller knows that the person is of this sign-in's account; the vault looks again before it gives anything out. */
export async function offerCertificate(
  deps: Pick<Deps, "db" | "clock" | "macs">,
  { signInId }: Citizen,
  beneficiaryId: string,
): Promise<Outcome<Offer, CertificateCode>> {
  if (!(await newestCertificate(deps, beneficiaryId))) return refused("CERTIFICATE_NOT_ISSUED");
  const until = new Date(deps.clock().getTime() + offerMinutes * 60_000);
  const code = makeGrant(deps.macs, "code", { signInId, beneficiaryId, until });
  return done({ code, digits: digitsOf(deps.macs, code) });
}

/** Whether the code is one of ours whose time is not over. Says nothing of whom it is for. */
export function isOffered(deps: Pick<Deps, "db" | "clock" | "macs">, code: string): boolean {
  return readGrant(deps, "code", code) !== undefined;
}

export async function redeemCode(
  deps: Deps,
  { code, digits, address }: { code: string; digits: string; address: string },
): Promise<Outcome<{ token: string }, WalletCode | "TOO_MANY_REQUESTS">> {
  const limit = { name: "wallet-by-address", who: subscriberOf(address), windowSeconds: 600, most: 120 };
  const seconds = await takeLimits(deps, [limit]);
  if (seconds > 0) return refused("TOO_MANY_REQUESTS", { seconds });
  const grant = readGrant(deps, "code", code);
  // Counted before the digits are looked at.
  if (!grant || !(await takeUse(deps, "wallet-code-tries", code, mostTries))) return refused("WALLET_CODE_REFUSED");
  const { signInId, beneficiaryId } = grant;
  if (!isSame(digits, digitsOf(deps.macs, code)) || !(await findAccountHolder(deps, { kind: "citizen", signInId })))
    return refused("WALLET_CODE_REFUSED");
  if (!(await takeUse(deps, "wallet-code", code, 1))) return refused("WALLET_CODE_REFUSED");
  const until = new Date(deps.clock().getTime() + tokenSeconds * 1_000);
  return done({ token: makeGrant(deps.macs, "token", { signInId, beneficiaryId, until }) });
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

export async function issueToWallet(
  deps: Deps,
  { token, proof }: { token: string; proof: string },
): Promise<Outcome<{ credential: string }, WalletCode | GateError | CertificateCode>> {
  const grant = readGrant(deps, "token", token);
  const actor = grant && ({ kind: "citizen", signInId: grant.signInId } as const);
  if (!grant || !actor || !(await findAccountHolder(deps, actor))) return refused("WALLET_TOKEN_REFUSED");
  const shown = await readWalletProof(proof, {
    audience: deps.origin,
    at: deps.clock(),
    primitives: nodePrimitives(),
  });
  if (!shown) return refused("WALLET_PROOF_REFUSED");
  if (!isNonce(deps, shown.nonce) || !(await takeUse(deps, "wallet-nonce", shown.nonce, 1)))
    return refused("WALLET_NONCE_REFUSED");
  if (!(await takeUse(deps, "wallet-token", token, 1))) return refused("WALLET_TOKEN_REFUSED");
  const { holderKey, thumbprint } = shown;
  const { beneficiaryId: subject } = grant;
  const certificateId = await newestCertificate(deps, subject);
  if (certificateId === undefined) return refused("CERTIFICATE_NOT_ISSUED");
  const made = await deps.gate.walletCredential({ actor, subject, certificateId, holderKey, thumbprint });
  if (!made.ok) {
    await giveUseBack(deps, "wallet-token", token);
    return made;
  }
  return made.value.credential === null
    ? refused("CERTIFICATE_NOT_ISSUED")
    : done({ credential: made.value.credential });
}
