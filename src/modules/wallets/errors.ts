// Codes of certificates that go into wallets.
// SPDX-License-Identifier: Apache-2.0
import type { ErrorTable } from "../../platform/errors.js";

export const walletErrors = {
  /** The code of an offer, or the digits that go with it: unknown, used, over, or tried too often. */
  WALLET_CODE_REFUSED: { status: 400, retry: false },
  /** The token that came for a code: unknown, used or over, or the person has signed out since. */
  WALLET_TOKEN_REFUSED: { status: 401, retry: false },
  /** The wallet does not prove that it holds its key. */
  WALLET_PROOF_REFUSED: { status: 400, retry: false },
  /** The nonce in the proof is none of ours, used, or over. */
  WALLET_NONCE_REFUSED: { status: 400, retry: true },
} as const satisfies ErrorTable;
export type WalletCode = keyof typeof walletErrors;
