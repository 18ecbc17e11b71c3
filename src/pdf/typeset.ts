// The one typesetting thread of a process: fonts of thirteen scripts are loaded once.
// SPDX-License-Identifier: Apache-2.0
import { createTypesetter } from "./typesetter.js";

export const typesetter = createTypesetter();

/** Ends the thread, for an orderly stop. */
export function closePdf(): Promise<void> {
  return typesetter.close();
}
