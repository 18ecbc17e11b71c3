// What a process counts, in Prometheus' kinds: counters, gauges, histograms. Names and labels come from the program,
// never from a request, so that nothing personal can stand in them and their number is bounded.
// SPDX-License-Identifier: Apache-2.0

export type Labels = Readonly<Record<string, string>>;
type Kind = "counter" | "gauge" | "histogram";

/** One line of the exposition: name with suffix, labels, value. */
export interface Sample {
  readonly suffix?: "_bucket" | "_sum" | "_count";
  readonly labels: Labels;
  readonly value: number;
}
export interface Family {
  readonly name: string;
  readonly kind: Kind;
  readonly help: string;
  readonly samples: readonly Sample[];
}
type Reading = () => number | readonly Sample[] | Promise<number | readonly Sample[]>;
type Read = () => readonly Sample[] | Promise<readonly Sample[]>;

export interface Counter {
  add(labels?: Labels, by?: number): void;
}
export interface Histogram {
  observe(value: number): void;
}

export class Metrics {
  readonly #families: (Omit<Family, "samples"> & { readonly read: Read })[] = [];

  counter(name: string, help: string): Counter {
    const counts = new Map<string, { labels: Labels; value: number }>();
    this.#families.push({ name, kind: "counter", help, read: () => [...counts.values()] });
    return {
      add(labels = {}, by = 1) {
        const key = Object.values(labels).join("\0");
        const known = counts.get(key);
        if (known) known.value += by;
        else counts.set(key, { labels, value: by });
      },
    };
  }

  /** `read` is asked when somebody asks; what it throws leaves this gauge out. */
  gauge(name: string, help: string, read: Reading): void {
    this.#families.push({ name, kind: "gauge", help, read: samplesOf(read) });
  }
  /** A counter that somebody else keeps. */
  total(name: string, help: string, read: Reading): void {
    this.#families.push({ name, kind: "counter", help, read: samplesOf(read) });
  }

  histogram(name: string, help: string, bounds: readonly number[]): Histogram {
    const counts = [...bounds, Number.POSITIVE_INFINITY].map(() => 0);
    let sum = 0;
    const read = (): Sample[] => {
      let below = 0;
      const buckets = counts.map((count, i): Sample => {
        below += count;
        return { suffix: "_bucket", labels: { le: i < bounds.length ? String(bounds[i]) : "+Inf" }, value: below };
      });
      return [...buckets, { suffix: "_sum", labels: {}, value: sum }, { suffix: "_count", labels: {}, value: below }];
    };
    this.#families.push({ name, kind: "histogram", help, read });
    return {
      observe(value) {
        const at = bounds.findIndex((bound) => value <= bound);
        counts[at < 0 ? bounds.length : at]!++;
        sum += value;
      },
    };
  }

  async read(): Promise<Family[]> {
    const families = this.#families.map(async ({ read, ...family }): Promise<Family> => {
      try {
        return { ...family, samples: await read() };
      } catch {
        // The database is away, for one: other metrics say so.
        return { ...family, samples: [] };
      }
    });
    return Promise.all(families);
  }
}

const samplesOf =
  (read: Reading): Read =>
  async () => {
    const value = await read();
    return typeof value === "number" ? [{ labels: {}, value }] : value;
  };
