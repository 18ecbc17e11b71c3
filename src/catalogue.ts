// The data catalogue: each field that is stored, what class it is, why it is held and for how long. Plain data, for
// people, pages and tests. A column of the database or a field of a sealed record that is missing here fails a test.
// Who may read a sealed field follows from policy/disclosure.cedar: see docs/who-may-see-what.md.
// SPDX-License-Identifier: Apache-2.0

/**
 * public: may stand in a newspaper. internal: about the programme or random ids, of use to nobody alone.
 * pseudonymous: keyed or random stand-ins for a person. personal: about a person. health: about a person's health.
 * secret: keys and codes. Personal and health fields lie sealed.
 */
export type DataClass = "public" | "internal" | "pseudonymous" | "personal" | "health" | "secret";

/** How long a field is kept. Sources: Digital Personal Data Protection Rules 2025, rule 8(3); CERT-In directions of 28 April 2022. */
export const retentions = {
  record: "As long as the person is registered; unreadable once the person's key is destroyed.",
  programme: "As long as the programme runs.",
  minutes: "Ten minutes, or until used; the row goes within two days.",
  signIn: "Until the sign-in ends; the row for one year after it.",
  employment: "While the person works for the programme, and one year after.",
  log: "The person's half until the person's key is destroyed; the other half for the life of the record and one year.",
  inquiry: "While the inquiry is open and may be appealed; then the key of the case is destroyed.",
  evidence: "Until ninety days after the request is decided; then the file goes, and its key.",
  permanent: "For ever; nothing personal is in it.",
} as const;
export type Retention = keyof typeof retentions;

export interface StoredField {
  /** "schema.table.column" of the database, or "record.field" of a sealed record or of a log entry. */
  readonly id: string;
  readonly class: DataClass;
  readonly why: string;
  readonly kept: Retention;
  /** For a sealed field: the name under which the policy and the log speak of it. */
  readonly policyField?: string;
  /** Only a part or a coarse form is held. */
  readonly precision?: string;
  /** Element of HL7 FHIR R4. */
  readonly fhir?: string;
  /** Concept of the W3C Data Privacy Vocabulary, personal data extension. */
  readonly dpv?: string;
}
type Shared = Omit<StoredField, "id">;

/** Fields of one place that share everything but their names. */
function fields(place: string, names: string, shared: Shared): StoredField[] {
  return names.split(" ").map((name) => ({ id: `${place}.${name}`, ...shared }));
}
const field = (place: string, name: string, facts: Shared): StoredField[] => fields(place, name, facts);

function identity(name: string, why: string, codes: Partial<Shared>): StoredField[] {
  return field("identity", name, { class: "personal", why, kept: "record", policyField: name, ...codes });
}
function dose(names: string, why: string, fhir: string, dataClass: DataClass = "health"): StoredField[] {
  return fields("dose", names, {
    class: dataClass,
    why,
    kept: "record",
    policyField: "doses",
    fhir,
    dpv: "pd:HealthRecord",
  });
}
function sealedList(place: string, names: string, policyField: string, fhir: string, why: string): StoredField[] {
  return fields(place, names, { class: "health", why, kept: "record", policyField, fhir, dpv: "pd:HealthRecord" });
}

const sealedRecords: StoredField[] = [
  ...identity("name", "To compare with the photo id, and for the certificate.", {
    fhir: "Patient.name",
    dpv: "pd:Name",
  }),
  ...identity("birthYear", "The dose rules depend on age.", {
    precision: "year only",
    fhir: "Patient.birthDate",
    dpv: "pd:Age",
  }),
  ...identity("gender", "National reporting standard of the programme.", { fhir: "Patient.gender", dpv: "pd:Gender" }),
  ...identity("photoIdType", "To know which document to compare.", {
    fhir: "Patient.identifier.type",
    dpv: "pd:OfficialID",
  }),
  ...identity("photoIdLast4", "To compare with the document shown.", {
    precision: "last four characters only; the whole number is never held",
    fhir: "Patient.identifier.value",
    dpv: "pd:OfficialID",
  }),
  ...field("contact", "mobile", {
    class: "personal",
    why: "To send notices about appointments, doses and certificates.",
    kept: "record",
    policyField: "mobile",
    fhir: "Patient.telecom",
    dpv: "pd:TelephoneNumber",
  }),
  ...fields("passport", "passportNumber birthDate", {
    class: "personal",
    why: "For a certificate that other countries read; held only if the person links a passport.",
    kept: "record",
    fhir: "Patient.identifier",
    dpv: "pd:OfficialID",
  }).map((held) => ({ ...held, policyField: held.id.slice("passport.".length) })),
  ...dose("vaccinationId", "To tell doses apart.", "Immunization.identifier"),
  ...dose("doseNumber kind", "Which dose of the series it is.", "Immunization.protocolApplied"),
  ...dose("product", "What was given; the next dose depends on it.", "Immunization.vaccineCode"),
  ...dose("lotNumber", "To find everybody who was given a faulty batch.", "Immunization.lotNumber"),
  ...dose("givenOn", "The next dose depends on it.", "Immunization.occurrenceDateTime"),
  ...dose("facilityId facilityName districtId stateId sessionId", "Where it was given.", "Immunization.location"),
  ...dose(
    "vaccinatorId vaccinatorName",
    "Who gave it, for the certificate and for questions.",
    "Immunization.performer.actor",
  ),
  ...dose("enteredInError", "A wrong entry stays in the history, marked.", "Immunization.status"),
  ...sealedList(
    "certificate",
    "certificateId vaccinationId hcert forms issuedAt",
    "certificates",
    "DocumentReference",
    "The person's certificate, as issued.",
  ),
  ...sealedList(
    "aefi",
    "reportId vaccinationId severity note reportedAt",
    "aefi",
    "AdverseEvent",
    "Safety of the vaccine, and care of the person.",
  ),
  ...sealedList(
    "ticket",
    "ticketId asked before steps",
    "tickets",
    "Task",
    "What the person asked to be put right, and who decided what with which reason.",
  ),
  ...fields("evidence", "ticketId n type bytes key", {
    class: "personal",
    why: "Photos and PDFs that the person gave for a request, each under a key of its own.",
    kept: "evidence",
    policyField: "evidence",
    fhir: "Task.input",
  }),
  ...sealedList(
    "emergency",
    "grantId words",
    "emergencies",
    "AuditEvent.purposeOfEvent",
    "Why staff opened the record in an emergency, in their words, for the person and for the review.",
  ),
];

function ofCase(id: string, policyField: string, why: string): StoredField[] {
  const [record, names] = id.split(".") as [string, string];
  return fields(record, names, { class: "personal", why, kept: "inquiry", policyField });
}
const inquiryRecords: StoredField[] = [
  ...ofCase("sample.name file table", "inquiry", "A leaked list that was handed in, to find out where it came from."),
  ...ofCase("answer.released", "inquiry", "What the inquiry found: counts, times, masked sources."),
  ...ofCase(
    "answer.linked",
    "comparison",
    "Whose records a leaked list was linked to, so that each comparison is written down.",
  ),
  ...ofCase(
    "answer.masks",
    "actors",
    "Which accounts stand behind the masked sources; opened by a second decision only.",
  ),
  ...ofCase("draft.fields", "inquiry", "Drafts of the reports that the law asks for."),
];

function entry(names: string, why: string, fhir: string, dataClass: DataClass = "internal"): StoredField[] {
  return fields("entry", names, { class: dataClass, why, kept: "log", policyField: "disclosures", fhir });
}
const logEntry: StoredField[] = [
  ...entry("v kind request digest", "What sort of act it was, and which request it belongs to.", "AuditEvent.subtype"),
  ...entry("at", "When.", "AuditEvent.recorded"),
  ...entry("actor role organisation", "Who looked, in which capacity, for whom.", "AuditEvent.agent"),
  ...entry(
    "purpose basis explanation reference",
    "Why it was right, and what the recorder checked.",
    "AuditEvent.purposeOfEvent",
  ),
  ...entry("fields doseDates", "Which fields, of which days; never their values.", "AuditEvent.entity.detail"),
  ...entry(
    "subject n",
    "Whose record, and the person's own counter, so that a gap shows.",
    "AuditEvent.entity.what",
    "pseudonymous",
  ),
];

type Row = readonly [table: string, columns: string, dataClass: DataClass, kept: Retention, why: string];
// biome-ignore format: a table is read in rows
const tables: readonly Row[] = [
  ["registry.states", "state_id name", "public", "permanent", "Places of the country."],
  ["registry.districts", "district_id state_id name", "public", "permanent", "Places of the country."],
  ["registry.facilities", "facility_id center_id name address state_id district_id block_name pincode latitude longitude opens_at closes_at fee_type is_active created_at", "public", "programme", "Where vaccination takes place."],
  ["registry.sessions", "session_id facility_id state_id district_id pincode product held_on min_age max_age fee_rupees status published_at cancelled_at cancel_reason", "public", "programme", "What is offered where and when."],
  ["registry.sessions", "created_by created_at cancelled_by", "internal", "programme", "Who of the staff arranged it."],
  ["registry.slots", "session_id slot_number starts_at ends_at", "public", "programme", "Times of a session."],
  ["registry.places", "session_id slot_number pool capacity taken", "public", "programme", "How many places there are and are left."],
  ["registry.availability_changes", "change_id district_id session_id xact changed_at", "internal", "minutes", "Which districts' search answers to renew."],
  ["registry.batches", "facility_id batch_id product lot_number expires_on doses_received doses_used withdrawn_at created_at", "internal", "programme", "Stock, and tracing a faulty batch."],
  ["registry.coverage_daily", "given_on state_id district_id product dose_number doses released_on", "public", "permanent", "Public figures; small numbers are suppressed when shown."],
  ["registry.coverage_events", "event_id counted_at", "internal", "programme", "So that a dose is counted once."],
  ["registry.accounts", "account_id members locale created_at", "pseudonymous", "record", "Holds together the people registered with one phone."],
  ["registry.account_phones", "phone_index account_id", "pseudonymous", "record", "Finds the account of a phone by a keyed code of its number."],
  ["registry.otp_challenges", "challenge_id phone_index purpose staff_sign_in_id tries created_at expires_at consumed_at device_hash name_mac", "pseudonymous", "minutes", "A code that was sent, and the limits on guessing it."],
  ["registry.otp_challenges", "code_mac", "secret", "minutes", "Checks the code that comes back."],
  ["registry.otp_challenges", "contact_box", "personal", "minutes", "The number the code went to, sealed."],
  ["registry.known_devices", "phone_index device_hash seen_at", "pseudonymous", "signIn", "So that a stranger who asks for codes locks nobody out of their own device."],
  ["registry.sign_ins", "sign_in_id account_id created_at last_seen_at expires_at ended_at", "pseudonymous", "signIn", "Who is signed in; explains looks at own records."],
  ["registry.sign_ins", "token_hash", "secret", "signIn", "Recognises the browser."],
  ["registry.sign_ins", "contact_box", "personal", "signIn", "The number signed in with, sealed, to register people with it."],
  ["registry.rate_limits", "key window_started_at used used_before", "pseudonymous", "minutes", "Limits by number, address and device; keys are hashed."],
  ["registry.beneficiaries", "beneficiary_id account_id reference_id registered_by state created_at request_key consent_version corrections moved_at merged_into", "pseudonymous", "record", "That somebody is registered; who it is lies sealed."],
  ["registry.captchas", "sign_in_id tries expires_at", "pseudonymous", "minutes", "That a sign-in was asked to read a picture before it books, and the limits on guessing."],
  ["registry.captchas", "text_mac", "secret", "minutes", "Checks the letters that come back."],
  ["registry.beneficiary_references", "reference_id beneficiary_id", "pseudonymous", "record", "Keeps reference ids unique."],
  ["registry.appointments", "session_id appointment_id beneficiary_id account_id slot_number pool dose_number channel status request_key code_tries booked_at checked_in_at checked_in_by ended_at", "pseudonymous", "record", "The appointment; explains looks by staff on its day."],
  ["registry.live_appointments", "beneficiary_id session_id appointment_id", "pseudonymous", "record", "At most one live appointment a person."],
  ["registry.identity_checks", "session_id appointment_id beneficiary_id checked_at checked_by is_match reason", "pseudonymous", "record", "That the photo id was compared, and by whom."],
  ["registry.erasures", "erasure_id beneficiary_id cause asked_at started_at undone_at done_at", "pseudonymous", "record", "That somebody asked to be erased, and what became of it."],
  ["registry.facilitations", "beneficiary_id staff_id session_id reason created_at", "pseudonymous", "record", "Why somebody was registered without a phone."],
  ["registry.vaccinations", "beneficiary_id vaccination_id dose_number session_id facility_id status request_key recorded_by recorded_at observe_until voided_at voided_by", "pseudonymous", "record", "That a dose was recorded; what it was lies sealed."],
  ["registry.aefi_reports", "beneficiary_id report_id vaccination_id severity reported_by reported_at", "pseudonymous", "record", "That an adverse event was noted; what it was lies sealed."],
  ["registry.certificates", "beneficiary_id certificate_id vaccination_id status issued_at revoked_at status_list status_index", "pseudonymous", "record", "Which certificates are valid; the text lies sealed."],
  ["registry.status_lists", "list_number taken opened_at", "public", "permanent", "The lists by which everybody can tell which certificates are revoked, and how full each is."],
  ["registry.status_places", "list_number status_index revoked_at", "public", "permanent", "Which places of a status list are taken and which revoked; whose they are does not stand there."],
  ["registry.reissues", "reissue_id key_id signed_from revoked_at holders after_id reissued left_out done_at", "internal", "permanent", "Whose certificates are made anew after a stolen key, and how far it is."],
  ["registry.tickets", "beneficiary_id ticket_id kind state state_id district_id other_id opened_at due_at changed_at reopened_at level escalated_at assigned_to assigned_at proposal proposed_by decided_by", "pseudonymous", "record", "That a correction was asked for, who works on it and by when; what it says lies sealed."],
  ["registry.staff", "staff_id display_name role state_id district_id facility_id created_at created_by removed_at", "personal", "employment", "Who may act for the programme, and where."],
  ["registry.staff_invitations", "staff_id invited_by created_at expires_at used_at", "internal", "employment", "How staff came to enrol."],
  ["registry.staff_invitations", "token_hash", "secret", "employment", "Recognises the invitation's link."],
  ["registry.passkeys", "credential_id staff_id public_key sign_count transports created_at last_used_at retired_at", "internal", "employment", "The public half of the key staff sign in with."],
  ["registry.passkey_challenges", "challenge_id challenge invitation_hash expires_at used_at", "secret", "minutes", "So that a passkey's answer is good once."],
  ["registry.staff_sign_ins", "sign_in_id staff_id opened_by created_at last_seen_at expires_at ended_at", "internal", "signIn", "Who of the staff is signed in; part of each explanation."],
  ["registry.staff_sign_ins", "token_hash", "secret", "signIn", "Recognises the browser."],
  ["registry.partners", "partner_id name requests_a_minute created_at", "internal", "programme", "Which organisations' programs use the API."],
  ["registry.partner_keys", "key_id partner_id scopes created_at expires_at revoked_at", "internal", "programme", "Which keys a partner has, and for what."],
  ["registry.partner_keys", "key_hash", "secret", "programme", "Recognises a partner's key."],
  ["registry.consents", "code_hash", "secret", "programme", "Recognises the code by which a person finds a request."],
  ["registry.inquiries", "inquiry_id number told_at told_by proposed_by proposed_at seconded_by seconded_at aware_at aware_event closed_at", "internal", "permanent", "Cases of the breach inquiry, and what starts their legal clocks."],
  ["registry.inquiry_events", "inquiry_id n at what staff_id facts hash log_index", "internal", "permanent", "Chain of custody of a case; each event's hash stands in the log."],
  ["registry.inquiry_runs", "run_id inquiry_id started_by started_at as_of log_size state finished_at people disclosures affected rerun_of answer_hash", "internal", "permanent", "Comparisons of a sample with the register."],
  ["registry.inquiry_affected", "inquiry_id beneficiary_id notice_queued_at", "pseudonymous", "record", "Whom a case found exposed, so that each is told."],
  ["registry.known_leaks", "leak_id known_on provenance columns row_count file_hash added_at", "internal", "permanent", "Earlier leaks, known by keyed filters; their data is not kept."],
  ["vault.records", "subject_id record version sealed_at", "pseudonymous", "record", "Finds the newest version of a sealed record."],
  ["vault.records", "box", "health", "record", "The sealed records; their fields are listed by name above."],
  ["vault.evidence", "subject_id ticket_id n bytes added_at", "pseudonymous", "evidence", "That files were given for a request."],
  ["vault.evidence", "box", "personal", "evidence", "The files, each encrypted with a key that lies sealed with the person."],
  ["vault.person_keys", "subject_id bucket epoch", "pseudonymous", "record", "Finds a person's key."],
  ["vault.person_keys", "wrapped", "secret", "record", "The person's key, wrapped; destroying it erases the person."],
  ["vault.certificate_keys", "key_id algorithm public_key x509 signs_from revoked_at created_at", "internal", "permanent", "The public halves of the keys that certificates are signed with."],
  ["vault.certificate_keys", "wrapped", "secret", "permanent", "Signs certificates; unwraps with the house's bucket key only."],
  ["vault.bucket_keys", "bucket epoch created_at rotate_since destroyed_at destroyed_root", "internal", "permanent", "Which keys of keys there are and were."],
  ["vault.bucket_keys", "wrapped", "secret", "record", "A key of about 10,000 keys, wrapped by the root key."],
  ["log.entries", "index leaf kind", "public", "permanent", "The public log: a leaf tells nothing but that something happened."],
  ["log.entries", "subject_pseudonym counter", "pseudonymous", "log", "Finds a person's own entries, whole and in order."],
  ["log.entries", "actor_pseudonym request_id recorded_at", "pseudonymous", "log", "Finds what one actor looked at, in an inquiry."],
  ["log.entries", "sealed_subject sealed_accountability", "personal", "log", "The two sealed halves of an entry; their fields are listed above."],
  ["log.head", "id size root frontier updated_at first_index opened_at", "public", "permanent", "Size of the log, root of its open shard."],
  ["log.closed_shards", "first_index size root opened_at closed_at", "public", "permanent", "The log's finished trees."],
  ["registry.access_findings", "finding_id kind actor found_on first_at last_at times reasons stops decision decided_at decided_by reference", "internal", "log", "What stood out about an actor, and what a privacy officer found."],
  ["log.budgets_used", "actor kind hour hour_used day day_used turned_away", "pseudonymous", "minutes", "How much of an actor's budget of looks is used today."],
  ["registry.break_glass", "beneficiary_id grant_id staff_id facility_id reason asked_at opened_at counted_at second_answer second_by second_at", "pseudonymous", "record", "That a record was opened in an emergency, and who confirmed it; the reason in words lies sealed."],
  ["registry.access_notices", "beneficiary_id notice_id kind organisation noticed_at", "pseudonymous", "record", "What a person was told about looks at their record."],
  ["registry.organisations_told", "beneficiary_id organisation", "pseudonymous", "record", "So that an organisation's first look is told once."],
  ["registry.access_days", "day looks changes misses emergencies staff unusual scored_at", "internal", "programme", "How much was looked at each day, and how much of it stood out."],
  ["log.consent_grants", "digest beneficiary_id granted_at", "pseudonymous", "record", "Which consents stand as entries in people's lists: no other lets a partner look."],
  ["log.canary_share", "id share", "secret", "permanent", "One half of the key that tells invented people from others."],
  ["log.canary_batches", "batch_id planted_at commitments", "internal", "permanent", "Which people were invented to catch whoever looks at them, as commitments."],
  ["registry.reviews", "review_id started_at finished_at passed failed not_checked note", "internal", "programme", "What the internal review found, and when."],
  ["migrations.applied", "number name sha256 applied_at", "internal", "permanent", "Which shape the database has."],
];

// Not sealed, but a person's own: the page of what is held speaks of it.
const consents: StoredField[] = fields(
  "registry.consents",
  "consent_id partner_id request_key purpose_code hi_types access_mode doses_from doses_to erase_at frequency_unit frequency_value frequency_repeats created_at answer_by state account_id beneficiary_id pairwise_id signature answered_at revoked_at erased_at window_ends_at used",
  {
    class: "pseudonymous",
    why: "Which partner asked for what, and what the person answered.",
    kept: "record",
    policyField: "consents",
    fhir: "Consent",
  },
);

export const catalogue: readonly StoredField[] = [
  ...sealedRecords,
  ...inquiryRecords,
  ...logEntry,
  ...consents,
  ...tables.flatMap(([table, columns, dataClass, kept, why]) =>
    fields(table, columns, { class: dataClass, why, kept }),
  ),
];

/** Schemas of libraries that keep no field of ours: job payloads hold ids and sealed boxes only (src/platform/jobs). */
export const schemasOfLibraries: readonly string[] = ["graphile_worker"];
