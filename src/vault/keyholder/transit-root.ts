// Root keys in a key service that speaks Transit (OpenBao, HashiCorp Vault) over HTTP: the keys sakshi-root and
// sakshi-files, type aes256-gcm96, one version an epoch. Destroying is trimming: versions below the oldest one left
// are gone for good. A key's bytes pass through here in buffers that are wiped, never in strings.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { BoxError, boxEpoch, boxHead } from "../box.js";
import { mustBePrivate } from "../private.js";
import { base64Of, bytesOfBase64 } from "./base64-bytes.js";
import { families, type KeyFamily, type RootKeys, RootUnavailable, rootDeadlineMs } from "./root-keys.js";

export interface TransitSettings {
  /** Address of the service, without a path: https://bao.example:8200. */
  readonly url: string;
  /** Where the engine is mounted, such as "transit". */
  readonly mount: string;
  /** Read at each call: an agent may renew the token. */
  readonly tokenFile: string;
}

const pauseMs = 50;
interface KeyState {
  readonly latest_version: number;
  readonly min_decryption_version: number;
  readonly min_available_version: number;
}

export function transitRoot({ url, mount, tokenFile }: TransitSettings): RootKeys {
  async function once(method: string, path: string, body: Buffer | undefined, until: number): Promise<Response> {
    mustBePrivate(tokenFile);
    try {
      return await fetch(`${url}/v1/${mount}/${path}`, {
        method,
        headers: {
          "x-vault-token": readFileSync(tokenFile, "utf8").trim(),
          ...(body ? { "content-type": "application/json" } : {}),
        },
        ...(body ? { body: new Uint8Array(body.buffer as ArrayBuffer, body.byteOffset, body.length) } : {}),
        redirect: "error",
        signal: AbortSignal.timeout(Math.max(1, Math.round(until - performance.now()))),
      });
    } catch (error) {
      const cause = (error as { cause?: { code?: string } }).cause?.code;
      throw new RootUnavailable((error as Error).name === "TimeoutError" ? "DEADLINE" : (cause ?? "NO_ANSWER"));
    }
  }

  /** Tries once more when the service said "later" or was not there, within one deadline. Gives the answer's bytes. */
  async function call(method: string, path: string, body?: Buffer): Promise<{ status: number; bytes: Buffer }> {
    const until = performance.now() + rootDeadlineMs;
    for (let attempt = 1; ; attempt++) {
      const mayAgain = attempt === 1 && performance.now() + pauseMs < until;
      try {
        const answer = await once(method, path, body, until);
        const bytes = Buffer.from(await answer.arrayBuffer().catch(noAnswer));
        if (answer.status < 500 && answer.status !== 429) return { status: answer.status, bytes };
        if (!mayAgain) throw new RootUnavailable(`HTTP_${answer.status}`);
      } catch (error) {
        if (!mayAgain || !(error instanceof RootUnavailable) || error.code === "DEADLINE") throw error;
      }
      await sleep(pauseMs);
    }
  }
  async function must(method: string, path: string, body?: Buffer): Promise<Buffer> {
    const { status, bytes } = await call(method, path, body);
    if (status >= 300) throw new RootUnavailable(`HTTP_${status}`);
    return bytes;
  }

  const nameOf = (family: KeyFamily): string => `sakshi-${family}`;
  async function state(family: KeyFamily): Promise<KeyState> {
    const found = await call("GET", `keys/${nameOf(family)}`);
    if (found.status !== 200) throw new RootUnavailable(found.status === 404 ? "NO_ROOT_KEY" : `HTTP_${found.status}`);
    return JSON.parse(found.bytes.toString("utf8")).data as KeyState;
  }
  async function epochs(family: KeyFamily): Promise<number[]> {
    const { latest_version: latest, min_decryption_version: oldest } = await state(family);
    return Array.from({ length: latest - oldest + 1 }, (_, at) => oldest + at);
  }

  return {
    async begin() {
      // Making a key that is there changes nothing.
      for (const family of families) {
        await must("POST", `keys/${nameOf(family)}`, Buffer.from('{"type":"aes256-gcm96"}'));
      }
    },
    epochs,
    async wrap(family, content, place) {
      const body = jsonOf({ plaintext: base64Of(content), associated_data: base64Of(place) });
      try {
        const text = fieldOf(await must("POST", `encrypt/${nameOf(family)}`, body), "ciphertext").toString("latin1");
        const [, version, sealed] = /^vault:v(\d{1,5}):([\w+/=]+)$/.exec(text) ?? [];
        if (!sealed) throw new RootUnavailable("UNREADABLE_ANSWER");
        return Buffer.concat([boxHead(Number(version)), Buffer.from(sealed, "base64")]);
      } finally {
        body.fill(0);
      }
    },
    async unwrap(family, box, place) {
      const ciphertext = Buffer.from(`vault:v${boxEpoch(box)}:${box.subarray(3).toString("base64")}`, "latin1");
      const body = jsonOf({ ciphertext, associated_data: base64Of(place) });
      const { status, bytes } = await call("POST", `decrypt/${nameOf(family)}`, body);
      // A box that is not ours, or of a version that was trimmed, is a bad request; so the service says.
      if (status === 400) throw new BoxError();
      if (status !== 200) throw new RootUnavailable(`HTTP_${status}`);
      try {
        return bytesOfBase64(fieldOf(bytes, "plaintext"));
      } finally {
        bytes.fill(0);
      }
    },
    async next(family) {
      await must("POST", `keys/${nameOf(family)}/rotate`, Buffer.from("{}"));
      return (await state(family)).latest_version;
    },
    async destroy(family, epoch) {
      const all = await epochs(family);
      if (epoch !== all[0] || all.length < 2) throw new RootUnavailable("NOT_THE_OLDEST");
      const left = epoch + 1;
      const bounds = { min_decryption_version: left, min_encryption_version: left };
      await must("POST", `keys/${nameOf(family)}/config`, Buffer.from(JSON.stringify(bounds)));
      await must("POST", `keys/${nameOf(family)}/trim`, Buffer.from(JSON.stringify({ min_available_version: left })));
    },
    async close() {},
  };
}

function noAnswer(): never {
  throw new RootUnavailable("NO_ANSWER");
}

/** A JSON object of texts that need no escapes, made of bytes. */
function jsonOf(fields: Readonly<Record<string, Buffer>>): Buffer {
  const parts = Object.entries(fields).flatMap(([name, value], at) => [
    Buffer.from(`${at === 0 ? "{" : ","}"${name}":"`),
    value,
    Buffer.from('"'),
  ]);
  const json = Buffer.concat([...parts, Buffer.from("}")]);
  for (const value of Object.values(fields)) value.fill(0);
  return json;
}

/** The bytes of a text without escapes in a JSON answer. */
function fieldOf(json: Buffer, name: string): Buffer {
  const found = new RegExp(`"${name}"\\s*:\\s*"`).exec(
    json.toString("latin1", 0, json.indexOf(`"${name}"`) + name.length + 8),
  );
  const from = found ? found.index + found[0].length : -1;
  const to = from < 0 ? -1 : json.indexOf('"', from);
  if (to < 0) throw new RootUnavailable("UNREADABLE_ANSWER");
  return json.subarray(from, to);
}
