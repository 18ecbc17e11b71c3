// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { encodeFrame, FrameError, FrameReader, maxFrameBytes } from "./frame.js";
import { connectFrames, type FrameServer, FramesUnavailable, type Message, serveFrames } from "./index.js";

const folder = mkdtempSync(join(tmpdir(), "sakshi-frames-"));
const servers: FrameServer[] = [];
let sockets = 0;
after(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

async function serving(handle: (message: Message) => Promise<Message>): Promise<{ path: string; server: FrameServer }> {
  const path = join(folder, `${sockets++}.sock`);
  const server = await serveFrames(path, handle);
  servers.push(server);
  return { path, server };
}

test("frames come out as they went in, however the stream is cut", () => {
  const message = fc.record({
    head: fc.jsonValue(),
    blobs: fc.array(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      { maxLength: 4 },
    ),
  });
  fc.assert(
    fc.property(
      fc.array(message, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 700 }),
      (messages, step) => {
        const stream = Buffer.concat(messages.map((one, id) => encodeFrame(id, one)));
        const reader = new FrameReader();
        const read = [];
        for (let at = 0; at < stream.length; at += step) read.push(...reader.push(stream.subarray(at, at + step)));
        assert.equal(read.length, messages.length);
        read.forEach((frame, id) => {
          assert.equal(frame.id, id);
          assert.deepEqual(frame.head, JSON.parse(JSON.stringify(messages[id]!.head)));
          assert.deepEqual(
            frame.blobs.map((blob) => blob.toString("hex")),
            messages[id]!.blobs.map((blob) => blob.toString("hex")),
          );
        });
      },
    ),
  );
});

test("a damaged frame is an error or another message, never a crash", () => {
  const good = encodeFrame(7, { head: { op: "open", fields: ["name"] }, blobs: [Buffer.from("abc"), Buffer.alloc(9)] });
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const bad = Buffer.from(good);
      bad[at]! ^= flip;
      try {
        for (const frame of new FrameReader().push(bad))
          assert.ok(frame.blobs.every((blob) => blob.length <= bad.length));
      } catch (error) {
        assert.ok(error instanceof FrameError);
      }
    }),
  );
});

test("a message over one mebibyte is not encoded", () => {
  assert.throws(() => encodeFrame(1, { head: {}, blobs: [Buffer.alloc(maxFrameBytes)] }), FrameError);
});

test("answers reach their callers in whatever order they come", async () => {
  const { path } = await serving(async ({ head }) => {
    const { n } = head as { n: number };
    await new Promise((resolve) => setTimeout(resolve, (10 - n) * 3));
    return { head: { n }, blobs: [Buffer.of(n)] };
  });
  const client = connectFrames(path, { deadlineMs: 5_000 });
  const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => client.call({ head: { n }, blobs: [] })));
  answers.forEach((answer, n) => assert.deepEqual([answer.head, answer.blobs[0]![0]], [{ n }, n]));
  client.close();
});

test("a frame that announces too much, or is unreadable, closes the connection", async () => {
  const { path } = await serving(async (message) => message);
  for (const bytes of [Buffer.from("ffffffff", "hex"), Buffer.from("0000000a000000010000000278780000", "hex")]) {
    const socket = connect(path);
    socket.write(bytes);
    const answered: Buffer[] = [];
    socket.on("data", (chunk) => answered.push(chunk));
    await new Promise((resolve) => socket.on("close", resolve));
    assert.equal(Buffer.concat(answered).length, 0);
  }
});

test("a failure answers without its message", async () => {
  const { path } = await serving(() => Promise.reject(new Error("Asha Demo 9000012345")));
  const seen: Buffer[] = [];
  const socket = connect(path);
  socket.on("data", (chunk) => {
    seen.push(chunk);
    socket.end();
  });
  socket.write(encodeFrame(1, { head: {}, blobs: [] }));
  await new Promise((resolve) => socket.on("close", resolve));
  assert.ok(!Buffer.concat(seen).includes("Asha"));
  const client = connectFrames(path, { deadlineMs: 5_000 });
  await assert.rejects(client.call({ head: {}, blobs: [] }), FramesUnavailable);
  client.close();
});

test("no server, a lost connection and a passed deadline are one error, and the next call connects anew", async () => {
  const path = join(folder, "later.sock");
  const client = connectFrames(path, { deadlineMs: 200 });
  await assert.rejects(client.call({ head: {}, blobs: [] }), FramesUnavailable);
  const silent = await serveFrames(path, () => new Promise<Message>(() => {}));
  await assert.rejects(client.call({ head: {}, blobs: [] }), FramesUnavailable);
  const pending = assert.rejects(client.call({ head: {}, blobs: [] }), FramesUnavailable);
  silent.close();
  await pending;
  const server = await serveFrames(path, async (message) => message);
  assert.deepEqual((await client.call({ head: { n: 1 }, blobs: [] })).head, { n: 1 });
  server.close();
  client.close();
});
