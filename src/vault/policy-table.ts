// The policy as a page for people: docs/who-may-see-what.md. Made from the evaluated table, never by hand.
// SPDX-License-Identifier: Apache-2.0
import type { BudgetTable } from "./budgets.js";
import { type Act, acts, fields, type LoggedPurpose, type Policy, purposes, type Role, roles } from "./policy.js";

const explanations: Record<LoggedPurpose, string> = {
  "own-view": "signed in, and the account holds the person",
  "own-log": "signed in, and the account holds the person, or they were taken off it and not yet erased",
  registration:
    "nobody is registered yet; by staff: with a code from the person's phone, or without a phone the same day",
  "own-change": "signed in, and the account holds the person",
  "check-in": "checked in at this facility today, or a code from the person's phone today",
  vaccination: "checked in at this facility today, or a dose recorded here today",
  aefi: "checked in at this facility today, or a dose given here within 30 days",
  certificate:
    "a dose recorded within 30 days, a ticket that a second officer accepts now, or a certificate that a stolen key signed",
  notice:
    "an appointment that is coming or changed, a dose within 30 days, a ticket's step, a certificate issued anew or a look that the person is told of within 30 days, or affected by a breach inquiry",
  correction: "a ticket about these fields, assigned to this officer and waiting for them",
  "dose-correction": "a ticket about a dose, assigned to this officer and waiting for them",
  "break-glass":
    "an emergency asked for here within 15 minutes, or an hour once a second person has confirmed; no longer once denied",
  review: "an emergency of the last 90 days",
  "number-correction": "a ticket about an unknown person, assigned to this officer and waiting for them",
  consent: "signed in, and the account holds the person",
  "consented-share": "the person's consent to this partner, in force, within its frequency; doses of its dates only",
  "consented-status": "the person's consent to this partner, in force, within its frequency",
  erasure: "asked for by the person's account, not taken back, and nothing has to be kept any longer",
  "breach-inquiry": "one of the two privacy officers who opened the inquiry",
};
const actWords: Record<Act, string> = { read: "sees", write: "changes" };

function rowsOf(policy: Policy, role: Role): string[] {
  return purposes.flatMap((purpose) =>
    acts.flatMap((act) => {
      const permitted = fields.filter((field) => policy.permits({ role, act, purpose, field }));
      return permitted.length > 0
        ? [`| ${purpose} | ${actWords[act]} | ${permitted.join(", ")} | ${explanations[purpose]} |`]
        : [];
    }),
  );
}

function sectionOf(policy: Policy, role: Role): string {
  const rows = rowsOf(policy, role);
  const body =
    rows.length > 0
      ? ["| purpose | | fields | only if |", "| --- | --- | --- | --- |", ...rows]
      : ["Nothing of any person."];
  return [`## ${role}`, ...body].join("\n");
}

function budgetSection({ looks, misses, written }: BudgetTable): string {
  const rows = Object.entries(looks).flatMap(([actorKind, kinds]) =>
    Object.entries(kinds).map(([kind, { hour, day }]) => `| ${actorKind} | ${kind} | ${hour} | ${day} |`),
  );
  const logged = Object.entries(written).map(([actorKind, most]) => `${actorKind} ${most}`);
  const stops = Object.entries(misses).map(([actorKind, most]) => `${actorKind} ${most}`);
  return `## How often

Looks (people × openings) an actor has, by explanation, from \`policy/budgets.json\`. The recorder takes them in the database call that
checks the explanation. Refused attempts a day until a stop: ${stops.join(", ")}. A member of staff stays stopped until a privacy officer
has looked; a citizen's sign-in ends. Refused attempts of one actor that are written down a day: ${logged.join(", ")}. More are counted, and
privacy officers see how many.

${["| who | explanation | an hour | a day |", "| --- | --- | --- | --- |", ...rows].join("\n")}`;
}

export function policyPage(policy: Policy, budgets: BudgetTable): string {
  const intro = `# Who may see or change what

Made from \`policy/disclosure.cedar\` by \`tools/policy-table.ts\`; a test fails when this page is older than the policy. What is not
listed is refused, and the attempt is logged. Each look at a person, and each change, becomes an entry in the disclosure log before
it happens; "only if" is checked by the recorder against the database (\`db/migrations/0230_explanations_as_a_join.sql\`).`;
  return `${[intro, ...roles.map((role) => sectionOf(policy, role)), budgetSection(budgets)].join("\n\n")}\n`;
}
