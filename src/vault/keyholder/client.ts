// How the other processes ask the keyholder. Every way to fail is RootUnavailable or BoxError. After a failure it is
// left alone for a moment, so that a hardware module that hangs delays a few callers and not everybody in a row.
// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { connectFrames, FramesUnavailable } from "../../platform/frames/index.js";
import { BoxError } from "../box.js";
import { type KeyName, readSecretKey } from "../keys.js";
import {
  type Answer,
  fromKeyholder,
  type LinkName,
  packSealed,
  type Question,
  toKeyholder,
  unpackSealed,
} from "./keyholder.js";
import { RootUnavailable } from "./root-keys.js";

export interface Keyholder {
  begin(): Promise<void>;
  /** Epochs of the root key that still unwrap, oldest first. */
  epochs(): Promise<readonly number[]>;
  next(): Promise<number>;
  destroy(epoch: number): Promise<void>;
  /** Wipes the content. */
  wrap(content: Buffer, place: Buffer): Promise<Buffer>;
  unwrap(box: Buffer, place: Buffer): Promise<Buffer>;
  sealFile(name: KeyName, content: Buffer): Promise<Buffer>;
  openFile(name: KeyName, box: Buffer): Promise<Buffer>;
  close(): void;
}

const deadlineMs = 1_400;
const restMs = 1_000;

export const linkFile = (linkDir: string, from: LinkName): string => join(linkDir, `${from}.link`);

export function connectKeyholder(socket: string, linkDir: string, from: LinkName): Keyholder {
  const client = connectFrames(socket, { deadlineMs });
  const link = readSecretKey(linkFile(linkDir, from));
  let restsUntil = 0;

  async function call(question: Question, bytes: Buffer): Promise<{ answer: Answer; bytes: Buffer }> {
    const box = packSealed(link, toKeyholder(from), question, bytes);
    const { blobs } = await client.call({ head: { from }, blobs: [box] });
    const { head, bytes: given } = unpackSealed(link, fromKeyholder(from, box), blobs[0] ?? Buffer.alloc(0));
    return { answer: head as Answer, bytes: given };
  }
  async function ask(
    question: Question,
    content: Buffer = Buffer.alloc(0),
  ): Promise<{ epochs: readonly number[]; bytes: Buffer }> {
    if (performance.now() < restsUntil) throw new RootUnavailable("RESTING");
    const bytes = Buffer.from(content);
    try {
      const { answer, bytes: given } = await call(question, bytes);
      if (answer.ok) return { epochs: answer.epochs ?? [], bytes: given };
      if (answer.code === "NOT_OURS") throw new BoxError();
      throw new RootUnavailable(answer.code === "UNAVAILABLE" ? answer.cause : answer.code);
    } catch (error) {
      const failure = error instanceof FramesUnavailable ? new RootUnavailable("KEYHOLDER_AWAY") : error;
      if (failure instanceof RootUnavailable) restsUntil = performance.now() + restMs;
      throw failure;
    }
  }
  const placed = (op: "wrap" | "unwrap", place: Buffer): Question => ({ op, place: place.toString("base64") });

  return {
    async begin() {
      await ask({ op: "begin" });
    },
    epochs: async () => (await ask({ op: "epochs" })).epochs,
    next: async () => (await ask({ op: "next" })).epochs[0]!,
    async destroy(epoch) {
      await ask({ op: "destroy", epoch });
    },
    async wrap(content, place) {
      try {
        return (await ask(placed("wrap", place), content)).bytes;
      } finally {
        content.fill(0);
      }
    },
    unwrap: async (box, place) => (await ask(placed("unwrap", place), box)).bytes,
    sealFile: async (name, content) => (await ask({ op: "seal-file", name }, content)).bytes,
    openFile: async (name, box) => (await ask({ op: "open-file", name }, box)).bytes,
    close: () => client.close(),
  };
}
