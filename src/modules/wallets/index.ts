// Wallets: a person's certificate as an SD-JWT VC on the person's own device, by OpenID4VCI 1.0 with a pre-authorised code.
// SPDX-License-Identifier: Apache-2.0
export {
  configurationId,
  credentialOffer,
  offerLink,
  offersPath,
  preAuthorizedGrant,
} from "./credential-offer.js";
export { type WalletCode, walletErrors } from "./errors.js";
export { makeNonce } from "./grants.js";
export {
  isOffered,
  issueToWallet,
  type Offer,
  offerCertificate,
  offerMinutes,
  redeemCode,
  tokenSeconds,
} from "./wallets.js";
