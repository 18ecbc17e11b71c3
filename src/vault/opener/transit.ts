// Transit boxes: a phone number, or a message to one, that waits in the database for a short time. Whoever had the
// content sealed it themselves, so nothing is disclosed. A message is handed back to the house for delivery; a bare
// number only while it is being typed and confirmed, so that the sign-ins of a day are no phone book.
// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from "node:crypto";
import type { TransitContent } from "../../modules/disclosure/gate.js";
import type { Clock } from "../../platform/clock.js";
import { BoxError, context, openBox, pad, sealBox, unpad } from "../box.js";

const transitEpoch = 1;
const place = context("transit");

/** As long as somebody may ask for another code on the number just typed. */
const typingMs = 600_000;

interface Waiting extends TransitContent {
  readonly sealedAt: number;
  readonly until: number;
}

export interface Transit {
  seal(content: TransitContent, lifetimeSeconds: number): Buffer;
  /** For sealing as somebody's contact, inside the vault. Undefined when the box is not ours or its time is over. */
  open(box: Buffer): TransitContent | undefined;
  /** For the house: a message, or a number typed within the last ten minutes. */
  handBack(box: Buffer): TransitContent | undefined;
}

export function isMobile(mobile: unknown): mobile is string {
  return typeof mobile === "string" && /^\d{10}$/.test(mobile);
}

export function transitWith(key: KeyObject, clock: Clock): Transit {
  function opened(box: Buffer): Waiting | undefined {
    try {
      const waiting = JSON.parse(unpad(openBox(key, box, place)).toString("utf8")) as Waiting;
      return waiting.until >= clock().getTime() ? waiting : undefined;
    } catch (error) {
      if (error instanceof BoxError) return undefined;
      throw error;
    }
  }
  const contentOf = ({ mobile, text }: Waiting): TransitContent => (text === undefined ? { mobile } : { mobile, text });

  return {
    seal({ mobile, text }, lifetimeSeconds) {
      const isSound = isMobile(mobile) && (text === undefined || (typeof text === "string" && text.length <= 2_000));
      if (!isSound || !Number.isFinite(lifetimeSeconds)) throw new Error("not a transit content");
      const sealedAt = clock().getTime();
      const content = text === undefined ? { mobile } : { mobile, text };
      const waiting: Waiting = { ...content, sealedAt, until: sealedAt + lifetimeSeconds * 1_000 };
      return sealBox(key, transitEpoch, pad(Buffer.from(JSON.stringify(waiting), "utf8")), place);
    },
    open(box) {
      const waiting = opened(box);
      return waiting && contentOf(waiting);
    },
    handBack(box) {
      const waiting = opened(box);
      const isStillTyped = waiting && clock().getTime() - waiting.sealedAt <= typingMs;
      return waiting && (waiting.text !== undefined || isStillTyped) ? contentOf(waiting) : undefined;
    },
  };
}
