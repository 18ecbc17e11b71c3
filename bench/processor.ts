// The processor time that a benchmark uses: its own process and all below it, the database too. Other work on the machine makes
// figures by the clock say little; these it changes less. Linux only.
// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from "node:fs";

const ticksPerSecond = 100;

interface Used {
  readonly parent: number;
  readonly seconds: number;
}

/** Of one process and the children that ended under it. Undefined when it is gone. */
function usedBy(pid: string): Used | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
    return { parent: fields[1]!, seconds: (user + system + endedUser + endedSystem) / ticksPerSecond };
  } catch {
    return undefined;
  }
}

/** Undefined where the system does not tell. */
export function processorSeconds(): number | undefined {
  if (process.platform !== "linux") return undefined;
  const all = new Map<number, Used>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const used = usedBy(pid);
    if (used) all.set(Number(pid), used);
  }
  const isBelow = (pid: number): boolean => pid === process.pid || (all.has(pid) && isBelow(all.get(pid)!.parent));
  return [...all].reduce((sum, [pid, { seconds }]) => (isBelow(pid) ? sum + seconds : sum), 0);
}
