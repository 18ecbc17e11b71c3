// The message about a ticket says that there is news, and neither of what nor of whom: a number may have a new holder.
// SPDX-License-Identifier: Apache-2.0
import type { JobPayloads } from "../../platform/jobs/enqueue.js";

export function ticketNotice(beneficiaryId: string, ticketId: string): JobPayloads["send-notice"] {
  return { beneficiaryId, template: "ticket-step", values: {}, cause: { ticketId } };
}
