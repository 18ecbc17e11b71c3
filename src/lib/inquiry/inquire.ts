// One inquiry: links the rows, asks the four questions one after the other (is it ours, as of when, was it leaked before,
// through whom) and joins the answers to a verdict. No actor is looked at unless the content is ours.
// SPDX-License-Identifier: Apache-2.0
import type { Answer, Source } from "./answer.js";
import { type Accused, type Attribution, attribute, supportedAt } from "./attribute.js";
import { type BaselineAnswers, baselines } from "./baselines.js";
import { Canaries } from "./canaries.js";
import { columnRoles } from "./columns.js";
import { Content, type LinkedRow, noiseOf } from "./content.js";
import { type Dating, dateSnapshot } from "./dating.js";
import { instantOf } from "./dictionary.js";
import { EarlierLeaks } from "./earlier-leaks.js";
import { type Asked, Explanations } from "./explanations.js";
import type { Intake, Sample } from "./format.js";
import { type Link, Linker } from "./link.js";
import { meanings, roles } from "./normalise.js";
import { isItOurs, log10OfLinking } from "./ours.js";
import { Places } from "./places.js";
import type { Registry } from "./registry.js";
import { readRows, type SampleRow } from "./sample-rows.js";
import { shareInterval } from "./statistics.js";
import { around, isPlacesOwn, needs, round, setOf, verdictOf, withoutSource } from "./verdict.js";

export const engine = "sakshi-inquiry/1";

/** More rows than these add nothing to who and when. */
const rowsWeighed = 2000;
const date = (at: number): string => new Date(at * 1000).toISOString().slice(0, 10);

export class Inquiry {
  readonly #registry: Registry;
  readonly #linker: Linker;
  readonly #leaks: EarlierLeaks;
  readonly #canaries: Canaries;
  readonly #facilities: Places;
  readonly #districts: Places;

  constructor(registry: Registry) {
    this.#registry = registry;
    this.#canaries = new Canaries(registry);
    this.#linker = new Linker(registry);
    this.#leaks = new EarlierLeaks(registry, this.#linker);
    this.#facilities = new Places(registry, "facility");
    this.#districts = new Places(registry, "district");
  }

  answer(id: string, sample: Sample, intake: Intake): Answer {
    const roleList = columnRoles(sample, intake, this.#registry);
    const rows = readRows(sample, roleList, this.#registry);
    const links = rows.map((row) => this.#linker.link(row));
    const content = this.#contentOf(rows, links, roleList);
    const linked = links.flatMap((link, i) => (link ? [content.linked(rows[i]!, i, link)] : []));
    const ours = isItOurs(sample.columns, roleList, linked, this.#registry);
    const base = {
      case: id,
      ours: {
        rows: rows.length,
        linked: linked.length,
        share: shareInterval(linked.length, rows.length).map((p) => round(p)) as [number, number],
        log10LR: round(ours.log10LR + log10OfLinking(linked.length, rows.length)),
      },
      columns: ours.columns,
      canaries: this.#canaries.hits(rows),
      engine,
      seed: 0,
    };
    const early = withoutSource(rows.length, linked.length, base.ours.share, ours);
    if (early) return { ...nobody, ...base, ...early };
    return { ...base, ...this.#source(thinned(linked), content, intake) };
  }

  /** Ids of the people whom the rows are about: whoever runs an inquiry writes down whom it touched. */
  peopleIn(sample: Sample, intake: Intake): string[] {
    const rows = readRows(sample, columnRoles(sample, intake, this.#registry), this.#registry);
    const people = rows.flatMap((row) => this.#linker.link(row)?.person ?? []);
    return [...new Set(people)].map((person) => this.#registry.people[person]!);
  }

  /** What simpler methods would answer. */
  baselines(sample: Sample, intake: Intake): BaselineAnswers {
    return baselines(this.#registry, this.#linker, sample, intake);
  }

  #contentOf(rows: readonly SampleRow[], links: readonly (Link | undefined)[], roleList: readonly string[]): Content {
    const pairs = links.flatMap((link, i) => (link ? [{ row: rows[i]!, link }] : []));
    const written = roles.map(
      (role) => roleList.includes(role) || (role === "birthYear" && roleList.includes("birthDate")),
    );
    return new Content(this.#registry, written, noiseOf(pairs, this.#registry));
  }

  #source(
    linked: readonly LinkedRow[],
    content: Content,
    intake: Intake,
  ): Omit<Answer, "case" | "ours" | "columns" | "canaries" | "engine" | "seed"> {
    const until = instantOf(intake.receivedAt);
    const dating = dateSnapshot(linked, until);
    const asked = this.#askedOf(intake);
    const explanations = new Explanations(this.#registry, linked, content, asked);
    const background = explanations.background();
    const list = [
      explanations.whole(dating),
      ...Array.from({ length: this.#leaks.count }, (_, leak) => explanations.earlierLeak(this.#leaks, leak)),
      ...explanations.localities(this.#facilities, "facility", dating),
      ...explanations.localities(this.#districts, "district", dating),
      ...explanations.actors(until),
    ];
    const attribution = attribute({
      background,
      list,
      actorCount: this.#registry.actors.length,
      composed: (explanation) => explanations.composed(explanation, dating),
      isExport: ({ actor }) => this.#registry.actors[actor!]!.kind === "export",
      asked: asked !== undefined,
    });
    const identified = this.#identified(linked, (row, look) => explanations.asSeen(row, look), dating);
    return this.#verdict(attribution, dating, linked, intake, asked, identified);
  }

  #verdict(
    attribution: Attribution,
    dating: Dating,
    linked: readonly LinkedRow[],
    intake: Intake,
    asked: readonly Asked[] | undefined,
    identified: readonly Source[],
  ) {
    const n = linked.length;
    const hitsOnly = intake.how === "bot" && !(asked?.some(({ answered }) => !answered) ?? false);
    const composed = (accused: Accused) => accused.composedLog10LR < supportedAt || this.#lookPicked(accused, linked);
    const named = hitsOnly
      ? []
      : attribution.accused.filter((accused) => accused.log10LR >= supportedAt && !composed(accused));
    const sources: Source[] = [
      ...identified,
      ...named
        .filter(({ explanation }) => !identified.some(({ actor }) => actor === explanation.name))
        .map(
          (accused): Source => ({
            actor: accused.explanation.name,
            tier: accused.established ? "ESTABLISHED" : "SUPPORTED",
            log10LR: round(accused.log10LR),
            share: around(accused.share, n),
          }),
        ),
    ];
    const open = attribution.accused.filter((accused) => !named.includes(accused));
    const leaks = attribution.needed.filter(({ explanation }) => explanation.leak !== undefined);
    const recycled = leaks.map(({ explanation, share }) => ({
      leak: this.#registry.earlierLeaks[explanation.leak!]!.leak,
      share: around(share, n),
    }));
    const verdict = verdictOf({
      intake,
      hitsOnly,
      isExport: sources.some(({ actor }) => this.#registry.kindOf(actor) === "export"),
      leakShare: leaks.reduce((sum, { share }) => sum + share, 0),
      sources,
      attribution,
    });
    const unclear = open.length + attribution.near.length > 0 && sources.length === 0 && verdict !== "RECYCLED";
    return {
      verdict,
      asOf: {
        median: date(dating.median),
        low: date(dating.low),
        high: date(dating.high),
        curve: dating.curve.map(([from, share]) => [date(from), round(share)] as const),
      },
      window: verdict === "OURS_SCRAPE" ? this.#windowOf(sources, linked) : null,
      sources: verdict === "RECYCLED" ? identified : sources,
      notDistinguishable: unclear
        ? [...new Set([...open.flatMap(setOf), ...attribution.near.map(({ explanation }) => explanation.name)])]
        : [],
      alternatives: attribution.alternatives.map(({ explanation, log10LR }) => ({
        name: explanation.name,
        log10LR: round(log10LR),
      })),
      recycled,
      need: needs(hitsOnly, isPlacesOwn(attribution, sources), unclear, n, this.#registry.head.logComplete),
    };
  }

  /**
   * Tokens that only one recipient saw name the disclosure: from two on, each beside the right person, and only if the rows hold
   * what was shown then. Tokens copied from the log into rows of another time are a frame.
   */
  #identified(
    linked: readonly LinkedRow[],
    asSeen: (row: LinkedRow, look: number) => number,
    dating: Dating,
  ): Source[] {
    const count = new Map<number, { hits: number; log10LR: number }>();
    linked.forEach((row, r) => {
      const looks = row.row.token === undefined ? [] : this.#registry.looksOfToken(row.row.token);
      const look = looks.find((one) => this.#registry.lookPerson.at(one) === row.person);
      if (look === undefined) return;
      const actor = this.#registry.lookActor.at(look);
      const { hits, log10LR } = count.get(actor) ?? { hits: 0, log10LR: 0 };
      count.set(actor, { hits: hits + 1, log10LR: log10LR + Math.log10(asSeen(row, look) / dating.fits[r]!) });
    });
    return [...count]
      .map(([actor, { hits, log10LR }]) => [actor, log10LR > -2 ? hits : 0] as const)
      .filter(([, hits]) => hits >= 2)
      .sort(([a, hits], [b, others]) => others - hits || a - b)
      .map(([actor, hits]) => ({
        actor: this.#registry.actors[actor]!.actor,
        tier: "IDENTIFIED" as const,
        log10LR: round(18 * hits),
        share: around(hits / linked.length, linked.length),
      }));
  }

  /** Rows picked because nobody else saw them are the mark of a frame: far fewer other viewers than the actor's people have. */
  #lookPicked({ explanation }: Accused, linked: readonly LinkedRow[]): boolean {
    const viewers = (person: number) =>
      new Set([...this.#registry.looksOfPerson.of(person)].map((look) => this.#registry.lookActor.at(look))).size;
    const inSample = linked.filter((_, r) => explanation.rows[r]! > 0).map(({ person }) => viewers(person));
    const looks = this.#registry.looksOfActor.of(explanation.actor!);
    const every = Math.max(1, Math.floor(looks.length / 500));
    const usual = [...looks]
      .filter((_, i) => i % every === 0)
      .map((look) => viewers(this.#registry.lookPerson.at(look)));
    if (inSample.length < 5 || usual.length < 20) return false;
    const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
    const expected = mean(usual);
    const spread = Math.sqrt(mean(usual.map((value) => (value - expected) ** 2)) / inSample.length) + 0.01;
    return (mean(inSample) - expected) / spread < -4;
  }

  #windowOf(sources: readonly Source[], linked: readonly LinkedRow[]) {
    const names = new Set(sources.map(({ actor }) => actor));
    const times = linked.flatMap(({ person }) =>
      [...this.#registry.looksOfPerson.of(person)]
        .filter((look) => names.has(this.#registry.actors[this.#registry.lookActor.at(look)]!.actor))
        .map((look) => this.#registry.lookAt.at(look)),
    );
    if (times.length === 0) return null;
    times.sort((a, b) => a - b);
    return { from: date(times[0]!), to: date(times.at(-1)!) };
  }

  #askedOf({ how, asked }: Intake): Asked[] | undefined {
    if (how !== "bot" || !asked || asked.length === 0) return undefined;
    return asked.flatMap(({ mobile, answered }) => {
      const code = meanings("mobile", mobile).map((value) => this.#registry.dictionary("mobile").find(value))[0];
      const people = code === undefined ? [] : this.#linker.peopleWithPhone(code);
      return people.length > 0 ? [{ people, answered }] : [];
    });
  }
}

const nobody = { asOf: null, window: null, sources: [], notDistinguishable: [], alternatives: [], recycled: [] };

/** At most so many rows, evenly spread. */
function thinned(rows: readonly LinkedRow[]): readonly LinkedRow[] {
  const every = rows.length / rowsWeighed;
  return every <= 1 ? rows : Array.from({ length: rowsWeighed }, (_, i) => rows[Math.floor(i * every)]!);
}
