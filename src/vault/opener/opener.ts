// The opener holds the keys and opens nothing without the log's receipt: its signed word that it has taken an entry
// about this person, these fields, this purpose. It has no log key, so it cannot write its own permission.
// SPDX-License-Identifier: Apache-2.0
import { createHmac, type KeyObject } from "node:crypto";
import { type JsonObject, thumbprintOfJwk } from "../../lib/certificate/index.js";
import { nodePrimitives } from "../../lib/certificate/node-primitives.js";
import { digestOfParts } from "../../lib/certificate/parts-digest.js";
import { digestOfWallet } from "../../lib/certificate/wallet-digest.js";
import type { StatusListRequest } from "../../modules/disclosure/gate.js";
import type { Field, PersonRecord, SealedValues } from "../../modules/disclosure/types.js";
import type { Clock } from "../../platform/clock.js";
import type { Db } from "../../platform/db/db.js";
import type { Message } from "../../platform/frames/index.js";
import { subkey } from "../box.js";
import type { Entry } from "../entry.js";
import { gathered } from "../gather.js";
import { type Permit, type Permits, ReceiptRefused } from "../permits.js";
import type { Buckets } from "./buckets.js";
import { certificateKeys } from "./certificate-keys.js";
import { isPaper } from "./copies.js";
import { keyWorkOf } from "./key-work.js";
import { linesOf, maxLines } from "./lines.js";
import { peopleOf } from "./people.js";
import { newestRecords, openFields, type RecordsWanted, recordsOf, sealRecords } from "./records.js";
import type { Rotation } from "./rotation.js";
import { entrySealer } from "./seal-entries.js";
import { signedStatusList } from "./status-list.js";
import { type StatusWish, statusSigner } from "./status-statement.js";
import { isMobile, transitWith } from "./transit.js";
import { walletCredential } from "./wallet.js";

export interface OpenerKeys {
  readonly index: KeyObject;
  readonly transit: KeyObject;
  readonly pseudonym: KeyObject;
  readonly channel: KeyObject;
}
export interface OpenerParts {
  readonly db: Db;
  readonly keys: OpenerKeys;
  readonly buckets: Buckets;
  readonly rotation: Rotation;
  readonly permits: Permits;
  readonly clock: Clock;
  readonly onFailure: (error: unknown) => void;
}

const primitives = nodePrimitives();
const refusedReceipt: Message = {
  head: { ok: false, code: "RECEIPT_REFUSED" },
  blobs: [],
};
const reply = (head: object, ...blobs: Buffer[]): Message => ({
  head: { ok: true, ...head },
  blobs,
});

/** What a request permits, all of the asked kind: a permission to see is none to change, and the other way round. */
function permitted(permits: Permits, request: unknown, isRight: (entry: Entry) => boolean): readonly Permit[] {
  const all = permits.use(request);
  if (!all.every(({ entry }) => isRight(entry))) throw new ReceiptRefused("the entry is of something else");
  return all;
}

function permittedOne(permits: Permits, request: unknown, isRight: (entry: Entry) => boolean): Permit {
  const [one, ...more] = permitted(permits, request, isRight);
  if (!one || more.length > 0) throw new ReceiptRefused("the request is about several people");
  return one;
}

/** An officer who works on one ticket or emergency sees that one, with its evidence, and no other of the person. */
function isWithin({ explanation, reference }: Entry, record: string): boolean {
  const [kind, id = ""] = record.split("/");
  if (explanation === "break-glass") return kind !== "emergency" || id === reference;
  if (explanation !== "ticket" || reference === undefined) return true;
  return kind === "evidence" ? id.startsWith(`${reference}-`) : kind !== "ticket" || id === reference;
}

/** One key signs certificates and consents: what is signed as a consent says so in its head, and is nothing else. */
function isConsentToken(bytes: Buffer): boolean {
  const head = /^([\w-]+)\.[\w-]+$/.exec(bytes.toString("latin1"))?.[1];
  return head !== undefined && consentHead.test(Buffer.from(head, "base64url").toString());
}
const consentHead = /^\{"typ":"sakshi-consent\+jwt","alg":"ES256","kid":"[\w-]{43}"\}$/;

export function opener(parts: OpenerParts): (message: Message) => Promise<Message> {
  const { db, keys, buckets, permits, clock, onFailure } = parts;
  const people = peopleOf(db, buckets, onFailure);
  const keyWork = keyWorkOf(parts);
  const sealer = entrySealer(people, permits, { channel: keys.channel, buckets });
  const transit = transitWith(keys.transit, clock);
  const statements = statusSigner(keys.index, clock);
  const recordsFor = gathered((wanted: readonly RecordsWanted[]) => newestRecords(db, wanted));
  const phoneKey = subkey(keys.index, "vr/index/phone/v1");
  const certificates = certificateKeys(db, buckets, clock);

  async function open(head: { request: unknown }): Promise<Message> {
    const all = permitted(
      permits,
      head.request,
      ({ kind, purpose, digest }) =>
        kind === "disclosure" && purpose !== "own-log" && purpose !== "breach-inquiry" && digest === undefined,
    );
    const subjects = all.map(({ entry }) => entry.subject);
    const fields = [...new Set(all.flatMap(({ entry }) => entry.fields as Field[]))];
    const rows = await recordsFor({ subjects, fields });
    const opened: { subject: string; person: Partial<PersonRecord> }[] = all.map(({ entry, keys: own }) => {
      const held = (rows.get(entry.subject) ?? []).filter((row) => isWithin(entry, row.record));
      return {
        subject: entry.subject,
        person: openFields(own, held, entry.fields as Field[], entry.doseDates),
      };
    });
    return reply({ people: opened });
  }

  async function seal(head: { request: unknown; values: SealedValues }, blobs: readonly Buffer[]): Promise<Message> {
    const { entry, keys: own } = permittedOne(
      permits,
      head.request,
      ({ kind, purpose, digest }) => kind === "change" && purpose !== "erasure" && digest === undefined,
    );
    const [contactBox] = blobs;
    const contact = contactBox ? transit.open(contactBox) : undefined;
    if (contactBox && !contact) return { head: { ok: false, code: "TRANSIT_BOX_REFUSED" }, blobs: [] };
    const records = recordsOf(head.values, head.values.contact ? (contact?.mobile ?? null) : undefined);
    const filled = new Set<string>(records.flatMap((record) => record.fields));
    if (filled.size !== entry.fields.length || !entry.fields.every((field) => filled.has(field))) {
      throw new ReceiptRefused("the entry is of other fields");
    }
    const boxes = await sealRecords(db, own, entry.subject, records);
    return reply(
      {
        boxes: boxes.map(({ subjectId, record, version }) => ({
          subjectId,
          record,
          version,
        })),
      },
      ...boxes.map(({ box }) => box),
    );
  }

  async function lines(head: { request: unknown; before?: number; limit?: number }): Promise<Message> {
    const { entry, keys: own } = permittedOne(
      permits,
      head.request,
      ({ kind, purpose }) => kind === "disclosure" && purpose === "own-log",
    );
    const limit = Math.min(Math.max(Math.trunc(head.limit ?? maxLines), 1), maxLines);
    const page = { subject: entry.subject, before: head.before, limit };
    return reply(await linesOf(db, keys.pseudonym, own, page));
  }

  async function signCertificate(
    head: { request: unknown; parts: readonly { algorithm: "ES256" | "EdDSA"; keyId: string }[] },
    blobs: readonly Buffer[],
  ): Promise<Message> {
    if (!Array.isArray(head.parts) || head.parts.length === 0 || head.parts.length !== blobs.length)
      throw new ReceiptRefused("nothing to sign");
    const parts = head.parts.map(({ algorithm, keyId }, at) => ({ algorithm, keyId, bytes: blobs[at]! }));
    const digest = digestOfParts(parts);
    permittedOne(
      permits,
      head.request,
      ({ kind, purpose, digest: logged }) =>
        kind === "change" &&
        logged === digest &&
        (purpose === "certificate" || (purpose === "own-change" && parts.every(({ bytes }) => isPaper(bytes)))),
    );
    const signatures: Buffer[] = [];
    for (const { keyId, algorithm, bytes } of parts) {
      const signature = await certificates.sign(keyId, algorithm, bytes);
      if (!signature) return { head: { ok: false, code: "KEY_REFUSED" }, blobs: [] };
      signatures.push(signature);
    }
    return reply({}, ...signatures);
  }

  async function signConsent({ request, keyId }: { request: unknown; keyId: string }, [bytes]: readonly Buffer[]) {
    if (!bytes || !isConsentToken(bytes)) throw new ReceiptRefused("nothing to sign");
    const digest = digestOfParts([{ algorithm: "ES256", keyId, bytes }]);
    permittedOne(
      permits,
      request,
      (entry) => entry.kind === "change" && entry.purpose === "consent" && entry.digest === digest,
    );
    const signature = await certificates.sign(keyId, "ES256", bytes);
    return signature ? reply({}, signature) : { head: { ok: false, code: "KEY_REFUSED" }, blobs: [] };
  }

  /** The entry names the certificate and the wallet's key by its digest; it opens nothing else. */
  async function forWallet({
    request,
    certificateId,
    holderKey,
  }: {
    request: unknown;
    certificateId: string;
    holderKey: JsonObject;
  }): Promise<Message> {
    const thumbprint = await thumbprintOfJwk(holderKey, primitives);
    if (thumbprint === undefined) throw new ReceiptRefused("no key of a wallet");
    const digest = digestOfWallet(certificateId, thumbprint);
    const { entry, keys: own } = permittedOne(
      permits,
      request,
      ({ kind, purpose, fields, digest: logged }) =>
        kind === "disclosure" && purpose === "own-view" && fields.join() === "certificates" && logged === digest,
    );
    const rows = await recordsFor({ subjects: [entry.subject], fields: ["certificates"] });
    const { certificates: held = [] } = openFields(own, rows.get(entry.subject) ?? [], ["certificates"]);
    const certificate = held.find((one) => one.certificateId === certificateId);
    const credential = certificate && (await walletCredential(certificate, holderKey, certificates, clock()));
    return reply(credential === undefined ? {} : { credential });
  }

  /** For the inquirer, which holds no public key of the log: the entry that a request was written for. Opens nothing. */
  function inquiryPermit({ request }: { request: unknown }): Message {
    return reply({ entry: permittedOne(permits, request, ({ purpose }) => purpose === "breach-inquiry").entry });
  }

  async function listKeys(): Promise<Message> {
    const all = await certificates.all();
    const named = all.map(({ publicKey: _bytes, x509: _certificate, ...key }) => key);
    return reply({ keys: named }, ...all.flatMap(({ publicKey, x509 }) => [publicKey, x509 ?? Buffer.alloc(0)]));
  }

  async function statusList(request: StatusListRequest): Promise<Message> {
    const { token, credential, revoked } = await signedStatusList(db, certificates, clock(), request);
    return reply({ revoked }, Buffer.from(token, "utf8"), Buffer.from(credential, "utf8"));
  }

  function phoneIndex({ mobile }: { mobile: unknown }): Message {
    if (!isMobile(mobile)) throw new Error("not a mobile number");
    return reply({}, createHmac("sha256", phoneKey).update(`+91${mobile}`).digest().subarray(0, 16));
  }

  function openTransit([box]: readonly Buffer[]): Message {
    const content = box && transit.handBack(box);
    return reply(content ? { content } : {});
  }

  async function answer({ head, blobs }: Message): Promise<Message> {
    const request = head as { op: string };
    switch (request.op) {
      case "seal-entries":
        return reply({}, await sealer.seal(blobs[0] ?? Buffer.alloc(0), blobs[1] ?? Buffer.alloc(0)));
      case "taken":
        permits.taken((head as { note: string }).note, blobs[0] ?? Buffer.alloc(0));
        return reply({});
      case "open":
        return open(head as Parameters<typeof open>[0]);
      case "seal":
        return seal(head as Parameters<typeof seal>[0], blobs);
      case "lines":
        return lines(head as Parameters<typeof lines>[0]);
      case "sign-certificate":
        return signCertificate(head as Parameters<typeof signCertificate>[0], blobs);
      case "wallet-credential":
        return forWallet(head as Parameters<typeof forWallet>[0]);
      case "sign-consent":
        return signConsent(head as Parameters<typeof signConsent>[0], blobs);
      case "phone-index":
        return phoneIndex(head as { mobile: unknown });
      case "seal-for-transit": {
        const { mobile, text, lifetimeSeconds } = head as {
          mobile: string;
          text?: string;
          lifetimeSeconds: number;
        };
        return reply({}, transit.seal(text === undefined ? { mobile } : { mobile, text }, lifetimeSeconds));
      }
      case "open-transit":
        return openTransit(blobs);
      case "certificate-keys":
        return listKeys();
      case "certificate-key-revoke":
        return reply({ revoked: await certificates.revoke(String((head as { keyId?: unknown }).keyId)) });
      case "inquiry-permit":
        return inquiryPermit(head as { request: unknown });
      case "status-list":
        return statusList(head as unknown as StatusListRequest);
      case "sign-status":
        return reply({ jws: statements.sign(head as StatusWish) });
      case "status-key":
        return reply({ jwk: statements.jwk });
      case "erase": {
        const isErasure = ({ kind, purpose }: Entry) => kind === "change" && purpose === "erasure";
        const { entry } = permittedOne(permits, (head as { request: unknown }).request, isErasure);
        return reply(await keyWork.erase(entry.subject));
      }
      default:
        return reply(await keyWork.answer(request.op));
    }
  }

  return async (message) => {
    try {
      return await answer(message);
    } catch (error) {
      if (error instanceof ReceiptRefused) return refusedReceipt;
      throw error;
    }
  };
}
