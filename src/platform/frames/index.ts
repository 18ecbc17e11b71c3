// Framed requests over unix sockets: how the house and the vault's two processes speak.
// SPDX-License-Identifier: Apache-2.0
export {
  connectFrames,
  type FrameClient,
  FramesUnavailable,
} from "./client.js";
export type { Message } from "./frame.js";
export { type FrameHandler, type FrameServer, serveFrames } from "./server.js";
