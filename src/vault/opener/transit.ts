// Transit boxes: a phone number, or a message to one, that waits in the database for a short time. Whoever had the
// content sealed it themselves, so nothing is disclosed; only a message for delivery is handed back to the house.
// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from "node:crypto";
import type { TransitContent } from "../../modules/disclosure/gate.js";
import type { Clock } from "../../platform/clock.js";
import { BoxError, context, openBox, pad, sealBox, unpad } from "../box.js";

const transitEpoch = 1;
const place = context("transit");

interface Waiting extends TransitContent {
  readonly until: number;
}

export interface Transit {
  seal(content: TransitContent, lifetimeSeconds: number): Buffer;
  /** Undefined when the box is not ours or its time is over. */
  open(box: Buffer): TransitContent | undefined;
}

export function isMobile(mobile: unknown): mobile is string {
  return typeof mobile === "string" && /^\d{10}$/.test(mobile);
}

export function transitWith(key: KeyObject, clock: Clock): Transit {
  return {
    seal({ mobile, text }, lifetimeSeconds) {
      const isSound = isMobile(mobile) && (text === undefined || (typeof text === "string" && text.length <= 2_000));
      if (!isSound || !Number.isFinite(lifetimeSeconds)) throw new Error("not a transit content");
      const waiting: Waiting = {
        mobile,
        ...(text === undefined ? {} : { text }),
        until: clock().getTime() + lifetimeSeconds * 1_000,
      };
      return sealBox(key, transitEpoch, pad(Buffer.from(JSON.stringify(waiting), "utf8")), place);
    },
    open(box) {
      try {
        const { until, ...content } = JSON.parse(unpad(openBox(key, box, place)).toString("utf8")) as Waiting;
        return until >= clock().getTime() ? content : undefined;
      } catch (error) {
        if (error instanceof BoxError) return undefined;
        throw error;
      }
    },
  };
}
