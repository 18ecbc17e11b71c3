// Writes of one turn of the event loop go out in one system call.
// SPDX-License-Identifier: Apache-2.0
import type { Socket } from "node:net";

export function coalescing(socket: Socket): (frame: Buffer) => void {
  let isCorked = false;
  return (frame) => {
    if (socket.destroyed) return;
    if (!isCorked) {
      isCorked = true;
      socket.cork();
      process.nextTick(() => {
        isCorked = false;
        socket.uncork();
      });
    }
    socket.write(frame);
  };
}
