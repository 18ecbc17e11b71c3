// Asks a server over kept connections, one request at a time on each, at little cost of its own: on two cores a client
// that parses as a browser does would be measured instead of the server.
// SPDX-License-Identifier: Apache-2.0
import { connect, type Socket } from "node:net";

export interface Answer {
  readonly status: number;
  readonly body: string;
}
export interface Connection {
  ask(request: string): Promise<Answer>;
  close(): void;
}

export function request(method: "GET" | "POST", path: string, headers: string[], body = ""): string {
  const length = body === "" ? [] : ["content-type: application/json", `content-length: ${Buffer.byteLength(body)}`];
  return [`${method} ${path} HTTP/1.1`, "host: 127.0.0.1", ...headers, ...length, "", body].join("\r\n");
}

/** Answers have a Content-Length here; one without is a fault. */
export function connection(port: number): Connection {
  const socket: Socket = connect({ port, host: "127.0.0.1", noDelay: true });
  let waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;
  let received = "";
  const fail = (error: Error) => waiting?.reject(error);
  socket.setEncoding("latin1");
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("the server closed the connection")));
  socket.on("data", (text: string) => {
    received += text;
    const headEnd = received.indexOf("\r\n\r\n");
    if (headEnd < 0) return;
    const head = received.slice(0, headEnd);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    const status = Number(head.slice(9, 12));
    if (length === undefined && status !== 204) return fail(new Error(`no length in: ${head}`));
    const end = headEnd + 4 + Number(length ?? 0);
    if (received.length < end) return;
    const answered = waiting;
    const body = received.slice(headEnd + 4, end);
    received = received.slice(end);
    waiting = undefined;
    answered?.resolve({ status, body });
  });
  return {
    ask: (text) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(text);
      }),
    close: () => void socket.destroy(),
  };
}

/** Sends all requests over so many connections and counts the answers by status. */
export async function askAll(
  connections: readonly Connection[],
  requests: readonly string[],
): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  let next = 0;
  const worker = async (open: Connection) => {
    while (next < requests.length) {
      const { status, body } = await open.ask(requests[next++]!);
      if (status >= 500) throw new Error(`${status}: ${body.slice(0, 300)}`);
      counts.set(status, (counts.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(connections.map(worker));
  return counts;
}
