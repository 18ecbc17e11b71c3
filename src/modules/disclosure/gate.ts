// The gate: the only way to a person's data. It asks the recorder to write down who is about to see what of
// whom, and why; the opener opens what the log's receipt is for. No entry, no receipt; no receipt, no data.
// SPDX-License-Identifier: Apache-2.0
import type { JsonObject, Part } from "../../lib/certificate/index.js";
import type { Outcome, Refused } from "../../platform/errors.js";
import type {
  Actor,
  DisclosureLine,
  Explanation,
  Field,
  InquiryField,
  PersonRecord,
  Purpose,
  SealedBox,
  SealedValues,
} from "./types.js";

export type GateError =
  | "DISCLOSURE_NOT_ALLOWED" // policy or explanation says no; the miss is logged
  | "DISCLOSURE_BUDGET_SPENT" // more looks than the actor's hour or day holds (429, retry)
  | "DISCLOSURE_STOPPED" // too many refused attempts, or worse: until a privacy officer has looked
  | "DISCLOSURE_LOG_UNAVAILABLE"; // the log cannot take the entry: no log, no data (503, retry)

export interface DisclosureRequest<F extends Field> {
  actor: Actor;
  purpose: Purpose;
  explanation: Explanation;
  /** At most 50 people; each gets an entry of their own. */
  subjects: readonly string[];
  fields: readonly F[];
}

export interface SealRequest {
  actor: Actor;
  purpose: Purpose;
  explanation: Explanation;
  subject: string;
  /** True when the person does not exist yet: makes the person's key. */
  isNew?: boolean;
  values: SealedValues;
}

/** What a privacy officer says of a finding: it is explained, or it goes to the inquiry and its actor stays stopped. */
export type Decision = "explained" | "escalated";

export interface Gate {
  /** Logs, then opens. Fields without a value come back as null (name) or [] (lists). */
  disclose<F extends Field>(
    request: DisclosureRequest<F>,
  ): Promise<Outcome<ReadonlyMap<string, Pick<PersonRecord, F>>, GateError>>;
  /** Logs the change, then seals. Nothing is stored: the caller writes the boxes in its transaction with `putBoxes`. */
  seal(request: SealRequest): Promise<Outcome<SealedBox[], GateError>>;
  /** The person's own list, newest first. Reading it is itself an entry. `before`: only counters below it. */
  linesOf(request: {
    actor: Actor;
    subject: string;
    before?: number;
    limit?: number;
  }): Promise<Outcome<{ lines: DisclosureLine[]; total: number }, GateError>>;
  /** Keyed blind index of a phone number (ten digits): 16 bytes. Discloses nothing. */
  phoneIndex(mobile: string): Promise<Buffer>;
  /** Seals what a caller has just been given (a typed phone number, a message to it) so that it can wait in the database. */
  sealForTransit(content: TransitContent, lifetimeSeconds: number): Promise<Buffer>;
  /**
   * Opens a transit box: a message for delivery, or a number without text within ten minutes of its sealing (to send
   * another code). Expired or foreign boxes give undefined.
   */
  openTransit(box: Buffer): Promise<TransitContent | undefined>;
  /**
   * Logs the issuing with one digest over all parts, then signs each with the key it names, which must be the one that
   * signs now (ES256 as raw r||s).
   */
  signCertificate(request: SigningRequest): Promise<Outcome<{ signatures: Buffer[] }, GateError>>;
  /**
   * Logs which certificate goes to the wallet of which key, then makes it: an SD-JWT VC that says what the sealed course
   * credential says, bound to the key (a public P-256 JWK). `credential` is null when the certificate has no such form.
   */
  walletCredential(request: {
    actor: Extract<Actor, { kind: "citizen" }>;
    subject: string;
    certificateId: string;
    holderKey: JsonObject;
    /** RFC 7638, of the key. */
    thumbprint: string;
  }): Promise<Outcome<{ credential: string | null }, GateError>>;
  /**
   * Logs that the person lets a partner look, then signs the artefact (ES256) with a key of certificates that signs now:
   * `bytes` is the signing input of a JWS whose head says that it is a consent.
   */
  signConsent(request: {
    actor: Extract<Actor, { kind: "citizen" }>;
    subject: string;
    keyId: string;
    bytes: Uint8Array;
  }): Promise<Outcome<{ signature: Buffer }, GateError>>;
  /** The public halves of all keys that certificates were ever signed with, oldest first. */
  certificateKeys(): Promise<readonly CertificateKey[]>;
  /** A status list as the vault finds it in the database, signed in both forms. Names nobody. */
  statusList(request: StatusListRequest): Promise<SignedStatusList>;
  /**
   * A signed statement of somebody's vaccination status (JWS, compact): `status` 0, 1 or 2, `id` a UUID of the caller's,
   * `issuer` an origin.
   */
  signStatus(statement: { status: 0 | 1 | 2; id: string; issuer: string }): Promise<string>;
  /** The key that such statements verify with, as a JWK. */
  statusKey(): Promise<object>;
  /** Logs a privacy officer's decision on a finding, then makes it. Never on what the officer did. */
  decide(decision: {
    actor: Extract<Actor, { kind: "staff" }>;
    findingId: string;
    decision: Decision;
  }): Promise<Outcome<undefined, GateError>>;
  /** Logs an act on a breach inquiry, and gives the request by which the inquirer does it. Opens nothing. */
  recordInquiry(request: InquiryRequest): Promise<Outcome<InquiryPermit, GateError>>;
  /** Logs that people are invented, with a commitment to each, and says who they are; they are yet to be registered, each at the time in its id, within these minutes. */
  newCanaries(wish: { count: number; minutes: number }): Promise<Outcome<Canary[], GateError>>;
  /**
   * Logs the erasure, then deletes the person's key and everything sealed with it, at once and for good. The bucket's key
   * waits for its replacement from then on, so that backups lose it too (`keys`). `erased` is false when there was no key.
   */
  erase(request: { subject: string; erasureId: string }): Promise<Outcome<{ erased: boolean }, GateError>>;
  readonly keys: KeyDesk;
  close(): void;
}

/** An invented person whom nobody has a reason to look at; the vault knows them again by the id. */
export interface Canary {
  readonly beneficiaryId: string;
  readonly identity: Pick<PersonRecord, "name" | "birthYear" | "gender" | "photoIdType" | "photoIdLast4">;
}

export interface InquiryRequest {
  actor: Actor;
  inquiryId: string;
  act: "read" | "write";
  field: InquiryField;
  /** SHA-256, base64url, of what the entry commits to. */
  digest?: string;
}
/** The entry stands in the log, at `index`; the inquirer acts on it once. */
export interface InquiryPermit {
  readonly request: string;
  readonly index: number;
}

export interface SigningRequest {
  actor: Actor;
  /**
   * A certificate after a dose, by the certificate service; or a paper that its person asks for. The vault signs nothing
   * else under "own-change".
   */
  purpose?: "certificate" | "own-change";
  explanation: Explanation;
  subject: string;
  parts: readonly (Part & { readonly keyId: string })[];
}
export interface CertificateKey {
  /** The first 8 bytes of SHA-256 of the public key, in hex. */
  readonly keyId: string;
  readonly algorithm: "ES256" | "EdDSA";
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Buffer;
  /** The key's certificate by itself, DER; for ES256 keys. */
  readonly x509: Buffer | null;
  /** Null for the first key of its algorithm. */
  readonly signsFrom: Date | null;
  /** When its successor begins; null while there is none. */
  readonly signsUntil: Date | null;
  /** Since when it counts as stolen. */
  readonly revokedAt: Date | null;
}
/** What was issued from `signedFrom` to `revokedAt` bears the signature of a key that was stolen. */
export interface RevokedKey {
  readonly signedFrom: Date;
  readonly revokedAt: Date;
}
export interface StatusListRequest {
  readonly list: number;
  /** The names under which this installation issues. */
  readonly issuerUrl: string;
  readonly issuerDid: string;
}
export interface SignedStatusList {
  /** A Token Status List (JWT). */
  readonly token: string;
  /** A Bitstring Status List credential (JSON). */
  readonly credential: string;
  /** Places of revoked certificates. */
  readonly revoked: readonly number[];
}

/** What a step did. "busy": somebody else is at it. "done": nothing is left. */
export type KeyStep =
  | { readonly did: "rewrapped"; readonly people: number; readonly bucket: number }
  | { readonly did: "destroyed"; readonly bucket: number; readonly epoch: number }
  | { readonly did: "house-made"; readonly epoch: number }
  | { readonly did: "root-made"; readonly epoch: number }
  | { readonly did: "root-rewrapped"; readonly buckets: number }
  | { readonly did: "root-destroyed"; readonly epoch: number }
  | { readonly did: "busy" | "done" };

export interface BucketStatus {
  readonly bucket: number;
  readonly epoch: number;
  readonly people: number;
  /** Instants in ISO 8601. */
  readonly createdAt: string;
  /** Since when it waits to be replaced. */
  readonly rotateSince: string | null;
  /** The epoch of the root key that wraps it. */
  readonly rootEpoch: number;
}
export interface KeyStatus {
  /** Epochs of the root key that still unwrap, oldest first. */
  readonly rootEpochs: readonly number[];
  /** Living epochs of bucket keys; bucket 0 is the house's. */
  readonly buckets: readonly BucketStatus[];
  /** Bucket keys that are gone here but not yet for a backup: the root key that had wrapped them lives. */
  readonly destroyedUnderLivingRoot: number;
}

/** Throws FramesUnavailable when the vault, or the root key behind it, does not answer. */
export interface KeyDesk {
  status(): Promise<KeyStatus>;
  /** One step of what waits, in a transaction of its own. */
  step(): Promise<KeyStep>;
  /** Marks every bucket key as one to be replaced, unless a rotation is under way. Gives how many wait. */
  markAll(): Promise<number>;
  /** Makes the next epoch of the root key; gives its number. */
  nextRoot(): Promise<number>;
  /** A certificate key was stolen: it signs nothing from now on, and another one does. Undefined for a key that is not ours. */
  revokeCertificateKey(keyId: string): Promise<RevokedKey | undefined>;
  close(): void;
}

/** `mobile` ten digits; `text` what to send, absent when the box only carries the number. */
export interface TransitContent {
  mobile: string;
  text?: string;
}

export type GateRefused = Refused<GateError>;
