// "sakshi certificate verify": certificates of every format from files, as PDF, picture of the QR code, text or zip,
// against this installation's key or given ones. Needs no network and no database; prints no more than the certificate says.
// SPDX-License-Identifier: Apache-2.0
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import {
  type Format,
  readRevocationList,
  readShcRevocations,
  readStatusList,
  readStatusLists,
  readTrustList,
  type StatusList,
  type TrustedKey,
  type TrustList,
  textInPdf,
  type Verdict,
  type VerifyOptions,
  verifyCertificate,
} from "../lib/certificate/index.js";
import { readIssuerKeys } from "../lib/certificate/issuer-keys.js";
import { nodePrimitives } from "../lib/certificate/node-primitives.js";
import { instantInIndia, isIsoDate } from "../platform/clock.js";
import { maxPhotoBytes, readQrPhoto } from "../platform/qr/read-qr-photo.js";

export const certificateVerifyUsage = `Verifies vaccination certificates: signature, dates, use of the key, content.

  sakshi certificate verify FILE... [--json] [--trust FILE] [--jwks URL=FILE]... [--revoked FILE]... [--at DATE]

  FILE          the PDF, a PNG or JPEG picture of the QR code, or what the code holds; "-" reads from standard input.
                HCERT, Co-WIN, SMART Health Card, SD-JWT VC, W3C VC 2.0 with a JCS proof, ICAO VDS-NC
  --trust FILE  the trusted keys, as /trust-list.json gives them; without it this installation's own key
  --jwks URL=FILE  more keys: the key set of a SMART Health Card or SD-JWT issuer, under the URL that its cards name
  --revoked FILE   a list of revoked certificates: a signed status list or /status-lists.json, rows of Co-WIN, or rids of
                a SMART Health Card issuer
  --at DATE     as of a date (2026-11-23) or an instant (2026-11-23T10:00:00Z) instead of now
  --json        one line of JSON a file

Ends with 0 when all are valid, with 1 when one is not valid, with 2 when one cannot be told or read.`;

export interface CertificateVerifyDeps {
  readonly write: (line: string) => void;
  readonly writeProblem: (line: string) => void;
  /** The folder that relative file names start from. */
  readonly folder: string;
  readonly now: () => Date;
  /** This installation's own keys; asked for only without --trust. */
  readonly ownTrustList: () => Promise<TrustList>;
}

/** What the operator did wrong, as one sentence. */
class Misuse extends Error {}

/** Runs with the arguments after "certificate verify"; the exit code comes back. */
export async function certificateVerify(args: readonly string[], deps: CertificateVerifyDeps): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    if (values.help) {
      deps.write(certificateVerifyUsage);
      return 0;
    }
    if (positionals.length === 0) throw new Misuse("Which file? Try: sakshi certificate verify --help");
    const at = values.at === undefined ? deps.now() : dateOf(values.at);
    const inFolder = (path: string) => resolve(deps.folder, path);
    const trust = values.trust === undefined ? await deps.ownTrustList() : await trustFrom(inFolder(values.trust));
    const more = await Promise.all((values.jwks ?? []).map((given) => keySetFrom(given, inFolder)));
    const given: VerifyOptions = {
      trust: { version: 1, keys: [...trust.keys, ...more.flat()] },
      at,
      primitives: nodePrimitives(),
    };
    const options = { ...given, ...(await revokedFrom((values.revoked ?? []).map(inFolder), given)) };
    let worst = 0;
    for (const name of positionals) {
      const verdict = await verdictOf(name, deps.folder, options);
      deps.write(values.json ? JSON.stringify({ file: name, ...verdict }) : sentence(name, verdict));
      worst = Math.max(worst, { valid: 0, invalid: 1, unknown: 2 }[verdict.outcome]);
    }
    return worst;
  } catch (error) {
    if (!(error instanceof Misuse)) throw error;
    deps.writeProblem(error.message);
    return 2;
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: "boolean" },
        help: { type: "boolean" },
        trust: { type: "string" },
        jwks: { type: "string", multiple: true },
        revoked: { type: "string", multiple: true },
        at: { type: "string" },
      },
    });
  } catch (error) {
    throw new Misuse((error as Error).message);
  }
}

function dateOf(text: string): Date {
  if (isIsoDate(text)) return instantInIndia(text, "12:00");
  const isInstant = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(Date.parse(text));
  if (!isInstant) throw new Misuse(`--at wants a date such as 2026-11-23, not "${text}".`);
  return new Date(text);
}

async function trustFrom(path: string): Promise<TrustList> {
  const bytes = await read(path);
  const trust = readTrustList(parseJson(bytes.toString("utf8")));
  if (!trust) throw new Misuse(`${path} is not a trust list.`);
  return trust;
}

async function keySetFrom(given: string, inFolder: (path: string) => string): Promise<TrustedKey[]> {
  const cut = given.lastIndexOf("=");
  const [issuer, path] = [given.slice(0, cut), inFolder(given.slice(cut + 1))];
  if (!/^https:\/\/\S+$/.test(issuer))
    throw new Misuse(`--jwks wants the issuer's URL and a file, such as https://cards.example=keys.json.`);
  const json = parseJson((await read(path)).toString("utf8"));
  const keys = await readIssuerKeys(json, { issuer, country: "", name: "" }, nodePrimitives());
  if (!keys) throw new Misuse(`${path} is not a key set of an issuer, or one of its keys is not as it must be.`);
  return keys;
}

async function revokedFrom(paths: readonly string[], options: VerifyOptions): Promise<Partial<VerifyOptions>> {
  const rows: unknown[] = [];
  const cards: unknown[] = [];
  const statusLists: StatusList[] = [];
  for (const path of paths) {
    const text = (await read(path)).toString("utf8");
    const json = parseJson(text) as { rows?: unknown; rids?: unknown } | undefined;
    const signed = await readStatusList(text, options);
    const bundle = signed ? [signed] : await readStatusLists(json, options);
    if (bundle) statusLists.push(...bundle);
    else if (Array.isArray(json?.rows)) rows.push(...(json.rows as unknown[]));
    else if (json?.rids !== undefined) cards.push(json);
    else throw new Misuse(`${path} is no list of revoked certificates, or one that no trusted key signed.`);
  }
  const [revokedDivoc, revokedShc] = [readRevocationList({ rows }), readShcRevocations(cards)];
  if (!revokedDivoc || !revokedShc) throw new Misuse("--revoked: a list is not understood.");
  return {
    ...(rows.length > 0 && { revokedDivoc }),
    ...(cards.length > 0 && { revokedShc }),
    ...(statusLists.length > 0 && { statusLists }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function verdictOf(name: string, folder: string, options: VerifyOptions): Promise<Verdict> {
  const bytes = name === "-" ? await standardInput() : await read(resolve(folder, name));
  const isPicture = bytes.subarray(1, 4).toString("latin1") === "PNG" || (bytes[0] === 0xff && bytes[1] === 0xd8);
  const answer = isPicture ? await readQrPhoto(bytes) : { text: textInPdf(bytes) ?? bytes };
  if (typeof answer === "string") throw new Misuse(`${name}: no QR code could be read in this picture.`);
  return verifyCertificate(answer.text, options);
}

async function read(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > maxPhotoBytes) throw new Misuse(`${path} is larger than 8 MB.`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof Misuse) throw error;
    throw new Misuse(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

async function standardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    size += (chunk as Buffer).length;
    if (size > maxPhotoBytes) throw new Misuse("Standard input is larger than 8 MB.");
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

const words = { valid: "valid", invalid: "NOT VALID", unknown: "cannot tell" } as const;

const formats: Record<Format, string> = {
  hcert: "HCERT",
  divoc: "Co-WIN",
  shc: "SMART Health Card",
  "sd-jwt-vc": "SD-JWT",
  "vc-2.0": "W3C VC 2.0",
  "vds-nc": "ICAO VDS-NC",
};

function sentence(name: string, verdict: Verdict): string {
  const { outcome, format, reasons, holder, statement, issuer, signer } = verdict;
  const parts = [`${name}: ${words[outcome]}`];
  if (format) parts.push(formats[format]);
  if (holder)
    parts.push(
      `${holder.name}, ${holder.age && !holder.born ? `aged ${holder.age}` : `born ${holder.born || "not stated"}`}`,
    );
  if (statement?.kind === "vaccination") {
    parts.push(`dose ${statement.dose} of ${statement.doses}, ${statement.product}, ${statement.givenOn}`);
  } else if (statement) parts.push(statement.kind);
  if (issuer !== undefined) parts.push(`issued by ${issuer}`);
  if (signer && (signer.name || signer.country))
    parts.push(`signed by ${[signer.name, signer.country].filter(Boolean).join(", ")}`);
  if (reasons.length > 0) parts.push(reasons.map(({ code, at }) => (at ? `${code} at ${at}` : code)).join(", "));
  return parts.join("; ");
}
