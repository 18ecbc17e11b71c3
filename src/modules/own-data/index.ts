// Own data: everything that is held of a person, for the account that holds them.
// SPDX-License-Identifier: Apache-2.0
export { exportOwnData, type OwnData } from "./export-own-data.js";
