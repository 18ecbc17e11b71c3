// The gate over the vault's two sockets: recorder first, then the opener, which has the log's receipt by then.
// Holds no key and keeps nothing.
// Whatever goes wrong on the way is one answer: the log is unavailable, and there is no data.
// SPDX-License-Identifier: Apache-2.0
import { digestOfParts } from "../../lib/certificate/parts-digest.js";
import { digestOfWallet } from "../../lib/certificate/wallet-digest.js";
import { done, type Outcome, refused } from "../../platform/errors.js";
import { connectFrames, FramesUnavailable, type Message } from "../../platform/frames/index.js";
import { uuidv7 } from "../../platform/random.js";
import { everyField } from "./every-field.js";
import type { Canary, CertificateKey, Gate, GateError, TransitContent } from "./gate.js";
import { connectKeyDesk } from "./key-desk.js";
import type {
  Actor,
  DisclosureLine,
  Explanation,
  Field,
  LoggedField,
  PersonRecord,
  Purpose,
  SealedBox,
  SealedValues,
} from "./types.js";

const maxSubjects = 50;

interface Asking {
  act: "read" | "write";
  actor: Actor;
  purpose: Purpose | "own-log";
  explanation: Explanation;
  subjects: readonly string[];
  fields: readonly LoggedField[];
  isNew?: boolean;
  digest?: string;
}
type RecorderAnswer = { ok: true; index: number } | { ok: false; code: GateError; seconds?: number };
type OpenerAnswer<T> = ({ ok: true } & T) | { ok: false; code: string };

/** A key as it crosses the socket, without its bytes. */
type StoredKey = Pick<CertificateKey, "keyId" | "algorithm"> & {
  readonly signsFrom: string | null;
  readonly signsUntil: string | null;
  readonly revokedAt: string | null;
};

const noBlobs: readonly Buffer[] = [];

export interface GateOptions {
  readonly recorderSocket: string;
  readonly openerSocket: string;
  /** Longest wait for each of the two. */
  readonly deadlineMs?: number;
}

export function connectGate({ recorderSocket, openerSocket, deadlineMs = 2_000 }: GateOptions): Gate {
  const recorder = connectFrames(recorderSocket, { deadlineMs });
  const opener = connectFrames(openerSocket, { deadlineMs });
  const keys = connectKeyDesk(openerSocket);

  async function record(request: string, asking: Asking): Promise<RecorderAnswer> {
    const head = { request, isNew: false, ...asking };
    return (await recorder.call({ head, blobs: noBlobs })).head as RecorderAnswer;
  }

  async function ask<T>(head: object, blobs = noBlobs): Promise<{ head: OpenerAnswer<T>; blobs: readonly Buffer[] }> {
    const answer: Message = await opener.call({ head, blobs });
    return { head: answer.head as OpenerAnswer<T>, blobs: answer.blobs };
  }

  /** Something for the log that is about nobody. */
  async function tell<T = object>(head: object): Promise<Outcome<T, GateError>> {
    try {
      const { head: answer } = await recorder.call({ head: { request: uuidv7(), ...head }, blobs: noBlobs });
      const told = answer as RecorderAnswer;
      return told.ok ? done(answer as T) : refused(told.code);
    } catch (error) {
      if (error instanceof FramesUnavailable) return refused("DISCLOSURE_LOG_UNAVAILABLE");
      throw error;
    }
  }

  /** Logs, then does what the entry permits: the opener knows by the request's id that the log has it. */
  async function onceLogged<T>(
    asking: Asking,
    act: (request: string) => Promise<T | undefined>,
  ): Promise<Outcome<T, GateError>> {
    const request = uuidv7();
    try {
      const written = await record(request, asking);
      if (!written.ok) return refused(written.code, written.seconds ? { seconds: written.seconds } : undefined);
      const value = await act(request);
      return value === undefined ? refused("DISCLOSURE_LOG_UNAVAILABLE") : done(value);
    } catch (error) {
      if (error instanceof FramesUnavailable) return refused("DISCLOSURE_LOG_UNAVAILABLE");
      throw error;
    }
  }

  return {
    async disclose<F extends Field>({
      actor,
      purpose,
      explanation,
      subjects,
      fields,
    }: Parameters<Gate["disclose"]>[0] & { fields: readonly F[] }) {
      if (subjects.length > maxSubjects) throw new RangeError("at most 50 people at once");
      const people = [...new Set(subjects)];
      if (people.length === 0) return done(new Map<string, Pick<PersonRecord, F>>());
      const asking: Asking = {
        act: "read",
        actor,
        purpose,
        explanation,
        subjects: people,
        fields,
      };
      return onceLogged(asking, async (request) => {
        const { head } = await ask<{
          people: { subject: string; person: Pick<PersonRecord, F> }[];
        }>({ op: "open", request });
        return head.ok ? new Map(head.people.map(({ subject, person }) => [subject, person])) : undefined;
      });
    },

    seal({ actor, purpose, explanation, subject, isNew = false, values }) {
      const { contact, ...rest } = values;
      const asking: Asking = {
        act: "write",
        actor,
        purpose,
        explanation,
        subjects: [subject],
        fields: fieldsOf(values),
        isNew,
      };
      return onceLogged(asking, async (request) => {
        const sent = {
          op: "seal",
          request,
          values: contact ? { ...rest, contact: {} } : rest,
        };
        const { head, blobs } = await ask<{ boxes: Omit<SealedBox, "box">[] }>(
          sent,
          contact?.transitBox ? [contact.transitBox] : noBlobs,
        );
        if (!head.ok) return undefined;
        return head.boxes.map((box, at) => ({ ...box, box: blobs[at]! }));
      });
    },

    linesOf({ actor, subject, before, limit }) {
      const asking: Asking = {
        act: "read",
        actor,
        purpose: "own-log",
        explanation: { kind: "own-sign-in" },
        subjects: [subject],
        fields: ["disclosures"],
      };
      return onceLogged(asking, async (request) => {
        const { head } = await ask<{
          lines: (Omit<DisclosureLine, "at"> & { at: string })[];
          total: number;
        }>({ op: "lines", request, before, limit });
        return head.ok
          ? {
              lines: head.lines.map((line) => ({
                ...line,
                at: new Date(line.at),
              })),
              total: head.total,
            }
          : undefined;
      });
    },

    async recordInquiry({ actor, inquiryId, act, field, digest }) {
      const request = uuidv7();
      const explanation = { kind: "inquiry" as const, inquiryId };
      const subjects = [inquiryId];
      const asking: Asking = { act, actor, purpose: "breach-inquiry", explanation, subjects, fields: [field] };
      try {
        const written = await record(request, digest === undefined ? asking : { ...asking, digest });
        return written.ok ? done({ request, index: written.index }) : refused(written.code);
      } catch (error) {
        if (error instanceof FramesUnavailable) return refused("DISCLOSURE_LOG_UNAVAILABLE");
        throw error;
      }
    },

    async phoneIndex(mobile) {
      const { blobs } = await ask({ op: "phone-index", mobile });
      return blobs[0]!;
    },

    async sealForTransit({ mobile, text }, lifetimeSeconds) {
      const { blobs } = await ask({
        op: "seal-for-transit",
        mobile,
        text,
        lifetimeSeconds,
      });
      return blobs[0]!;
    },

    async openTransit(box) {
      const { head } = await ask<{ content?: TransitContent }>({ op: "open-transit" }, [box]);
      return head.ok ? head.content : undefined;
    },

    signCertificate({ actor, purpose = "certificate", explanation, subject, parts }) {
      const asking: Asking = {
        act: "write",
        actor,
        purpose,
        explanation,
        subjects: [subject],
        fields: ["certificates"],
        digest: digestOfParts(parts),
      };
      return onceLogged(asking, async (request) => {
        const named = parts.map(({ algorithm, keyId }) => ({ algorithm, keyId }));
        const bytes = parts.map((part) => Buffer.from(part.bytes));
        const { head, blobs } = await ask({ op: "sign-certificate", request, parts: named }, bytes);
        return head.ok && blobs.length === parts.length ? { signatures: [...blobs] } : undefined;
      });
    },

    walletCredential({ actor, subject, certificateId, holderKey, thumbprint }) {
      const asking: Asking = {
        act: "read",
        actor,
        purpose: "own-view",
        explanation: { kind: "own-sign-in" },
        subjects: [subject],
        fields: ["certificates"],
        digest: digestOfWallet(certificateId, thumbprint),
      };
      return onceLogged(asking, async (request) => {
        const wish = { op: "wallet-credential", request, certificateId, holderKey };
        const { head } = await ask<{ credential?: string }>(wish);
        return head.ok ? { credential: head.credential ?? null } : undefined;
      });
    },

    signConsent({ actor, subject, keyId, bytes }) {
      const asking: Asking = {
        act: "write",
        actor,
        purpose: "consent",
        explanation: { kind: "own-sign-in" },
        subjects: [subject],
        fields: ["consents"],
        digest: digestOfParts([{ algorithm: "ES256", keyId, bytes }]),
      };
      return onceLogged(asking, async (request) => {
        const { head, blobs } = await ask({ op: "sign-consent", request, keyId }, [Buffer.from(bytes)]);
        return head.ok && blobs[0] ? { signature: blobs[0] } : undefined;
      });
    },

    async certificateKeys() {
      const { head, blobs } = await ask<{ keys: StoredKey[] }>({ op: "certificate-keys" });
      if (!head.ok) throw new Error("the vault gives no keys");
      return head.keys.map(({ signsFrom, signsUntil, revokedAt, ...key }, at) => ({
        ...key,
        publicKey: blobs[2 * at]!,
        x509: blobs[2 * at + 1]!.length > 0 ? blobs[2 * at + 1]! : null,
        signsFrom: signsFrom === null ? null : new Date(signsFrom),
        signsUntil: signsUntil === null ? null : new Date(signsUntil),
        revokedAt: revokedAt === null ? null : new Date(revokedAt),
      }));
    },

    async statusList(request) {
      const { head, blobs } = await ask<{ revoked: number[] }>({ op: "status-list", ...request });
      if (!head.ok) throw new Error("the vault gives no status list");
      return { token: blobs[0]!.toString("utf8"), credential: blobs[1]!.toString("utf8"), revoked: head.revoked };
    },

    async signStatus(statement) {
      const { head } = await ask<{ jws: string }>({ op: "sign-status", ...statement });
      if (!head.ok) throw new Error("the opener refused a statement");
      return head.jws;
    },

    async statusKey() {
      const { head } = await ask<{ jwk: object }>({ op: "status-key" });
      if (!head.ok) throw new Error("the opener has no key of statements");
      return head.jwk;
    },

    async decide(decision) {
      const answer = await tell({ op: "decide", ...decision });
      return answer.ok ? done(undefined) : answer;
    },

    async newCanaries(wish) {
      const answer = await tell<{ canaries: Canary[] }>({ op: "new-canaries", ...wish });
      return answer.ok ? done(answer.value.canaries) : answer;
    },

    erase({ subject, erasureId }) {
      const asking: Asking = {
        act: "write",
        actor: { kind: "system", service: "erasure" },
        purpose: "erasure",
        explanation: { kind: "erasure-due", erasureId },
        subjects: [subject],
        fields: everyField,
      };
      return onceLogged(asking, async (request) => {
        const { head } = await ask<{ erased: boolean }>({ op: "erase", request });
        return head.ok ? { erased: head.erased } : undefined;
      });
    },

    keys,

    close() {
      recorder.close();
      opener.close();
      keys.close();
    },
  };
}

/** The fields that a change writes: the log speaks of fields, whichever record holds them. */
function fieldsOf(values: SealedValues): Field[] {
  return [
    ...(values.identity ? (["name", "birthYear", "gender", "photoIdType", "photoIdLast4"] as const) : []),
    ...(values.contact ? (["mobile"] as const) : []),
    ...(values.dose ? (["doses"] as const) : []),
    ...(values.certificate ? (["certificates"] as const) : []),
    ...(values.aefi ? (["aefi"] as const) : []),
    ...(values.passport ? (["passportNumber", "birthDate"] as const) : []),
    ...(values.ticket ? (["tickets"] as const) : []),
    ...(values.evidence ? (["evidence"] as const) : []),
    ...(values.emergency ? (["emergencies"] as const) : []),
  ];
}
