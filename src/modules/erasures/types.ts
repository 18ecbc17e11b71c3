// The words of erasures.
// SPDX-License-Identifier: Apache-2.0

/** In which the request can be taken back; the recorder counts them too (db/migrations/0121_erasures.sql). */
export const coolingOffDays = 14;

/** A request that waits. */
export interface Erasure {
  readonly erasureId: string;
  readonly beneficiaryId: string;
  readonly askedAt: Date;
  /** When it is carried out, if nothing more happens: each new act of the programme moves it. */
  readonly dueAt: Date;
}
