// OpenTelemetry traces of a share of the requests, sent to a collector as OTLP over HTTP with JSON. A span holds names from
// the program (route, process, SQL verb), numbers and times; no path, query, header, parameter or address. A caller's
// own trace id is not taken over: it would let a stranger tie requests together.
// SPDX-License-Identifier: Apache-2.0
import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";

type Attributes = Readonly<Record<string, string | number>>;
interface Ended {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: 2 | 3;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly object[];
  readonly status: { readonly code: 0 | 2 };
}
interface Open {
  readonly traceId: string;
  readonly spanId: string;
  readonly end: (span: Ended) => void;
}

const current = new AsyncLocalStorage<Open>();
const serverKind = 2;
const clientKind = 3;
const mostWaiting = 2_000;
const sendEveryMs = 1_000;
const patienceMs = 5_000;

/** Work that asks another process, as a span of the request that it belongs to; without one, just the work. */
export function traced<T>(name: string, attributes: () => Attributes, work: () => Promise<T>): Promise<T> {
  const parent = current.getStore();
  return parent ? spanOf(parent, name, attributes(), work) : work();
}

async function spanOf<T>(parent: Open, name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
  const began = now();
  let isFailed = true;
  try {
    const value = await work();
    isFailed = false;
    return value;
  } finally {
    const ids = { traceId: parent.traceId, spanId: id(8), parentSpanId: parent.spanId };
    parent.end({ ...ids, name, kind: clientKind, ...timed(began), ...described(attributes, isFailed) });
  }
}

export interface RequestSpan {
  /** What `run` sets off belongs to this request. */
  enter(run: () => void): void;
  end(name: string, attributes: Attributes, isFailed: boolean): void;
}
export interface Tracer {
  /** A span for a request, if its turn has come. */
  begin(): RequestSpan | undefined;
  close(): Promise<void>;
}

export interface TracerOptions {
  /** The collector's, without /v1/traces. */
  readonly url: string;
  /** How many of a hundred requests. */
  readonly percent: number;
  readonly service: string;
}

export function tracerTo({ url, percent, service }: TracerOptions): Tracer {
  let waiting: Ended[] = [];
  // A collector that is away costs spans, not memory.
  const end = (span: Ended): void => void (waiting.length < mostWaiting && waiting.push(span));

  let last: Promise<void> = Promise.resolve();
  const sendNow = (): Promise<void> => (last = last.then(send));

  async function send(): Promise<void> {
    if (waiting.length === 0) return;
    const spans = waiting;
    waiting = [];
    const resource = { attributes: attributesOf({ "service.name": service }) };
    const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "sakshi" }, spans }] }] });
    const headers = { "content-type": "application/json" };
    await fetch(`${url}/v1/traces`, { method: "POST", headers, body, signal: AbortSignal.timeout(patienceMs) }).then(
      (answer) => answer.arrayBuffer(),
      () => undefined,
    );
  }
  const sending = setInterval(() => void sendNow(), sendEveryMs).unref();
  return {
    begin() {
      if (Math.random() * 100 >= percent) return undefined;
      const began = now();
      const open = { traceId: id(16), spanId: id(8), end };
      return {
        enter: (run) => current.run(open, run),
        end(name, attributes, isFailed) {
          const { traceId, spanId } = open;
          end({ traceId, spanId, name, kind: serverKind, ...timed(began), ...described(attributes, isFailed) });
        },
      };
    },
    async close() {
      clearInterval(sending);
      await sendNow();
    },
  };
}

const id = (bytes: number) => randomBytes(bytes).toString("hex");
const now = () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6));

function timed(began: bigint): Pick<Ended, "startTimeUnixNano" | "endTimeUnixNano"> {
  return { startTimeUnixNano: String(began), endTimeUnixNano: String(now()) };
}

function described(attributes: Attributes, isFailed: boolean): Pick<Ended, "attributes" | "status"> {
  return { attributes: attributesOf(attributes), status: { code: isFailed ? 2 : 0 } };
}

function attributesOf(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
  }));
}
