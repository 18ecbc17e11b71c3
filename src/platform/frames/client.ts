// Calls a framed server over a unix socket. One connection, many requests in flight, made anew when it broke.
// Each call has a deadline. Every way to fail is one error, FramesUnavailable, that carries no value.
// SPDX-License-Identifier: Apache-2.0
import { connect, type Socket } from "node:net";
import { basename } from "node:path";
import { traced } from "../traces.js";
import { coalescing } from "./coalesce.js";
import { encodeFrame, FrameReader, type Message } from "./frame.js";

/** The other process did not answer: away, too slow, or it failed. */
export class FramesUnavailable extends Error {
  constructor(why: string) {
    super(why);
    this.name = "FramesUnavailable";
  }
}

export interface FrameClient {
  call(message: Message): Promise<Message>;
  close(): void;
}

interface Waiting {
  resolve(message: Message): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

export function connectFrames(path: string, options: { deadlineMs: number }): FrameClient {
  let socket: Socket | undefined;
  let write: (frame: Buffer) => void;
  let nextId = 0;
  let closed = false;
  const waiting = new Map<number, Waiting>();

  function drop(broken: Socket): void {
    broken.destroy();
    if (socket !== broken) return;
    socket = undefined;
    for (const [id, call] of waiting) {
      waiting.delete(id);
      clearTimeout(call.timer);
      call.reject(new FramesUnavailable("connection lost"));
    }
  }

  function open(): Socket {
    const made = connect(path);
    const reader = new FrameReader();
    made.on("error", () => drop(made));
    made.on("close", () => drop(made));
    made.on("data", (chunk) => {
      try {
        for (const frame of reader.push(chunk)) settle(frame.id, frame);
      } catch {
        drop(made);
      }
    });
    // A quiet connection must not keep the process alive; a call's deadline timer does.
    made.unref();
    return made;
  }

  function settle(id: number, message: Message): void {
    const call = waiting.get(id);
    if (!call) return;
    waiting.delete(id);
    clearTimeout(call.timer);
    if ((message.head as { failed?: boolean }).failed) call.reject(new FramesUnavailable("request failed"));
    else call.resolve(message);
  }

  function call(message: Message): Promise<Message> {
    return new Promise((resolve, reject) => {
      if (closed) {
        reject(new FramesUnavailable("closed"));
        return;
      }
      nextId = (nextId + 1) % 0x1_0000_0000;
      const id = nextId;
      const frame = encodeFrame(id, message);
      const timer = setTimeout(() => {
        waiting.delete(id);
        reject(new FramesUnavailable("deadline passed"));
      }, options.deadlineMs);
      waiting.set(id, { resolve, reject, timer });
      if (!socket) {
        socket = open();
        write = coalescing(socket);
      }
      write(frame);
    });
  }

  // "recorder", "opener": which process is asked.
  const name = basename(path, ".sock");
  return {
    call: (message) =>
      traced(
        name,
        () => ({}),
        () => call(message),
      ),
    close() {
      closed = true;
      if (socket) drop(socket);
    },
  };
}
