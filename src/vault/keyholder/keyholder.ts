// The keyholder: the only process that can use the root keys. It knows who asks by a link key that each asker holds,
// and what each may ask: opener and inquirer wrap and unwrap bucket keys, the opener makes and ends root keys, everybody
// opens their own key files. Questions and answers pass the socket sealed, so that a message of somebody else's, sent
// again, gives nothing.
// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from "node:crypto";
import type { Message } from "../../platform/frames/index.js";
import { BoxError, context, openBox, sealBox } from "../box.js";
import { type KeyName, keysHeldBy } from "../keys.js";
import { type RootKeys, RootUnavailable } from "./root-keys.js";

export const linkNames = ["recorder", "opener", "inquirer", "house"] as const;
export type LinkName = (typeof linkNames)[number];
export type LinkKeys = Readonly<Record<LinkName, KeyObject>>;

export type Question =
  | { op: "begin" | "epochs" | "next" }
  | { op: "destroy"; epoch: number }
  | { op: "wrap" | "unwrap"; place: string }
  | { op: "seal-file" | "open-file"; name: KeyName };
export type Answer =
  | { ok: true; epochs?: readonly number[] }
  | { ok: false; code: "UNAVAILABLE"; cause: string }
  | { ok: false; code: "NOT_OURS" | "REFUSED" };

const linkEpoch = 1;
export const toKeyholder = (from: LinkName): Buffer => context("to-keyholder", from);
/** An answer fits one question: its box's last bytes are part of the place. */
export const fromKeyholder = (from: LinkName, question: Buffer): Buffer =>
  context("from-keyholder", from, question.subarray(-16));

/** A head and raw bytes in one sealed message. The bytes are wiped. */
export function packSealed(key: KeyObject, place: Buffer, head: object, bytes: Buffer): Buffer {
  const text = Buffer.from(JSON.stringify(head), "utf8");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const content = Buffer.concat([length, text, bytes]);
  try {
    return sealBox(key, linkEpoch, content, place);
  } finally {
    content.fill(0);
    bytes.fill(0);
  }
}
export function unpackSealed(key: KeyObject, place: Buffer, box: Buffer): { head: unknown; bytes: Buffer } {
  const content = openBox(key, box, place);
  const end = 4 + content.readUInt32BE(0);
  return { head: JSON.parse(content.toString("utf8", 4, end)), bytes: content.subarray(end) };
}

const filePlace = (name: KeyName): Buffer => context("key-file", name);
const opensFiles: Readonly<Record<LinkName, readonly KeyName[]>> = {
  recorder: keysHeldBy.recorder,
  opener: keysHeldBy.opener,
  inquirer: keysHeldBy.inquirer,
  house: keysHeldBy.house,
};

export function keyholder(root: RootKeys, links: LinkKeys): (message: Message) => Promise<Message> {
  async function work(from: LinkName, question: Question, bytes: Buffer): Promise<{ answer: Answer; bytes?: Buffer }> {
    switch (question.op) {
      case "seal-file":
        return { answer: { ok: true }, bytes: await root.wrap("files", bytes, filePlace(question.name)) };
      case "open-file":
        if (!opensFiles[from].includes(question.name)) return { answer: { ok: false, code: "REFUSED" } };
        return { answer: { ok: true }, bytes: await root.unwrap("files", bytes, filePlace(question.name)) };
      default:
        if (from !== "opener" && !(from === "inquirer" && ["wrap", "unwrap"].includes(question.op)))
          return { answer: { ok: false, code: "REFUSED" } };
        return forBuckets(question, bytes);
    }
  }
  async function forBuckets(
    question: Exclude<Question, { op: "seal-file" | "open-file" }>,
    bytes: Buffer,
  ): Promise<{ answer: Answer; bytes?: Buffer }> {
    switch (question.op) {
      case "begin":
        await root.begin();
        return { answer: { ok: true } };
      case "epochs":
        return { answer: { ok: true, epochs: await root.epochs("root") } };
      case "next":
        return { answer: { ok: true, epochs: [await root.next("root")] } };
      case "destroy":
        // The newest wraps what is made now: it is never the one that has served.
        if (question.epoch === (await root.epochs("root")).at(-1)) return { answer: { ok: false, code: "REFUSED" } };
        await root.destroy("root", question.epoch);
        return { answer: { ok: true } };
      case "wrap":
        return { answer: { ok: true }, bytes: await root.wrap("root", bytes, Buffer.from(question.place, "base64")) };
      case "unwrap":
        return { answer: { ok: true }, bytes: await root.unwrap("root", bytes, Buffer.from(question.place, "base64")) };
    }
  }
  async function answered(from: LinkName, question: Question, bytes: Buffer): ReturnType<typeof work> {
    try {
      return await work(from, question, bytes);
    } catch (error) {
      if (error instanceof BoxError) return { answer: { ok: false, code: "NOT_OURS" } };
      if (error instanceof RootUnavailable) return { answer: { ok: false, code: "UNAVAILABLE", cause: error.code } };
      throw error;
    } finally {
      bytes.fill(0);
    }
  }

  return async ({ head, blobs }) => {
    const { from } = head as { from: LinkName };
    const [box] = blobs;
    if (!box || !linkNames.includes(from)) throw new BoxError();
    const { head: question, bytes } = unpackSealed(links[from], toKeyholder(from), box);
    const { answer, bytes: given = Buffer.alloc(0) } = await answered(from, question as Question, bytes);
    return { head: {}, blobs: [packSealed(links[from], fromKeyholder(from, box), answer, given)] };
  };
}
