// What a verdict looks like in words: first what a guard needs in one second, then the details for an expert. The server's
// page and the browser's script both show this, so that the same certificate reads the same on either side.
// SPDX-License-Identifier: Apache-2.0
import type { Statement, Verdict } from "../../lib/certificate/verdict.js";

/** How to say things: a message by the part of its key after "verify.", dates and instants in the reader's language. */
export interface Words {
  say(key: string): string;
  date(on: string): string;
  instant(at: Date): string;
}
export interface Row {
  readonly key: string;
  readonly value: string;
}
export interface VerdictView {
  readonly outcome: Verdict["outcome"];
  /** Shown beside the word, so that nothing hangs on colour alone. */
  readonly sign: "✓" | "✕" | "?";
  readonly heading: string;
  readonly words: string;
  readonly compare: string | undefined;
  readonly reasons: readonly string[];
  readonly facts: readonly Row[];
  readonly detailsHeading: string;
  readonly details: readonly Row[];
}

const signs = { valid: "✓", invalid: "✕", unknown: "?" } as const;

export function viewOf(verdict: Verdict, words: Words): VerdictView {
  const { outcome } = verdict;
  return {
    outcome,
    sign: signs[outcome],
    heading: words.say(`result.${outcome}`),
    words: words.say(`result.${outcome}.words`),
    compare: outcome === "valid" ? words.say("compare") : undefined,
    reasons: [...new Set(verdict.reasons.map((reason) => words.say(`reason.${reason.code}`)))],
    facts: factsOf(verdict, words),
    detailsHeading: words.say("details"),
    details: detailsOf(verdict, words),
  };
}

function factsOf({ holder, statement }: Verdict, words: Words): Row[] {
  if (!holder || !statement) return [];
  const rows: Row[] = [row(words, "label.name", holder.name)];
  if (holder.latinName.toLowerCase() !== holder.name.toLowerCase())
    rows.push(row(words, "label.latinName", holder.latinName));
  rows.push(row(words, "label.born", holder.born || "–"));
  if (statement.kind !== "vaccination") return [...rows, row(words, "label.kind", words.say(`kind.${statement.kind}`))];
  const dose = words.say("dose").replace("{dose}", String(statement.dose)).replace("{doses}", String(statement.doses));
  return [
    ...rows,
    row(words, "label.dose", dose),
    row(words, "label.product", statement.product),
    row(words, "label.givenOn", words.date(statement.givenOn)),
  ];
}

function detailsOf(verdict: Verdict, words: Words): Row[] {
  const { signer, keyId, issuedAt, expiresAt, statement } = verdict;
  const rows: (Row | undefined)[] = [
    verdict.format && row(words, "detail.format", verdict.format.toUpperCase()),
    signer && row(words, "detail.signer", [signer.name, signer.country].filter(Boolean).join(", ")),
    keyId ? row(words, "detail.keyId", keyId) : undefined,
    signer && row(words, "detail.algorithm", signer.algorithm),
    issuedAt && row(words, "detail.issuedAt", words.instant(issuedAt)),
    expiresAt && row(words, "detail.expiresAt", words.instant(expiresAt)),
    ...(statement ? statementRows(statement, words) : []),
    verdict.passed.length > 0
      ? row(words, "detail.checked", verdict.passed.map((check) => words.say(`check.${check}`)).join(", "))
      : undefined,
    verdict.reasons.length > 0
      ? row(words, "detail.reasons", verdict.reasons.map(({ code, at }) => (at ? `${code} (${at})` : code)).join(", "))
      : undefined,
  ];
  return rows.filter((each): each is Row => each !== undefined);
}

function statementRows(statement: Statement, words: Words): Row[] {
  const manufacturer =
    statement.kind === "vaccination" ? [row(words, "detail.manufacturer", statement.manufacturer)] : [];
  return [
    row(words, "detail.disease", statement.disease),
    ...manufacturer,
    row(words, "detail.country", statement.country),
    row(words, "detail.issuer", statement.issuer),
    row(words, "detail.certificateId", statement.certificateId),
  ];
}

function row(words: Words, key: string, value: string): Row {
  return { key: words.say(key), value };
}
