// Sessions: who may come where and when, for which product, and how many places there are; and the stock of the
// facility that holds them. Free of personal data. A place is taken by the appointments module, never here.
// SPDX-License-Identifier: Apache-2.0
export { cancelSession, type EndAppointments } from "./cancel-session.js";
export { type SessionCode, sessionErrors } from "./errors.js";
export { addBatch, listBatches, withdrawBatch } from "./manage-batches.js";
export { findSessionsOf, listSessions, overviewOf } from "./overview.js";
export { changeSession, createSession, publishSession, sessionOfAdmin, sessionProducts } from "./plan-session.js";
export { onlinePlaces } from "./rules.js";
export { findSession, searchSessions } from "./search-sessions.js";
export {
  type BatchInput,
  type BatchView,
  type CancelReason,
  cancelReasons,
  type OfferedSession,
  type OfferedSlot,
  type Overview,
  type PlacesByPool,
  type Pool,
  pools,
  type SessionInput,
  type SessionSearch,
  type SessionStatus,
  type SessionsFound,
  type SessionView,
  type SlotView,
} from "./types.js";
export { allOffers, changedOffers, forgetOldChanges, type OfferMark, type Offers } from "./watch-offers.js";
