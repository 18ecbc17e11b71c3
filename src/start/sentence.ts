// What to tell the operator of an error that ended the start.
// SPDX-License-Identifier: Apache-2.0
import { OperatorError } from "../platform/operator-error.js";

export function sentenceFor(error: unknown): string {
  if (error instanceof OperatorError) return error.message;
  const { code, message, stack } = error as { code?: string; message?: string; stack?: string };
  // ENOSPC: the system's; 53100: PostgreSQL's disk_full; SQLite says it in words.
  if (
    code === "ENOSPC" ||
    code === "EDQUOT" ||
    code === "53100" ||
    /No space left on device|disk is full/.test(message ?? "")
  ) {
    return "The disk is full. Make room and start again; nothing that was confirmed is lost.";
  }
  if (code === "EACCES" || code === "EROFS") return `This user may not write there: ${message}`;
  return stack ?? String(error);
}
