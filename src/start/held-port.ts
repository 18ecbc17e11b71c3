// The port of the pages, held by the supervisor and listened on by the web processes: they all take connections from the
// one queue that the system keeps, so that none is lost when one of them is replaced, or killed before it took it.
// SPDX-License-Identifier: Apache-2.0
import { lookup } from "node:dns/promises";
import net, { type Server } from "node:net";
import { getSystemErrorName } from "node:util";

/** Bound, not listened on; goes to a child with `send`, and there to `listen`. */
export type HeldPort = Server & { close(): void; getsockname(into: { port?: number }): number };

/**
 * What node:cluster binds its shared ports with. It stands in no documentation; the documented `net.Server` would take
 * connections here, in the process that holds every password.
 */
const { _createServerHandle: bind } = net as unknown as {
  _createServerHandle(address: string, port: number, family: 4 | 6, fd: -1): HeldPort | number;
};

/** The port, or the name of the system's error, such as EADDRINUSE. */
export async function holdPort(host: string, port: number): Promise<HeldPort | string> {
  try {
    const { address, family } = await lookup(host);
    const held = bind(address, port, family === 6 ? 6 : 4, -1);
    if (typeof held === "number") return getSystemErrorName(held);
    // A taken port is told by no error here: the socket is left without one, and to listen on it would find any port.
    const bound: { port?: number } = {};
    held.getsockname(bound);
    if (bound.port === port) return held;
    held.close();
    return "EADDRINUSE";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  }
}
