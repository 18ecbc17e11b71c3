// Serves framed requests on a unix socket: many in flight on one connection, answered in any order.
// A frame that breaks the protocol closes its connection. An answer to a bug says that it failed, never why.
// SPDX-License-Identifier: Apache-2.0
import { existsSync, unlinkSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { coalescing } from "./coalesce.js";
import { encodeFrame, FrameReader, type Message } from "./frame.js";

export type FrameHandler = (message: Message) => Promise<Message>;
export interface FrameServer {
  close(): void;
}

export interface ServeOptions {
  /** Told of each request that failed by a bug or outage. The error must not be shown to the caller. */
  onFailure?: (error: unknown) => void;
}

export async function serveFrames(
  path: string,
  handle: FrameHandler,
  options: ServeOptions = {},
): Promise<FrameServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    const reader = new FrameReader();
    const write = coalescing(socket);
    const answer = async (id: number, message: Message): Promise<void> => {
      let reply: Buffer;
      try {
        reply = encodeFrame(id, await handle(message));
      } catch (error) {
        options.onFailure?.(error);
        reply = encodeFrame(id, { head: { failed: true }, blobs: [] });
      }
      write(reply);
    };
    socket.on("data", (chunk) => {
      try {
        for (const frame of reader.push(chunk)) void answer(frame.id, frame);
      } catch {
        socket.destroy();
      }
    });
  });
  // A socket file that a killed process left behind; the supervisor's lock keeps a second live one away.
  if (existsSync(path)) unlinkSync(path);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => resolve());
  });
  return {
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
