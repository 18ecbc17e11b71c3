// One comparison, in a thread of its own: its memory goes with it, and it can be ended from outside. Builds the picture of
// the register, asks the engine, and finds whom the identified sources were shown. Writes nothing.
// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { type Answer, Inquiry, type Intake, type Registry } from "../../lib/inquiry/index.js";
import type { SampleTable } from "../../modules/disclosure/inquiry.js";
import { connect } from "../../platform/db/db.js";
import { canaryKey } from "../canaries.js";
import { connectKeyholder } from "../keyholder/client.js";
import { bucketsIn } from "../opener/buckets.js";
import { peopleOf } from "../opener/people.js";
import { shareOfCanaryKey } from "../recorder/log-store.js";
import { knownLeaks } from "./known-leaks.js";
import { buildRegister } from "./register.js";

/** How a comparison reaches what it reads. */
export interface Reach {
  readonly databaseUrl: string;
  /** To the keyholder. */
  readonly link: { readonly socket: string; readonly linkDir: string };
  readonly pseudonyms: KeyObject;
}
export interface Comparison {
  readonly inquiryId: string;
  readonly reach: Reach;
  readonly asOf: Date;
  readonly logSize: number;
  readonly receivedAt: string;
  readonly sample: SampleTable;
  readonly columns: Readonly<Record<string, string>>;
  /** Only these leaks; all that are known where it does not say. */
  readonly knownLeaks?: readonly string[];
}
export interface Compared {
  readonly answer: Answer;
  /** Ids of the people whom rows are about. */
  readonly linked: readonly string[];
  /** Kind of each actor that the answer names. */
  readonly kinds: Readonly<Record<string, string>>;
  /** Ids of everybody shown to the sources; null where there is no source. */
  readonly affected: readonly string[] | null;
  readonly people: number;
  readonly disclosures: number;
  readonly knownLeaks: readonly string[];
  readonly canaries: number;
}
export type ThreadMessage =
  | { readonly progress: { readonly stage: "people" | "disclosures" | "answer"; readonly done: number } }
  | { readonly compared: Compared }
  | { readonly failed: string };

function tell(message: ThreadMessage): void {
  parentPort!.postMessage(message);
}

/** Everybody shown to one of the sources until the sample came, within the window where there is one. */
function affectedBy({ sources, window }: Answer, registry: Registry, receivedAt: string): string[] | null {
  if (sources.length === 0) return null;
  const names = new Set(sources.map(({ actor }) => actor));
  const from = window ? Date.parse(window.from) / 1000 : 0;
  const until = window ? Date.parse(window.to) / 1000 + 86_400 : Date.parse(receivedAt) / 1000;
  const found = new Set<string>();
  registry.actors.forEach(({ actor }, number) => {
    if (!names.has(actor)) return;
    for (const look of registry.looksOfActor.of(number)) {
      const at = registry.lookAt.at(look);
      if (at >= from && at <= until) found.add(registry.people[registry.lookPerson.at(look)]!);
    }
  });
  return [...found].sort();
}

async function compare(asked: Comparison): Promise<Compared> {
  const { reach, asOf, logSize, sample, receivedAt, columns } = asked;
  const db = connect(reach.databaseUrl, { max: 2 });
  const keyholder = connectKeyholder(reach.link.socket, reach.link.linkDir, "inquirer");
  try {
    const buckets = bucketsIn(db, keyholder);
    const people = peopleOf(db, buckets, () => {});
    const leaks = await knownLeaks(db, people, asked.knownLeaks);
    const register = await buildRegister({
      db,
      people,
      pseudonyms: reach.pseudonyms,
      buckets,
      canaries: canaryKey(reach.pseudonyms, await shareOfCanaryKey(db)),
      asOf,
      logSize,
      leaks,
      onProgress: (stage, done) => tell({ progress: { stage, done } }),
    });
    tell({ progress: { stage: "answer", done: 0 } });
    const { registry } = register;
    const intake: Intake = {
      receivedAt,
      how: sample.asked ? "bot" : "dump",
      columns,
      ...(sample.asked ? { asked: sample.asked } : {}),
    };
    const inquiry = new Inquiry(registry);
    const answer = inquiry.answer(asked.inquiryId, sample, intake);
    const named = [...answer.sources.map(({ actor }) => actor), ...answer.notDistinguishable];
    return {
      answer,
      linked: inquiry.peopleIn(sample, intake),
      kinds: Object.fromEntries(named.map((actor) => [actor, registry.kindOf(actor)])),
      affected: affectedBy(answer, registry, receivedAt),
      people: register.people,
      disclosures: register.disclosures,
      knownLeaks: leaks.map(({ leakId }) => leakId),
      canaries: registry.canaries.length,
    };
  } finally {
    keyholder.close();
    await db.close();
  }
}

try {
  tell({ compared: await compare(workerData as Comparison) });
} catch (error) {
  // The name only: a message might carry a value.
  tell({ failed: (error as Error).name });
}
