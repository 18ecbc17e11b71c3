// A small server that speaks the documented API of the Transit engine (OpenBao, HashiCorp Vault) over HTTP: keys with
// versions, encrypt, decrypt, rotate, config, trim, with their rules and statuses. It is no OpenBao; none was run.
// SPDX-License-Identifier: Apache-2.0
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

interface Key {
  versions: Map<number, Buffer>;
  minDecryption: number;
  minEncryption: number;
}
export interface TransitServer {
  readonly url: string;
  readonly token: string;
  /** What the next answers are: a status instead of an answer, or nothing at all until `release`. */
  fail(status: number, times: number): void;
  hang(): void;
  release(): void;
  /** Requests seen, as "METHOD path". */
  readonly seen: string[];
  close(): Promise<void>;
}
type Answer = [status: number, body: object];

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString("utf8")) as Record<string, unknown>) : {};
}
const textOf = (field: unknown): string => (typeof field === "string" ? field : "");
const refused = (why: string): Answer => [400, { errors: [why] }];

export async function transitServer(): Promise<TransitServer> {
  const keys = new Map<string, Key>();
  const token = `s.${randomBytes(12).toString("hex")}`;
  const seen: string[] = [];
  const held: (() => void)[] = [];
  let isHanging = false;
  let failing = { status: 0, times: 0 };

  const latest = (key: Key): number => Math.max(...key.versions.keys());
  function read(key: Key): Answer {
    const created = Object.fromEntries([...key.versions.keys()].map((version) => [version, 1_700_000_000]));
    const data = { keys: created, latest_version: latest(key), min_decryption_version: key.minDecryption };
    return [200, { data: { ...data, min_encryption_version: key.minEncryption, min_available_version: 0 } }];
  }
  function encrypt(key: Key, body: Record<string, unknown>): Answer {
    const version = latest(key);
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", key.versions.get(version)!, nonce);
    cipher.setAAD(Buffer.from(textOf(body.associated_data), "base64"));
    const sealed = [
      nonce,
      cipher.update(Buffer.from(textOf(body.plaintext), "base64")),
      cipher.final(),
      cipher.getAuthTag(),
    ];
    return [
      200,
      { data: { ciphertext: `vault:v${version}:${Buffer.concat(sealed).toString("base64")}`, key_version: version } },
    ];
  }
  function decrypt(key: Key, body: Record<string, unknown>): Answer {
    const [, version, text] = /^vault:v(\d+):(.+)$/.exec(textOf(body.ciphertext)) ?? [];
    const bytes = Buffer.from(text ?? "", "base64");
    const secret = key.versions.get(Number(version));
    if (!secret || Number(version) < key.minDecryption)
      return refused("ciphertext version is disallowed by policy (too old)");
    try {
      const decipher = createDecipheriv("aes-256-gcm", secret, bytes.subarray(0, 12));
      decipher.setAAD(Buffer.from(textOf(body.associated_data), "base64"));
      decipher.setAuthTag(bytes.subarray(-16));
      const plain = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
      return [200, { request_id: "x", data: { plaintext: plain.toString("base64") } }];
    } catch {
      return refused("cipher: message authentication failed");
    }
  }
  function change(key: Key, what: string, body: Record<string, unknown>): Answer {
    if (what === "rotate") key.versions.set(latest(key) + 1, randomBytes(32));
    else if (what === "config") {
      key.minDecryption = Number(body.min_decryption_version ?? key.minDecryption);
      key.minEncryption = Number(body.min_encryption_version ?? key.minEncryption);
    } else {
      const left = Number(body.min_available_version);
      if (key.minEncryption === 0) return refused("minimum encryption version is not set");
      if (left > Math.min(key.minEncryption, key.minDecryption))
        return refused("minimum available version is too high");
      for (const version of key.versions.keys()) if (version < left) key.versions.delete(version);
    }
    return [200, { data: {} }];
  }
  function answer(method: string, path: string, body: Record<string, unknown>): Answer {
    const [, engine, name = "", what] =
      /^\/v1\/transit\/(keys|encrypt|decrypt)\/([\w-]+)(?:\/(\w+))?$/.exec(path) ?? [];
    const key = keys.get(name);
    if (engine === "keys" && method === "POST" && what === undefined) {
      if (!key) keys.set(name, { versions: new Map([[1, randomBytes(32)]]), minDecryption: 1, minEncryption: 0 });
      return read(keys.get(name)!);
    }
    if (!key) return [engine === "keys" ? 404 : 400, { errors: [] }];
    if (engine === "encrypt") return encrypt(key, body);
    if (engine === "decrypt") return decrypt(key, body);
    return what === undefined ? read(key) : change(key, what, body);
  }

  const server = createServer((request, response) => {
    void (async () => {
      const path = request.url ?? "";
      seen.push(`${request.method} ${path}`);
      const body = await bodyOf(request);
      if (isHanging) await new Promise<void>((resolve) => held.push(resolve));
      let [status, answered] = answer(request.method ?? "", path, body);
      if (request.headers["x-vault-token"] !== token) [status, answered] = [403, { errors: ["permission denied"] }];
      if (failing.times > 0) {
        failing.times--;
        [status, answered] = [failing.status, { errors: ["failing"] }];
      }
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answered));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const release = (): void => {
    isHanging = false;
    for (const go of held.splice(0)) go();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    seen,
    fail(status, times) {
      failing = { status, times };
    },
    hang() {
      isHanging = true;
    },
    release,
    async close() {
      release();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
