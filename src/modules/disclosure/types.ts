// The words of the gate: who asks, why, on what explanation, for which fields. Closed lists on purpose.
// The data catalogue (src/catalogue.ts) says which of these fields each purpose and role may see.
// SPDX-License-Identifier: Apache-2.0

/** A sealed field of a person, as the catalogue names it. */
export interface PersonRecord {
  name: string;
  birthYear: number;
  gender: "Male" | "Female" | "Others";
  photoIdType: string;
  photoIdLast4: string;
  /** Ten digits, or null for a person registered without a phone. */
  mobile: string | null;
  /** Linked by the person for travel; null until then. */
  passportNumber: string | null;
  /** Full date of birth, yyyy-mm-dd; only with a passport. */
  birthDate: string | null;
  doses: DoseDetails[];
  certificates: CertificateText[];
  aefi: AefiDetails[];
  /** Within an officer's ticket: only that ticket. */
  tickets: TicketText[];
  /** Within an officer's ticket: only that ticket's. */
  evidence: EvidenceText[];
  /** Within an officer's review: only that emergency. */
  emergencies: EmergencyText[];
}
export type Field = keyof PersonRecord;
/** What the log speaks of besides: the person's own list of looks, and whom the person let see the record. */
export type LoggedField = Field | "disclosures" | "consents" | InquiryField;
/** What an inquiry looks at; none of it opens a person's record. */
export type InquiryField = "inquiry" | "comparison" | "actors";

/** The sealed part of one vaccination. `enteredInError` doses stay in the history. */
export interface DoseDetails {
  vaccinationId: string;
  doseNumber: number;
  kind: "primary" | "precaution";
  product: string;
  lotNumber: string;
  givenOn: string;
  facilityId: string;
  facilityName: string;
  districtId: number;
  stateId: number;
  sessionId: string;
  vaccinatorId: string;
  vaccinatorName: string;
  enteredInError: boolean;
}
export interface CertificateText {
  certificateId: string;
  vaccinationId: string;
  /** The QR's text ("HC1:…"). */
  hcert: string;
  /** The same statement for other readers, by the name of the form ("cowin", "w3c", "health-card"). */
  forms?: Readonly<Record<string, string>>;
  issuedAt: string;
}
export interface AefiDetails {
  reportId: string;
  vaccinationId: string;
  severity: "minor" | "severe" | "serious";
  note: string;
  reportedAt: string;
}
/** What a ticket asks to be put right: of a person, of a passport, of one dose. Which of them, its kind says. */
export interface Wish
  extends Partial<Pick<PersonRecord, "name" | "birthYear" | "gender" | "photoIdType" | "photoIdLast4">>,
    Partial<Pick<DoseDetails, "vaccinationId" | "product" | "lotNumber" | "givenOn" | "facilityId">> {
  passportNumber?: string;
  birthDate?: string;
}
/** The sealed part of a ticket: what is asked, what stood before, and who said what when. */
export interface TicketText {
  ticketId: string;
  asked: Wish;
  /** The same fields as they stood when the ticket was accepted. */
  before?: Wish;
  steps: TicketStep[];
}
export interface TicketStep {
  at: string;
  by: "person" | "officer" | "rule";
  /** Of an officer: in which role and where; the name is nobody's business. */
  office?: { role: string; place: string | null };
  what:
    | "asked"
    | "reopened"
    | "withdrawn"
    | "proposed-accept"
    | "proposed-refuse"
    | "sent-back"
    | "accepted"
    | "refused";
  /** In the words of whoever took the step. */
  note: string;
}

/** A file that a person gave for a ticket: what it is, and the key under which it lies in vault.evidence. */
export interface EvidenceText {
  ticketId: string;
  /** From 1. */
  n: number;
  type: "image/jpeg" | "image/png" | "application/pdf";
  bytes: number;
  /** base64url */
  key: string;
}

/** Why staff opened the record of somebody who could show no code, in their own words. */
export interface EmergencyText {
  grantId: string;
  words: string;
}

/** Who asks. The recorder looks the sign-in up itself and takes role and organisation from the database. */
export type Actor =
  | { kind: "citizen"; signInId: string }
  | { kind: "staff"; signInId: string }
  | { kind: "partner"; keyId: string } // a key with the scope "records"; the consent says whose partner may look
  | { kind: "system"; service: "certificates" | "messages" | "erasure" };

export type Purpose =
  | "own-view" // the person, or the account that registered the person
  | "registration" // a new person, by themselves or by staff
  | "own-change" // booking, removal and other changes by the account
  | "check-in" // session-site staff, person present
  | "vaccination" // recording or voiding a dose
  | "aefi" // a first note of an adverse event
  | "certificate" // issuing a certificate after a dose
  | "consent" // the person lets a partner look
  | "consented-share" // a partner looks, as the person allowed
  | "consented-status" // a partner hears 0, 1 or 2, as the person allowed
  | "notice" // a message to the person
  | "correction" // a ticket about who the person is
  | "dose-correction" // a ticket about doses
  | "number-correction" // a ticket about the number a person is registered with
  | "break-glass" // an emergency at the session site, the person present without a code
  | "review" // a privacy officer looks at why somebody looked
  | "erasure" // a person's own request, on its day: the key goes, and with it everything
  | "breach-inquiry"; // two privacy officers find out whether and whence data leaked

/** Why it is right now; each is checked by the recorder against the database, not believed. */
export type Explanation =
  | { kind: "own-sign-in" } // citizen signed in, account holds the person
  | { kind: "appointment-here"; appointmentId: string } // checked in today at the actor's facility
  | { kind: "presence-code"; challengeId: string } // code sent to the person's phone, confirmed at this facility today
  | { kind: "facilitated"; accountId: string } // no phone: staff register a new person today
  | { kind: "dose-recorded"; vaccinationId: string } // within 30 days after a dose
  | { kind: "appointment-changed"; appointmentId: string } // notice about an appointment
  | { kind: "break-glass"; grantId: string } // asked for here, within 15 minutes, an hour once confirmed; or its review
  | { kind: "access-notice"; noticeId: string } // the person is told of a look at their record
  | { kind: "ticket"; ticketId: string } // assigned to this officer now; or a service that acts on its last step
  | { kind: "consent"; consentId: string } // granted to the actor, in force, and its looks not used up
  | { kind: "key-revoked"; reissueId: string } // a key that signed the person's certificate was stolen
  | { kind: "erasure-due"; erasureId: string } // asked for, not taken back, and nothing has to be kept any longer
  | { kind: "inquiry"; inquiryId: string }; // a breach inquiry opened by two privacy officers

/** What changes: whole records, each sealed in one box. */
export interface SealedValues {
  identity?: Pick<PersonRecord, "name" | "birthYear" | "gender" | "photoIdType" | "photoIdLast4">;
  /** A transit box made by `sealForTransit`; null for a person without a phone. */
  contact?: { transitBox: Buffer | null };
  dose?: DoseDetails;
  certificate?: CertificateText;
  aefi?: AefiDetails;
  passport?: { passportNumber: string; birthDate: string };
  ticket?: TicketText;
  evidence?: EvidenceText;
  emergency?: EmergencyText;
}
/** One sealed box, to be inserted into vault.records by the caller in its own transaction. */
export interface SealedBox {
  subjectId: string;
  record: string;
  version: number;
  box: Buffer;
}

/** One line of "who saw my record", opened for its subject. */
export interface DisclosureLine {
  /** Position in the disclosure log. */
  index: number;
  /** The person's own counter, from 0 without gaps. */
  counter: number;
  kind: "disclosure" | "change";
  at: Date;
  role: string;
  organisation: string;
  purpose: Purpose | "own-log";
  explanation: string;
  fields: string[];
  /** What the leaf commits to; with `salt` anyone can recompute the leaf. */
  entry: string;
  salt: string;
  tag: string;
}
