// Partners: organisations whose programs use the API. A key says who asks, and sets a budget; it opens nobody's record.
// SPDX-License-Identifier: Apache-2.0
export { type PartnerCode, partnerErrors } from "./errors.js";
export {
  issuePartnerKey,
  keepPartnerKey,
  revokePartnerKey,
  rotatePartnerKey,
  type UsedKey,
  usePartnerKey,
} from "./partner-keys.js";
export {
  type IssuedKey,
  type KeyRotation,
  type KeyWish,
  type Partner,
  type PartnerScope,
  partnerScopes,
} from "./types.js";
