// Where each table would lie if the database were spread over several machines: with its home key, copied to all, or in
// one place. A test holds the schema to it, so that a table of tomorrow does not close the way (docs/adr/0185).
// SPDX-License-Identifier: Apache-2.0

/** Rows of one home key lie together; a table of a home carries the key in the named column. */
export type Home = "person" | "session" | "facility" | "account" | "sign-in" | "own-key";
/** spread: by the home's column. copied: small, on each machine. one-place: never grows with people, or has one writer. */
export type Placement =
  | { readonly kind: "spread"; readonly home: Home; readonly column: string }
  | { readonly kind: "copied" }
  | { readonly kind: "one-place" };

const spread = (home: Home, column: string, names: string): [string, Placement][] =>
  names.split(" ").map((name) => [name, { kind: "spread", home, column }]);
const all = (kind: "copied" | "one-place", names: string): [string, Placement][] =>
  names.split(" ").map((name) => [name, { kind }]);

export const placements: ReadonlyMap<string, Placement> = new Map([
  ...spread("person", "subject_id", "vault.records vault.person_keys vault.evidence"),
  ...spread(
    "person",
    "beneficiary_id",
    `registry.beneficiaries registry.vaccinations registry.certificates registry.aefi_reports registry.live_appointments
     registry.access_notices registry.organisations_told registry.break_glass registry.facilitations registry.tickets`.replace(
      /\s+/g,
      " ",
    ),
  ),
  ...spread(
    "session",
    "session_id",
    "registry.sessions registry.slots registry.places registry.appointments registry.identity_checks",
  ),
  ...spread("facility", "facility_id", "registry.batches"),
  ...spread("account", "account_id", "registry.accounts"),
  ...spread("sign-in", "sign_in_id", "registry.sign_ins registry.captchas"),
  // Registries keyed by a value that is unique in the whole country, and what is found by such a key alone.
  ...spread("own-key", "phone_index", "registry.account_phones registry.known_devices"),
  ...spread("own-key", "reference_id", "registry.beneficiary_references"),
  ...spread("own-key", "challenge_id", "registry.otp_challenges"),
  ...spread("own-key", "key", "registry.rate_limits"),
  ...spread("own-key", "event_id", "registry.coverage_events"),
  ...spread("own-key", "actor", "log.budgets_used"),
  ...all(
    "copied",
    "registry.states registry.districts registry.facilities registry.staff registry.partners vault.bucket_keys",
  ),
  // The log has one sequencer and one head; it is cut by quarters, not by people.
  ...all("one-place", "log.entries log.head log.closed_shards log.consent_grants log.canary_batches log.canary_share"),
  ...all(
    "one-place",
    `registry.access_days registry.access_findings registry.availability_changes registry.consents registry.coverage_daily
     registry.erasures registry.inquiries registry.inquiry_affected registry.inquiry_events registry.inquiry_runs
     registry.known_leaks registry.partner_keys registry.passkey_challenges registry.passkeys registry.reissues registry.reviews
     registry.staff_invitations registry.staff_sign_ins registry.status_lists registry.status_places vault.certificate_keys`.replace(
      /\s+/g,
      " ",
    ),
  ),
]);

/** What stands in the way today, and what would take its place. The test fails when one is gone, or another one comes. */
export const inTheWay: ReadonlyMap<string, string> = new Map([
  [
    "registry.beneficiaries is unique by account_id, request_key",
    "a repeated registration would be found in a registry keyed by account and request",
  ],
  ["registry.sign_ins is unique by token_hash", "the sign-in's id would stand in the token, as it does in the API's"],
  [
    "registry.break_glass is unique by grant_id",
    "that a grant names one person would be held by a registry keyed by the grant",
  ],
  ["registry.tickets is unique by ticket_id", "that a ticket names one person, by a registry keyed by the ticket"],
  [
    "registry.facilitations refers to registry.sessions",
    "a key without a constraint: sessions are never removed once somebody was at one",
  ],
]);
