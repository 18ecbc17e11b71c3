// Values for fuzzing, made from the JSON schemas of an OpenAPI document: what fits, and what does not.
// SPDX-License-Identifier: Apache-2.0
import fc from "fast-check";

export interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
}

/** `ids` stand in wherever a UUID is asked for: those of others are the ones worth trying. */
export function fitting(schema: JsonSchema, ids: readonly string[]): fc.Arbitrary<unknown> {
  const of = (inner: JsonSchema) => fitting(inner, ids);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(of));
  switch (schema.type) {
    case "integer":
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 10_000 });
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.array(of(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: schema.maxItems ?? 3 });
    case "object":
      return fc.record(
        Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, member]) => [name, of(member)])),
        { requiredKeys: [...(schema.required ?? [])] },
      );
    case "string":
      return textFor(schema, ids);
    default:
      return fc.constant(null);
  }
}

function textFor({ pattern, format, maxLength = 40 }: JsonSchema, ids: readonly string[]): fc.Arbitrary<string> {
  if (pattern?.includes("[0-9a-f]{12}"))
    return fc.oneof(fc.constantFrom(...ids), fc.stringMatching(new RegExp(pattern)));
  const days = { min: new Date("1990-01-01"), max: new Date("2099-12-31"), noInvalidDate: true };
  if (format === "date") return fc.date(days).map((date) => date.toISOString().slice(0, 10));
  if (format === "date-time") return fc.date(days).map((date) => date.toISOString());
  return pattern ? fc.stringMatching(new RegExp(pattern)) : fc.string({ unit: "binary", maxLength });
}

/** Mostly what fits; sometimes something else altogether, or one member too many. */
export function tried(schema: JsonSchema, ids: readonly string[]): fc.Arbitrary<unknown> {
  const junk = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(null, true, "", "0", -1, 2 ** 53, "\u0000", "2026-02-30", "0000-01-01", "A".repeat(500), ...ids),
    fc.jsonValue({ maxDepth: 2 }),
  );
  if (schema.type !== "object")
    return fc.oneof({ arbitrary: fitting(schema, ids), weight: 3 }, { arbitrary: junk, weight: 1 });
  const members = Object.entries(schema.properties ?? {});
  return fc
    .record({
      base: fitting(schema, ids),
      spoilt: fc.option(fc.constantFrom(...members.map(([name]) => name), "strange"), { freq: 2 }),
      by: junk,
    })
    .map(({ base, spoilt, by }) => (spoilt === null ? base : { ...(base as object), [spoilt]: by }));
}
