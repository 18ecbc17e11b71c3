// Asks a time server how far this machine's clock is off (SNTP version 4, RFC 5905 section 14).
// SPDX-License-Identifier: Apache-2.0
import { createSocket } from "node:dgram";

/** Seconds from 1900, where NTP begins to count, to 1970. */
const from1900 = 2_208_988_800;

/** Milliseconds that the server is ahead of this clock; undefined when it does not answer, or not as a time server does. */
export function aheadOfUs(server: string, deadlineMs = 3_000): Promise<number | undefined> {
  const { hostname, port } = new URL(`ntp://${server}`);
  const socket = createSocket(hostname.startsWith("[") ? "udp6" : "udp4");
  return new Promise<number | undefined>((resolve) => {
    const sentAt = Date.now();
    const timer = setTimeout(() => resolve(undefined), deadlineMs);
    socket.once("error", () => resolve(undefined));
    socket.once("message", (answer) => {
      clearTimeout(timer);
      resolve(offsetOf(answer, sentAt, Date.now()));
    });
    const question = Buffer.alloc(48);
    question[0] = (4 << 3) | 3;
    socket.send(question, Number(port || 123), hostname.replace(/^\[|\]$/g, ""));
  }).finally(() => socket.close());
}

function offsetOf(answer: Buffer, sentAt: number, gotAt: number): number | undefined {
  const isOfServer = answer.length >= 48 && (answer[0]! & 7) === 4 && answer[1]! > 0 && answer[1]! < 16;
  if (!isOfServer) return undefined;
  const at = (offset: number) =>
    (answer.readUInt32BE(offset) - from1900) * 1_000 + (answer.readUInt32BE(offset + 4) / 2 ** 32) * 1_000;
  return (at(32) - sentAt + (at(40) - gotAt)) / 2;
}
