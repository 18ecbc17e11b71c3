// What needs something that this machine does not know by itself: the time, known holes in dependencies, values of people.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { connect } from "../../platform/db/db.js";
import { dataFolder } from "../../start/data-folder.js";
import { readState } from "../../start/state.js";
import { type Check, failed, type Installation, notChecked, passed, without } from "./check.js";
import { filesWith, tablesWith } from "./sinks.js";
import { aheadOfUs } from "./time-server.js";

const mostMsOff = 1_000;
const dayMs = 86_400_000;

interface Audit {
  readonly metadata?: { readonly vulnerabilities?: Readonly<Record<string, number>> };
}

/** On a demo, the numbers and names that its own page lists; elsewhere what the operator hands in. */
async function markersOf({ config, given }: Installation): Promise<readonly string[]> {
  if (given.markers || config.profile !== "demo") return given.markers ?? [];
  const address = readState(config.dataDir)?.address ?? config.origin;
  const response = await fetch(new URL("/demo", address), { headers: { accept: "application/json" } });
  if (!response.ok) return [];
  const { citizens } = (await response.json()) as { citizens: { mobile: string; people: { name: string }[] }[] };
  return citizens.flatMap(({ mobile, people }) => [mobile, ...people.map(({ name }) => name)]);
}

export const outsideChecks: readonly Check[] = [
  {
    id: "markers",
    promise: 5,
    what: "values of known people stand in no table, log file, published file or backup",
    maps: { dpdp: "Rule 6(1)(a)", certIn: "(iv) logs", iso: "A.8.11, A.8.12" },
    async run(installation) {
      const markers = await markersOf(installation);
      if (markers.length === 0) return notChecked("no values are known: hand some in with --markers");
      const { dataDir } = installation.config;
      const { logs, published } = dataFolder(dataDir);
      const admin = connect(installation.adminUrl(), { max: 1 });
      try {
        const { tables, found } = await tablesWith(admin, markers);
        const files = await filesWith([logs, published, join(dataDir, "backups")], markers);
        const searched = `${markers.length} values in ${tables} tables and ${files.files} files`;
        return without([...found, ...files.found], searched);
      } finally {
        await admin.close();
      }
    },
  },
  {
    id: "clock",
    promise: 6,
    what: "the clock follows a time server (NIC or NPL) within a second",
    maps: { dpdp: "–", certIn: "(i) clocks", iso: "A.8.17" },
    async run({ given: { timeServer } }) {
      if (!timeServer) return notChecked("no time server was named: --ntp samay1.nic.in");
      const ahead = await aheadOfUs(timeServer);
      if (ahead === undefined) return notChecked(`${timeServer} does not answer`);
      const found = `${timeServer} is ${Math.round(ahead)} ms ahead`;
      return Math.abs(ahead) <= mostMsOff ? passed(found) : failed(found);
    },
  },
  {
    id: "advisories",
    promise: 10,
    what: "no dependency has a known hole",
    maps: { dpdp: "Rule 6(1)(g)", certIn: "–", iso: "A.8.8" },
    async run({ given: { advisories } }) {
      if (!advisories) return notChecked("hand in what npm audit --json writes where there is a network: --advisories");
      const { metadata } = JSON.parse(readFileSync(advisories, "utf8")) as Audit;
      const counts = metadata?.vulnerabilities;
      if (!counts) return failed(`${advisories} is not what npm audit --json writes`);
      const age = Math.floor((Date.now() - statSync(advisories).mtimeMs) / dayMs);
      if (age > 30) return failed(`the audit is ${age} days old`);
      const holes = ["low", "moderate", "high", "critical"].filter((level) => (counts[level] ?? 0) > 0);
      return without(
        holes.map((level) => `${counts[level]} ${level}`),
        `none, by an audit ${age} days old`,
      );
    },
  },
];
