// Erasures: a person's own request, with time to take it back, carried out when nothing has to be kept any longer. Then
// the person's key is destroyed, and with it everything that is sealed, in backups too once the bucket's key has followed.
// SPDX-License-Identifier: Apache-2.0
export { askErasure, type ErasureCode, undoErasure } from "./ask-erasure.js";
export { eraseDue } from "./erase-due.js";
export { erasureErrors } from "./errors.js";
export { findErasure } from "./find-erasure.js";
export { replaceKeys } from "./replace-keys.js";
export { coolingOffDays, type Erasure } from "./types.js";
