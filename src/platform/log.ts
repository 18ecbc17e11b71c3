// Log lines: JSON, one a line, of the fields below and nothing else. A value of another form than its field's is left out
// and said to be: numbers of people never fit, nor what is not Latin. A Latin name would fit "code" and "what", so callers
// hand in constants there, never messages of errors, which quote values.
// SPDX-License-Identifier: Apache-2.0

const code = /^[\w ,:;.()/'-]{1,300}$/;
const forms = {
  process: /^[a-z]+(-\d+)?$/,
  /** An error's class and code. */
  kind: /^[A-Za-z]\w{0,60}$/,
  failure: /^[A-Za-z]\w{0,60}$/,
  code,
  /** As the router has it, with ":id" for parameters. */
  route: /^\/[\w\-:*./]{0,200}$/,
  /** A place in the program. */
  at: /^at [\w.<>[\] ]{0,100}\(?[\w:/.@+-]{1,300}:\d+:\d+\)?$/,
  job: /^[a-z-]{1,40}$/,
  what: code,
  times: /^\d{1,9}$/,
} as const;

export type LogFields = { readonly [Name in keyof typeof forms]?: string | number | undefined };
export type Log = (fields: LogFields) => void;

/** A phone number, a reference id, an identity document's number. */
const longNumber = /\d{10}/;

export function logTo(write: (line: string) => void, clock: () => Date = () => new Date()): Log {
  return (fields) => {
    const kept: Record<string, string | number> = {};
    const leftOut: string[] = [];
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined) continue;
      const form = Object.hasOwn(forms, name) ? forms[name as keyof typeof forms] : undefined;
      const text = String(value);
      if (form?.test(text) && (name === "at" || !longNumber.test(text))) kept[name] = value;
      else leftOut.push(form ? name : "a field");
    }
    const line = { time: clock().toISOString(), ...kept, ...(leftOut.length > 0 ? { leftOut } : {}) };
    write(`${JSON.stringify(line)}\n`);
  };
}
