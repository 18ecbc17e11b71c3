// One frame of the binary protocol between the house and the vault: a JSON head and raw byte blobs.
// Layout: u32 length of the rest | u32 id | u32 head length | head | (u32 length | bytes)*. Never over 1 MiB.
// SPDX-License-Identifier: Apache-2.0

export const maxFrameBytes = 1 << 20;

export interface Message {
  readonly head: unknown;
  readonly blobs: readonly Buffer[];
}
export interface Frame extends Message {
  readonly id: number;
}

/** The other side broke the protocol; the connection must be closed. */
export class FrameError extends Error {}

export function encodeFrame(id: number, message: Message): Buffer {
  const head = Buffer.from(JSON.stringify(message.head), "utf8");
  const total = message.blobs.reduce((sum, blob) => sum + 4 + blob.length, 8 + head.length);
  if (total > maxFrameBytes) throw new FrameError("frame too large");
  const frame = Buffer.allocUnsafe(4 + total);
  frame.writeUInt32BE(total, 0);
  frame.writeUInt32BE(id, 4);
  frame.writeUInt32BE(head.length, 8);
  head.copy(frame, 12);
  let at = 12 + head.length;
  for (const blob of message.blobs) {
    frame.writeUInt32BE(blob.length, at);
    blob.copy(frame, at + 4);
    at += 4 + blob.length;
  }
  return frame;
}

function decodeBody(body: Buffer): Frame {
  if (body.length < 8) throw new FrameError("frame too short");
  const id = body.readUInt32BE(0);
  const headEnd = 8 + body.readUInt32BE(4);
  if (headEnd > body.length) throw new FrameError("frame head too long");
  const blobs: Buffer[] = [];
  for (let at = headEnd; at < body.length; ) {
    if (at + 4 > body.length) throw new FrameError("frame blob cut short");
    const end = at + 4 + body.readUInt32BE(at);
    if (end > body.length) throw new FrameError("frame blob cut short");
    blobs.push(body.subarray(at + 4, end));
    at = end;
  }
  let head: unknown;
  try {
    head = JSON.parse(body.toString("utf8", 8, headEnd));
  } catch {
    throw new FrameError("frame head unreadable");
  }
  return { id, head, blobs };
}

/** Cuts a byte stream into frames. Throws FrameError at the first bad one. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #buffered = 0;

  *push(chunk: Buffer): Generator<Frame> {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    for (;;) {
      if (this.#buffered < 4) return;
      const length = this.#peekLength();
      if (length > maxFrameBytes) throw new FrameError("frame too large");
      if (this.#buffered < 4 + length) return;
      const all = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
      const rest = all.subarray(4 + length);
      this.#chunks = rest.length > 0 ? [rest] : [];
      this.#buffered = rest.length;
      yield decodeBody(all.subarray(4, 4 + length));
    }
  }

  #peekLength(): number {
    if (this.#chunks[0]!.length < 4) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0]!.readUInt32BE(0);
  }
}
