// An offer as wallets read it (OpenID4VCI 1.0 section 4.1): by its address, so that the QR code is small.
// SPDX-License-Identifier: Apache-2.0

export const configurationId = "vaccination-course";
export const preAuthorizedGrant = "urn:ietf:params:oauth:grant-type:pre-authorized_code";
/** Where offers are fetched; the code follows. */
export const offersPath = "/api/wallet/offers/";

/** Opens a wallet app, as a link or as a QR code. */
export function offerLink(origin: string, code: string): string {
  return `openid-credential-offer://?credential_offer_uri=${encodeURIComponent(`${origin}${offersPath}${code}`)}`;
}

export function credentialOffer(origin: string, code: string): object {
  return {
    credential_issuer: origin,
    credential_configuration_ids: [configurationId],
    grants: {
      [preAuthorizedGrant]: { "pre-authorized_code": code, tx_code: { input_mode: "numeric", length: 6 } },
    },
  };
}
