// Debian's nginx as a ceiling: serves one file, with its compressed twin, on a free loopback port; and wrk, which asks.
// SPDX-License-Identifier: Apache-2.0
import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

/** Which of the programs that this needs are not installed. */
export function missingPrograms(): string[] {
  return ["nginx", "wrk"].filter((name) => spawnSync(name, ["-v"], { env: withSbin() }).error);
}
const withSbin = () => ({ ...process.env, PATH: `${process.env.PATH ?? ""}:/usr/sbin` });

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  return port;
}

const configOf = (folder: string, port: number, workers: number) => `
${process.getuid?.() === 0 ? "user root; " : ""}daemon off; worker_processes ${workers}; pid ${folder}/pid; error_log ${folder}/errors;
events { worker_connections 1024; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; keepalive_timeout 60;
  open_file_cache max=10; open_file_cache_valid 60s; gzip_static on; default_type application/json;
  client_body_temp_path ${folder}/t; proxy_temp_path ${folder}/t; fastcgi_temp_path ${folder}/t; uwsgi_temp_path ${folder}/t; scgi_temp_path ${folder}/t;
  server { listen 127.0.0.1:${port}; root ${folder}/root; }
}`;

export async function startNginx(
  folder: string,
  body: Buffer,
  workers: number,
): Promise<{ url: string; stop(): void }> {
  mkdirSync(join(folder, "root"), { recursive: true });
  writeFileSync(join(folder, "root", "answer"), body);
  writeFileSync(join(folder, "root", "answer.gz"), gzipSync(body));
  const port = await freePort();
  writeFileSync(join(folder, "nginx.conf"), configOf(folder, port, workers));
  const nginx = spawn("nginx", ["-e", join(folder, "errors"), "-p", folder, "-c", join(folder, "nginx.conf")], {
    env: withSbin(),
    stdio: "ignore",
  });
  const url = `http://127.0.0.1:${port}/answer`;
  for (let i = 0; i < 50; i++) {
    const isUp = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return { url, stop: () => void nginx.kill() };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  nginx.kill();
  throw new Error("nginx does not answer");
}

/** Asks each URL with 32 connections for the time, and gives all requests a second. */
export async function ask(urls: readonly string[], seconds: number): Promise<number> {
  const runs = urls.map(async (url) => {
    const options = ["-t1", "-c32", `-d${Math.max(1, Math.ceil(seconds))}s`, "-H", "Accept-Encoding: gzip", url];
    const { stdout } = await promisify(execFile)("wrk", options);
    if (/Non-2xx/.test(stdout)) throw new Error(`wrk: ${stdout}`);
    return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
  });
  return (await Promise.all(runs)).reduce((sum, one) => sum + one, 0);
}
