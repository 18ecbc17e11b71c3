// What wallets read of us before they ask: OpenID4VCI 1.0 section 12.2 (issuer), RFC 8414 (authorisation server), SD-JWT VC
// section 5 (keys). The issuer is its own authorisation server and knows one way: a code that the person was shown.
// SPDX-License-Identifier: Apache-2.0
import { coursePath } from "../../lib/certificate/index.js";
import { configurationId, preAuthorizedGrant } from "../../modules/wallets/index.js";
import { translator } from "../../platform/i18n/i18n.js";

export const endpoints = {
  token: "/api/wallet/token",
  nonce: "/api/wallet/nonce",
  credential: "/api/wallet/credential",
} as const;

const locales = ["en", "hi"] as const;
const claims = ["name", "birthYear", "gender", "birthDate", "passportNumber", "stage", "vaccinations"] as const;

const inEachLanguage = (word: "title" | (typeof claims)[number]) =>
  locales.map((locale) => ({ name: translator(locale)(`wallet.claim.${word}`), locale }));

export function issuerMetadata(origin: string): object {
  return {
    credential_issuer: origin,
    credential_endpoint: `${origin}${endpoints.credential}`,
    nonce_endpoint: `${origin}${endpoints.nonce}`,
    display: [{ name: "Sakshi", locale: "en" }],
    credential_configurations_supported: {
      [configurationId]: {
        format: "dc+sd-jwt",
        vct: `${origin}${coursePath}`,
        cryptographic_binding_methods_supported: ["jwk"],
        credential_signing_alg_values_supported: ["ES256"],
        proof_types_supported: { jwt: { proof_signing_alg_values_supported: ["ES256"] } },
        credential_metadata: {
          display: inEachLanguage("title"),
          claims: claims.map((claim) => ({ path: [claim], display: inEachLanguage(claim) })),
        },
      },
    },
  };
}

export function serverMetadata(origin: string): object {
  return {
    issuer: origin,
    token_endpoint: `${origin}${endpoints.token}`,
    grant_types_supported: [preAuthorizedGrant],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: ["none"],
    "pre-authorized_grant_anonymous_access_supported": true,
  };
}

export function keyMetadata(origin: string): object {
  return { issuer: origin, jwks_uri: `${origin}/.well-known/jwks.json` };
}
