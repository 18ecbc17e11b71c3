// Counts what a vault process answers: "ok", or the stable code of a refusal.
// SPDX-License-Identifier: Apache-2.0
import type { FrameHandler } from "../platform/frames/index.js";
import type { Counter } from "../platform/metrics/metrics.js";

export function countedBy(requests: Counter, answer: FrameHandler): FrameHandler {
  return async (message) => {
    const reply = await answer(message);
    const { ok, code } = reply.head as { ok?: boolean; code?: string };
    requests.add({ result: ok ? "ok" : (code ?? "none") });
    return reply;
  };
}
