// The settings of an installation, read once from the environment. A wrong value is told in one plain sentence,
// and nothing starts. No setting weakens safety: the demo's parts are left out of production, not switched off.
// SPDX-License-Identifier: Apache-2.0
import { isIP } from "node:net";
import { join, resolve } from "node:path";
import { OperatorError } from "./platform/operator-error.js";
import { projectRoot } from "./platform/root.js";
import { smsSettingNames } from "./platform/sms/index.js";
import { readRootSettings } from "./vault/keyholder/settings.js";

export type Profile = "demo" | "production";
export interface Config {
  readonly profile: Profile;
  readonly host: string;
  readonly port: number;
  /** What browsers call this server, without a slash at the end; passkeys and cookies are bound to it. */
  readonly origin: string;
  /** Addresses and networks whose word (X-Forwarded-For) is taken for who is calling. */
  readonly trustedProxies: readonly string[];
  /** Searches of the API that an address or an account may make in five minutes. */
  readonly searchLimit: number;
  /** Whether bookings over the API need the letters of a captcha. */
  readonly captcha: boolean;
  /** Processes that serve pages and API, and processes that run jobs. */
  readonly webProcesses: number;
  readonly workers: number;
  /** How long a web process that was told to stop goes on answering while it says that it is not ready. */
  readonly drainSeconds: number;
  /** A port on 127.0.0.1 for metrics and health; undefined means none. */
  readonly adminPort: number | undefined;
  /** Where a share of the requests is traced to; undefined means nowhere. */
  readonly traces: { readonly url: string; readonly percent: number } | undefined;
  /** Tests only: a file that holds the instant it is now, for all processes. Refused in production. */
  readonly testClockFile: string | undefined;
  /** Absolute. */
  readonly dataDir: string;
  /** An outside PostgreSQL; undefined means the embedded one. */
  readonly databaseUrl: string | undefined;
  /** Absolute: where the embedded database's WAL is copied to, for restoring to an instant; undefined means nowhere. */
  readonly walArchive: string | undefined;
}

export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = [];
  const host = env.HOST || "127.0.0.1";
  const port = readPort("PORT", env.PORT || "8080", problems);
  const profile = readProfile(env.SAKSHI_PROFILE || "demo", problems);
  const config: Config = {
    profile,
    host,
    port,
    origin: readOrigin(env.SAKSHI_ORIGIN || `http://${nearHost(host)}:${port}`, problems),
    trustedProxies: readProxies(env.SAKSHI_TRUSTED_PROXIES || "", problems),
    searchLimit: readCount("SAKSHI_SEARCH_LIMIT", env.SAKSHI_SEARCH_LIMIT || "100", problems),
    captcha: readSwitch("SAKSHI_CAPTCHA", env.SAKSHI_CAPTCHA || "off", problems),
    webProcesses: readCount("SAKSHI_WEB_PROCESSES", env.SAKSHI_WEB_PROCESSES || "1", problems, 8),
    workers: readCount("SAKSHI_WORKERS", env.SAKSHI_WORKERS || "1", problems, 4),
    drainSeconds: env.SAKSHI_DRAIN_SECONDS
      ? readCount("SAKSHI_DRAIN_SECONDS", env.SAKSHI_DRAIN_SECONDS, problems, 60)
      : 0,
    adminPort: env.SAKSHI_ADMIN_PORT ? readPort("SAKSHI_ADMIN_PORT", env.SAKSHI_ADMIN_PORT, problems) : undefined,
    traces: readTraces(env, problems),
    testClockFile: env.SAKSHI_TEST_CLOCK_FILE || undefined,
    dataDir: resolve(projectRoot, env.SAKSHI_DATA_DIR || join(projectRoot, "var")),
    databaseUrl: readDatabaseUrl(env.DATABASE_URL || undefined, problems),
    walArchive: env.SAKSHI_WAL_ARCHIVE ? resolve(projectRoot, env.SAKSHI_WAL_ARCHIVE) : undefined,
  };
  if (profile === "production" && !config.origin.startsWith("https://")) {
    problems.push("SAKSHI_ORIGIN must be the https address of this installation when SAKSHI_PROFILE is production.");
  }
  if (profile === "production" && config.testClockFile) problems.push("The clock cannot be set in production.");
  problems.push(...readRootSettings(env).problems);
  if (problems.length > 0) throw new OperatorError(problems.join("\n"));
  return Object.freeze(config);
}

/** What a process of the house is told of the settings; `readConfig` reads it back. The database's URL stays here. */
export function configToEnv(config: Config): Record<string, string> {
  return {
    HOST: config.host,
    PORT: String(config.port),
    SAKSHI_PROFILE: config.profile,
    SAKSHI_ORIGIN: config.origin,
    SAKSHI_TRUSTED_PROXIES: config.trustedProxies.join(","),
    SAKSHI_SEARCH_LIMIT: String(config.searchLimit),
    SAKSHI_CAPTCHA: config.captcha ? "on" : "off",
    SAKSHI_WEB_PROCESSES: String(config.webProcesses),
    SAKSHI_WORKERS: String(config.workers),
    ...(config.drainSeconds > 0 ? { SAKSHI_DRAIN_SECONDS: String(config.drainSeconds) } : {}),
    ...(config.traces
      ? { SAKSHI_TRACES_URL: config.traces.url, SAKSHI_TRACES_PERCENT: String(config.traces.percent) }
      : {}),
    SAKSHI_DATA_DIR: config.dataDir,
  };
}

/**
 * The demo's parts that this installation would run with. Production has no place for them: open keys lie beside what
 * they lock, and the outbox shows codes to whoever asks.
 */
export function demoParts(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const keys =
    "keys that lie open in files (set SAKSHI_PKCS11_MODULE or SAKSHI_TRANSIT_URL for the root key that wraps them)";
  const outbox = `the demo outbox (set ${smsSettingNames.url} and ${smsSettingNames.keyFile} to reach an SMS gateway)`;
  const isKeyElsewhere = readRootSettings(env).settings.kind !== "file";
  const isGatewaySet = env[smsSettingNames.url] && env[smsSettingNames.keyFile];
  return [...(isKeyElsewhere ? [] : [keys]), ...(isGatewaySet ? [] : [outbox])];
}

/** Refuses production while a demo part would run in it. */
export function refuseDemoParts(config: Config, parts: readonly string[]): void {
  if (config.profile !== "production" || parts.length === 0) return;
  throw new OperatorError(
    `SAKSHI_PROFILE=production does not start with demo parts. There would be: ${parts.join("; ")}.`,
  );
}

/** How this machine reaches a server that listens on `host`, as it stands in a URL. */
export function nearHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

function readPort(name: string, text: string, problems: string[]): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  problems.push(`${name} must be a number from 1 to 65535, not "${text}".`);
  return 0;
}

function readCount(name: string, text: string, problems: string[], most = 999_999_999): number {
  if (/^[1-9]\d{0,8}$/.test(text) && Number(text) <= most) return Number(text);
  problems.push(`${name} must be a whole number from 1 to ${most}, not "${text}".`);
  return 0;
}

function readTraces(env: Readonly<Record<string, string | undefined>>, problems: string[]): Config["traces"] {
  const url = env.SAKSHI_TRACES_URL;
  if (!url) return undefined;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    problems.push(`SAKSHI_TRACES_URL must be the address of a collector, such as http://127.0.0.1:4318, not "${url}".`);
  const percent = readCount("SAKSHI_TRACES_PERCENT", env.SAKSHI_TRACES_PERCENT || "1", problems, 100);
  return { url: url.replace(/\/+$/, ""), percent };
}

function readSwitch(name: string, text: string, problems: string[]): boolean {
  if (text !== "on" && text !== "off") problems.push(`${name} must be on or off, not "${text}".`);
  return text === "on";
}

function readProfile(text: string, problems: string[]): Profile {
  if (text === "demo" || text === "production") return text;
  problems.push(`SAKSHI_PROFILE must be demo or production, not "${text}".`);
  return "demo";
}

function readOrigin(text: string, problems: string[]): string {
  if (URL.canParse(text)) {
    const url = new URL(text);
    if (/^https?:$/.test(url.protocol) && url.pathname === "/" && !url.search && !url.username) return url.origin;
  }
  problems.push(`SAKSHI_ORIGIN must be an address such as https://vaccination.example, without a path, not "${text}".`);
  return "http://127.0.0.1";
}

function readProxies(text: string, problems: string[]): string[] {
  const proxies = text.split(",").flatMap((each) => each.trim() || []);
  if (!proxies.every(isAddressOrNetwork)) {
    problems.push(`SAKSHI_TRUSTED_PROXIES must be addresses or networks such as 127.0.0.1,10.1.0.0/16, not "${text}".`);
  }
  return proxies;
}

function isAddressOrNetwork(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const longest = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  // A network of everybody would let anybody say who they are.
  return (
    longest > 0 && rest.length === 0 && (bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= longest))
  );
}

// The value holds a password: the sentence does not repeat it.
function readDatabaseUrl(text: string | undefined, problems: string[]): string | undefined {
  if (text === undefined || /^postgres(ql)?:\/\/[^\s]+$/.test(text)) return text;
  problems.push("DATABASE_URL must look like postgresql://name:password@host:5432/sakshi.");
  return undefined;
}
