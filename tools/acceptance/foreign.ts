// "bin/acceptance foreign": a long published log is rebuilt by foreign code (Go's note and tree packages), which must
// get the same root and the same bytes in every tile, and open the note, the witness's cosignature and a proof.
// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "../../src/platform/root.js";
import type { Report } from "./report.js";
import { witnessedLog } from "./witnessed-log.js";

export async function foreign({ entries }: { entries: number }, report: Report): Promise<boolean> {
  const log = await witnessedLog(entries, (done) => report.progress(`${done} of ${entries} entries are published`));
  try {
    report.row("published entries", log.size);
    report.row("foreign code", spawnSync("go", ["version"], { encoding: "utf8" }).stdout?.trim() || "Go is missing");
    const program = join(projectRoot, "tools", "foreign", "rebuild.go");
    const { status, stdout, stderr } = spawnSync("go", ["run", program, log.directory, log.vkey, log.proofFile], {
      env: { ...process.env, GO111MODULE: "off", GOPATH: "/usr/share/gocode" },
      encoding: "utf8",
    });
    const said = `${stdout ?? ""}${stderr ?? ""}`;
    for (const line of said.trim().split("\n")) report.row("it says", line);
    const wanted = [`${log.size} entries in 2 shards`, "root equals checkpoint", "cosigned by court", "is in the log"];
    return status === 0 && wanted.every((words) => said.includes(words));
  } finally {
    log.remove();
  }
}
