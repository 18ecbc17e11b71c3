// What to tell the operator of an error that ended the start.
// SPDX-License-Identifier: Apache-2.0
import { OperatorError } from "../platform/operator-error.js";

/** ENOSPC and EDQUOT are the system's; 53100 is PostgreSQL's disk_full; others say it in words only. */
export function isDiskFull(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  if (code === "ENOSPC" || code === "EDQUOT" || code === "53100") return true;
  return /No space left on device|Check free disk space|disk is full/.test(message ?? "");
}

export function sentenceFor(error: unknown): string {
  if (error instanceof OperatorError) return error.message;
  if (isDiskFull(error)) return "The disk is full. Make room and start again; nothing that was confirmed is lost.";
  const { code, message, stack } = error as { code?: string; message?: string; stack?: string };
  if (code === "EACCES" || code === "EROFS") return `This user may not write there: ${message}`;
  return stack ?? String(error);
}
