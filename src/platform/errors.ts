// Expected refusals are values. Each concept lists its codes in its own errors.ts; src/errors.ts joins them.
// Bugs and outages throw.
// SPDX-License-Identifier: Apache-2.0

/** What doors need to know of a code. `status` is the HTTP status; `retry` says that the same request may work later. */
export interface ErrorRule {
  readonly status: number;
  readonly retry: boolean;
}
export type ErrorTable = Readonly<Record<string, ErrorRule>>;

export type Facts = Readonly<Record<string, string | number>>;

/** One wrong field of an input. `field` is the name of the form field. */
export interface Problem<Code extends string = string> {
  readonly field: string;
  readonly code: Code;
  readonly facts?: Facts;
}

/** A refusal: stable code, the facts its message needs, and the fields at fault if an input was wrong. */
export interface Refused<Code extends string = string> {
  readonly ok: false;
  readonly code: Code;
  readonly facts?: Facts;
  readonly problems?: readonly Problem[];
}
export interface Done<T> {
  readonly ok: true;
  readonly value: T;
}
export type Outcome<T, Code extends string = string> = Done<T> | Refused<Code>;

export function done<T>(value: T): Done<T> {
  return { ok: true, value };
}

export function refused<Code extends string>(code: Code, facts?: Facts): Refused<Code> {
  return facts ? { ok: false, code, facts } : { ok: false, code };
}

/** Refusal of an input with one or more wrong fields. */
export function invalid(problems: readonly Problem[]): Refused<"INPUT_INVALID"> {
  return { ok: false, code: "INPUT_INVALID", problems };
}

export const platformErrors = {
  INPUT_INVALID: { status: 422, retry: false },
  FIELD_UNFIT: { status: 422, retry: false },
  NOT_FOUND: { status: 404, retry: false },
  NOT_SIGNED_IN: { status: 401, retry: false },
  NOT_ALLOWED: { status: 403, retry: false },
  CROSS_SITE_REQUEST: { status: 403, retry: false },
  TOO_MANY_REQUESTS: { status: 429, retry: true },
  REQUEST_TOO_LARGE: { status: 413, retry: false },
  REQUEST_UNREADABLE: { status: 400, retry: false },
  UNAVAILABLE: { status: 503, retry: true },
  INTERNAL_ERROR: { status: 500, retry: true },
} as const satisfies ErrorTable;
