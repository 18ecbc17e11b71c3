// The jobs' door: each task calls one command. What can succeed later throws and is tried again, later and later;
// what never can is dropped with a line that holds a code and nothing else.
// SPDX-License-Identifier: Apache-2.0
import type { TaskList } from "graphile-worker";
import { errorRule } from "../errors.js";
import { securityCode } from "../modules/appointments/index.js";
import { issueCertificate, reissueSome, revokeCertificate } from "../modules/certificates/index.js";
import { countDose, releaseCoverage } from "../modules/coverage/index.js";
import type { Deps } from "../modules/disclosure/index.js";
import { eraseDue, replaceKeys } from "../modules/erasures/index.js";
import { sendNotice, sendTypedMessage } from "../modules/notifications/index.js";
import { keepNoLonger } from "../modules/retention/index.js";
import { escalateTickets } from "../modules/tickets/index.js";
import type { Outcome } from "../platform/errors.js";
import { enqueue, type JobKind, type JobPayloads } from "../platform/jobs/enqueue.js";
import type { Sms } from "../platform/sms/index.js";

/** Says what became of a job: its kind and a code. Never a payload. */
export type TellJob = (kind: string, what: string) => void;

type Tasks = { [Kind in JobKind]: (payload: JobPayloads[Kind]) => Promise<void> };

export function taskList(deps: Deps, sms: Sms, tell: TellJob): TaskList {
  const settle = (kind: JobKind, outcome: Outcome<unknown>): void => {
    if (outcome.ok) return;
    if (errorRule(outcome.code).retry) throw new Error(outcome.code);
    tell(kind, `dropped: ${outcome.code}`);
  };
  const tasks: Tasks = {
    async "send-typed-message"(payload) {
      const sent = await sendTypedMessage(deps, sms, payload);
      if (sent !== "sent") tell("send-typed-message", sent);
    },
    async "send-notice"(payload) {
      const sent = await sendNotice(deps, sms, withSecurityCode(deps, payload));
      if (sent !== "sent") tell("send-notice", sent);
    },
    async "issue-certificate"(payload) {
      settle("issue-certificate", await issueCertificate(deps, payload));
    },
    async "revoke-certificate"(payload) {
      settle("revoke-certificate", await revokeCertificate(deps, payload));
    },
    async "reissue-certificates"() {
      const left = await reissueSome(deps);
      if (left === "more") await enqueue(deps.db, "reissue-certificates", {}, "reissue-certificates");
    },
    async "count-dose"(payload) {
      await countDose(deps, payload);
    },
  };
  return {
    ...(tasks as unknown as TaskList),
    "release-coverage": async () => {
      await releaseCoverage(deps);
    },
    "escalate-tickets": async () => {
      const escalated = await escalateTickets(deps);
      if (escalated > 0) tell("escalate-tickets", `${escalated} escalated`);
    },
    "keep-no-longer": async () => {
      await keepNoLonger(deps);
    },
    "erase-due": async () => {
      const { erased, refused } = await eraseDue(deps);
      if (erased > 0) tell("erase-due", `${erased} erased`);
      await replaceKeys(deps.gate.keys);
      if (refused > 0) throw new Error("DISCLOSURE_LOG_UNAVAILABLE");
    },
  };
}

/** A notice about an appointment may say its security code, which no payload holds: it is derived here. */
function withSecurityCode({ macs }: Deps, payload: JobPayloads["send-notice"]): JobPayloads["send-notice"] {
  const { beneficiaryId, cause, values } = payload;
  if (!("appointmentId" in cause)) return payload;
  return { ...payload, values: { ...values, code: securityCode(macs, cause.appointmentId, beneficiaryId) } };
}
