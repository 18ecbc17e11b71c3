// The processes, the vault's sockets, keys, files, backups, pages.
// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { runVerifyLog } from "../../../tools/verify-log.js";
import { backupsIn, readManifest, tryBackup } from "../../backup/index.js";
import { batchDigest, receiptSigner, signReceipt } from "../../lib/tlog/index.js";
import { connectFrames } from "../../platform/frames/index.js";
import { uuidv7 } from "../../platform/random.js";
import { publishedLog } from "../../publisher/index.js";
import { dataFolder } from "../../start/data-folder.js";
import { readState } from "../../start/state.js";
import { socketsIn } from "../../vault/settings.js";
import { type Check, failed, failedAsDemo, notChecked, passed, without } from "./check.js";

const vaultParts = ["recorder", "opener"];
const dayMs = 86_400_000;

export const processChecks: readonly Check[] = [
  {
    id: "no-receipt-no-data",
    promise: 2,
    what: "the opener opens nothing for an unknown request, and believes no forged receipt",
    maps: { dpdp: "Rule 6(1)(a), (b)", certIn: "–", iso: "A.8.24" },
    async run({ config }) {
      const opener = connectFrames(socketsIn(dataFolder(config.dataDir).sockets).opener, { deadlineMs: 5_000 });
      try {
        const leaf = randomBytes(32);
        const signer = receiptSigner("log.forged.example", generateKeyPairSync("ed25519").privateKey);
        const note = signReceipt({ origin: signer.name, first: 0, count: 1, digest: batchDigest(leaf) }, signer);
        const answers = [
          await opener.call({ head: { op: "open", request: uuidv7() }, blobs: [] }),
          await opener.call({ head: { op: "taken", note }, blobs: [leaf] }),
        ];
        const taken = answers.filter(({ head }) => (head as { ok?: boolean }).ok !== false);
        return taken.length === 0 ? passed("both refused") : failed("the opener took one");
      } finally {
        opener.close();
      }
    },
  },
  {
    id: "published-log",
    promise: 3,
    what: "the published log verifies: signature, every entry, every tile",
    maps: { dpdp: "Rule 6(1)(c)", certIn: "(iv) logs", iso: "A.8.15" },
    async run({ config }) {
      const lines: string[] = [];
      const args = ["--directory", dataFolder(config.dataDir).published];
      const code = await runVerifyLog({ args, write: (line) => lines.push(line), writeProgress() {} });
      return code === 0 ? passed(lines.join(" ").slice(0, 120)) : failed(lines.join(" "));
    },
  },
  {
    id: "witnesses",
    promise: 3,
    what: "enough witnesses have cosigned the newest checkpoint",
    maps: { dpdp: "Rule 6(1)(c)", certIn: "–", iso: "A.5.28" },
    async run({ config }) {
      const checkpoint = await publishedLog(dataFolder(config.dataDir).published).checkpoint();
      if (!checkpoint) return failed("nothing is published");
      if (!checkpoint.witnessed) return notChecked("there is no log-policy: nobody outside witnesses this log");
      const names = checkpoint.witnessed.cosigned.map(({ name }) => name).join(", ") || "nobody";
      return checkpoint.witnessed.isMet ? passed(names) : failed(`cosigned by ${names}: not enough`);
    },
  },
  {
    id: "confinement",
    promise: 5,
    what: "vault processes run under Node's permission model and leave no core files",
    maps: { dpdp: "Rule 6(1)(b)", certIn: "–", iso: "A.8.9, A.8.18" },
    async run({ config }) {
      if (!existsSync("/proc/self/limits")) return notChecked("this system has no /proc");
      const parts = readState(config.dataDir)?.parts ?? {};
      const wrong = vaultParts.flatMap((part) => {
        const proc = `/proc/${parts[part]}`;
        const isConfined = readFileSync(`${proc}/cmdline`, "utf8").split("\0").includes("--permission");
        const dumps = !/Max core file size\s+0\s/.test(readFileSync(`${proc}/limits`, "utf8"));
        return [...(isConfined ? [] : [`${part} is not confined`]), ...(dumps ? [`${part} may leave core files`] : [])];
      });
      return without(wrong, vaultParts.join(", "));
    },
  },
  {
    id: "key-place",
    promise: 5,
    what: "the root key lies in an HSM or a key service, and key files are their owner's only",
    maps: { dpdp: "Rule 6(1)(a)", certIn: "–", iso: "A.8.24" },
    async run({ config }) {
      const { keys } = dataFolder(config.dataDir);
      const open = readdirSync(keys, { recursive: true, encoding: "utf8" }).filter(
        (name) => !name.endsWith(".pub") && isFileOfOthers(join(keys, name)),
      );
      if (open.length > 0) return failed(`others may read ${open.join(", ")}`);
      return existsSync(join(keys, "root"))
        ? failedAsDemo("the root key is a file", { config })
        : passed(`${keys} holds wrapped keys`);
    },
  },
  {
    id: "backups",
    promise: 7,
    what: "there is a backup of the last day, and it can be restored",
    maps: { dpdp: "Rule 6(1)(d)", certIn: "–", iso: "A.8.13" },
    async run({ config }) {
      if (config.databaseUrl) return notChecked("the database is an outside one");
      const newest = backupsIn(join(config.dataDir, "backups")).at(-1);
      if (!newest) return failed('there is none in "backups" of the data folder');
      const { takenAt } = readManifest(newest);
      if (Date.now() - Date.parse(takenAt) > dayMs + 7_200_000) return failed(`the newest is of ${takenAt}`);
      const published = await publishedLog(dataFolder(config.dataDir).published).checkpoint();
      const findings = await tryBackup(newest, { published });
      const notWell = findings.filter(({ isWell }) => !isWell).map(({ what }) => what);
      return without(notWell, `${takenAt}: put back into a scratch server, ${findings.length} things tried`);
    },
  },
  {
    id: "logs-clean",
    promise: 5,
    what: "no phone number, key or token stands in a log file",
    maps: { dpdp: "Rule 6(1)(a)", certIn: "(iv) logs", iso: "A.8.11, A.8.15" },
    async run({ config }) {
      const { logs } = dataFolder(config.dataDir);
      const shapes = {
        "a phone number": /(?<!\d)[6-9]\d{9}(?!\d)/,
        "a private key": /PRIVATE KEY/,
        "a token": /eyJ[\w-]{20,}\./,
      };
      const files = readdirSync(logs);
      const wrong = files.flatMap((name) => {
        const text = readFileSync(join(logs, name), "utf8");
        return Object.entries(shapes).flatMap(([what, shape]) => (shape.test(text) ? [`${name} has ${what}`] : []));
      });
      return without(wrong, `${files.length} files`);
    },
  },
  {
    id: "pages-headers",
    promise: 1,
    what: "pages carry their security headers and are not kept",
    maps: { dpdp: "Rule 6(1)(b)", certIn: "–", iso: "A.8.26" },
    async run({ config }) {
      const address = readState(config.dataDir)?.address ?? config.origin;
      const wrong: string[] = [];
      for (const path of ["/en/sign-in", "/en/staff/sign-in", "/en/people"]) {
        const { headers } = await fetch(new URL(path, address), { redirect: "manual" });
        if (!/default-src 'none'/.test(headers.get("content-security-policy") ?? ""))
          wrong.push(`${path}: no content policy`);
        if (headers.get("x-content-type-options") !== "nosniff") wrong.push(`${path}: no nosniff`);
        if (!/no-store/.test(headers.get("cache-control") ?? "")) wrong.push(`${path}: may be kept`);
      }
      return without(wrong, "three pages");
    },
  },
  {
    id: "transport",
    promise: 1,
    what: "browsers reach this installation by https only",
    maps: { dpdp: "Rule 6(1)(a)", certIn: "–", iso: "A.8.20, A.8.24" },
    async run({ config }) {
      return config.origin.startsWith("https://")
        ? passed(config.origin)
        : failedAsDemo(`${config.origin} is not https`, { config });
    },
  },
];

function isFileOfOthers(path: string): boolean {
  const stat = statSync(path);
  return stat.isFile() && (stat.mode & 0o077) !== 0;
}
