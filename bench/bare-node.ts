// Node's own HTTP server with nothing around it: one answer, from a file. What it reaches, no server in Node goes beyond.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const body = readFileSync(process.argv[2]!);
const headers = { "content-type": "application/json", "content-encoding": "gzip", "content-length": body.length };
const server = createServer((_request, reply) => void reply.writeHead(200, headers).end(body));
process.on("disconnect", () => process.exit(0));
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
