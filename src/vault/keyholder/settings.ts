// Which back end holds the root keys: one that is named by its settings, else files (the demo's).
// SPDX-License-Identifier: Apache-2.0
import { resolve } from "node:path";
import type { Pkcs11Settings } from "./pkcs11-root.js";
import type { TransitSettings } from "./transit-root.js";

export type RootSettings =
  | { readonly kind: "file" }
  | ({ readonly kind: "transit"; readonly caFile?: string } & TransitSettings)
  | ({
      readonly kind: "pkcs11";
      /** The module's shared library. */
      readonly module: string;
      /** Variables of the environment that the module reads, such as SOFTHSM2_CONF. */
      readonly env: Readonly<Record<string, string>>;
    } & Pkcs11Settings);

const names = {
  module: "SAKSHI_PKCS11_MODULE",
  token: "SAKSHI_PKCS11_TOKEN",
  pinFile: "SAKSHI_PKCS11_PIN_FILE",
  moduleEnv: "SAKSHI_PKCS11_ENV",
  url: "SAKSHI_TRANSIT_URL",
  tokenFile: "SAKSHI_TRANSIT_TOKEN_FILE",
  mount: "SAKSHI_TRANSIT_MOUNT",
  caFile: "SAKSHI_TRANSIT_CA_FILE",
} as const;
type Env = Readonly<Record<string, string | undefined>>;

/** The settings, or what is wrong with them in sentences. */
export function readRootSettings(env: Env): { settings: RootSettings; problems: string[] } {
  const problems: string[] = [];
  const need = (name: string): string => {
    if (!env[name]) problems.push(`${name} is not set, and the other settings of the root key need it.`);
    return env[name] ?? "";
  };
  const file = (name: string): string => resolve(need(name));
  if (env[names.module] && env[names.url]) {
    problems.push(`${names.module} and ${names.url} are both set: the root key lies in one place.`);
  }
  if (env[names.module]) {
    const env_ = (env[names.moduleEnv] ?? "").split(",").flatMap((each) => each.trim() || []);
    const settings: RootSettings = {
      kind: "pkcs11",
      module: file(names.module),
      token: need(names.token),
      pinFile: file(names.pinFile),
      env: Object.fromEntries(env_.map((name) => [name, need(name)])),
    };
    return { settings, problems };
  }
  if (env[names.url]) {
    const settings: RootSettings = {
      kind: "transit",
      url: readUrl(env[names.url]!, problems),
      mount: env[names.mount] || "transit",
      tokenFile: file(names.tokenFile),
      ...(env[names.caFile] ? { caFile: file(names.caFile) } : {}),
    };
    return { settings, problems };
  }
  return { settings: { kind: "file" }, problems };
}

/** Without TLS, keys would pass the network as they are. */
function readUrl(text: string, problems: string[]): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isNear = url !== undefined && ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  const isSound = url && url.pathname === "/" && !url.search && !url.username;
  if (isSound && (url.protocol === "https:" || (url.protocol === "http:" && isNear))) return url.origin;
  problems.push(`${names.url} must be an https address without a path, such as https://bao.example:8200.`);
  return "";
}

/** What the keyholder is told; `readRootSettings` reads it back. */
export function rootSettingsToEnv(settings: RootSettings): Record<string, string> {
  switch (settings.kind) {
    case "file":
      return {};
    case "pkcs11":
      return {
        ...settings.env,
        [names.module]: settings.module,
        [names.token]: settings.token,
        [names.pinFile]: settings.pinFile,
        [names.moduleEnv]: Object.keys(settings.env).join(","),
      };
    case "transit":
      return {
        [names.url]: settings.url,
        [names.mount]: settings.mount,
        [names.tokenFile]: settings.tokenFile,
        ...(settings.caFile ? { [names.caFile]: settings.caFile, NODE_EXTRA_CA_CERTS: settings.caFile } : {}),
      };
  }
}
