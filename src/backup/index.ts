// Backups of the embedded database: taken while it runs, tried on a copy, put back when it does not.
// SPDX-License-Identifier: Apache-2.0
export { backupsIn, readManifest } from "./manifest.js";
export { putBack } from "./put-back.js";
export { takeBackup } from "./take-backup.js";
export { type Finding, tryBackup } from "./try-backup.js";
