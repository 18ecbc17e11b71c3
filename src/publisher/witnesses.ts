// Asks the witnesses of a policy to cosign, each for at most a second. A witness that is away, hangs, lies or has
// another key is named and left out: none holds up publication. What a witness says of this log counts only when it
// shows this log's own signature for it; then it counts more than our files.
// SPDX-License-Identifier: Apache-2.0
import {
  type Checkpoint,
  consistencyFromTiles,
  type FetchTile,
  formatSignature,
  formatWitnessRequest,
  type NoteVerifier,
  openCheckpoint,
  openNote,
  type Policy,
  type PolicyWitness,
  rootFromTiles,
  splitNote,
  TlogError,
  witnessViewPath,
} from "../lib/tlog/index.js";
import { callWitness, EndlessAnswer } from "./call-witness.js";
import { ForkedLog } from "./files.js";
import type { Claim } from "./standing.js";

export type WitnessFault =
  | "WITNESS_TIMEOUT"
  | "WITNESS_UNREACHABLE"
  | "WITNESS_DOES_NOT_KNOW_THIS_LOG"
  | "WITNESS_DOES_NOT_TRUST_OUR_KEY"
  | "WITNESS_CLAIM_UNPROVEN"
  | "WITNESS_KEY_OR_SIGNATURE_WRONG"
  | "WITNESS_ANSWER_WRONG";

/** What is wrong with one witness. Its name, as in the policy, is part of the code, which is what logs show. */
export class WitnessTrouble extends Error {
  override name = "WitnessTrouble";
  readonly code: string;
  constructor(fault: WitnessFault, witness: string) {
    super(`witness ${witness}: ${fault}`);
    this.code = `${fault} ${witness}`;
  }
}

export interface Signed {
  readonly note: string;
  readonly checkpoint: Checkpoint;
  readonly fetchTile: FetchTile;
}
export interface Witnesses {
  /** What witnesses show of this log, as far as this log has signed it. */
  views(): Promise<Claim[]>;
  /** The cosignatures that come in at once, as lines for the note. Throws ForkedLog when a witness proves a fork. */
  cosign(signed: Signed): Promise<string>;
  /** When each witness last cosigned, by `performance.now()`. */
  readonly cosigned: ReadonlyMap<string, number>;
}

const patienceMs = 1_000;
const longestPauseMs = 30_000;

interface Reached extends PolicyWitness {
  readonly url: string;
  /** What it has last seen, as far as we know. */
  size: number;
  failures: number;
  notBefore: number;
}

export function witnessesOf(
  policy: Pick<Policy, "witnesses">,
  log: NoteVerifier,
  onTrouble: (error: unknown) => void,
): Witnesses {
  const reached = policy.witnesses.flatMap((witness): Reached[] =>
    witness.url === undefined ? [] : [{ ...witness, url: witness.url, size: 0, failures: 0, notBefore: 0 }],
  );

  const cosigned = new Map<string, number>();

  async function viewOf({ name, url }: Reached, signal: AbortSignal): Promise<Claim | undefined> {
    const { status, body } = await callWitness(`${url}/${witnessViewPath(log.name)}`, { signal });
    if (status !== 200) return undefined;
    const { size, root } = openCheckpoint(body, log.name, [log]);
    return { known: `were seen by the witness ${name}, signed with this log's key`, size, root };
  }

  /** Ends with an error in any case: the fork when the witness can prove it, the witness's own fault when not. */
  async function demandProof(witness: Reached, { checkpoint, fetchTile }: Signed, signal: AbortSignal): Promise<never> {
    const view = await viewOf(witness, signal);
    if (view && view.size > checkpoint.size)
      throw new ForkedLog(`this log has ${checkpoint.size} entries, and ${view.size} ${view.known}: it was restored`);
    if (view && !(await rootFromTiles({ size: view.size, checkpoint, fetchTile })).equals(view.root))
      throw new ForkedLog(`history has forked: the first ${view.size} entries are not those that ${view.known}`);
    throw new WitnessTrouble("WITNESS_CLAIM_UNPROVEN", witness.name);
  }

  async function ask(witness: Reached, signed: Signed, signal: AbortSignal): Promise<string> {
    const { note, checkpoint, fetchTile } = signed;
    for (let isSecond = false; ; isSecond = true) {
      const oldSize = Math.min(witness.size, checkpoint.size);
      const root = await rootFromTiles({ size: oldSize, checkpoint, fetchTile });
      const from = { origin: checkpoint.origin, size: oldSize, root };
      const proof = await consistencyFromTiles({ from, to: checkpoint, fetchTile });
      const body = formatWitnessRequest({ oldSize, proof, note });
      const answer = await callWitness(`${witness.url}/add-checkpoint`, { signal, body });
      if (answer.status === 200) {
        witness.size = checkpoint.size;
        const cosignature = cosignatureIn(note, answer.body, witness);
        cosigned.set(witness.name, performance.now());
        return cosignature;
      }
      const seen = answer.status === 409 ? sizeIn(answer.body) : undefined;
      const isDispute = answer.status === 422 || (seen !== undefined && (seen > checkpoint.size || seen === oldSize));
      if (isDispute) return demandProof(witness, signed, signal);
      if (seen === undefined || isSecond) throw new WitnessTrouble(faultOf(answer.status), witness.name);
      witness.size = seen;
    }
  }

  /** The work's result, or undefined and the witness's fault told. */
  async function within<T>(witness: Reached, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    const signal = AbortSignal.timeout(patienceMs);
    try {
      const result = await work(signal);
      witness.failures = 0;
      return result;
    } catch (error) {
      if (error instanceof ForkedLog) throw error;
      onTrouble(troubleOf(error, witness.name, signal));
      witness.failures++;
      // Whoever fails twice is asked less often, so that a dead witness does not slow down each checkpoint.
      const pauseMs = witness.failures < 2 ? 0 : Math.min(1000 * 2 ** (witness.failures - 2), longestPauseMs);
      witness.notBefore = performance.now() + pauseMs;
      return undefined;
    }
  }

  return {
    cosigned,
    async views() {
      const views = await Promise.all(reached.map((one) => within(one, (signal) => viewOf(one, signal))));
      return views.filter((view) => view !== undefined);
    },
    async cosign(signed) {
      const { signatures } = splitNote(signed.note);
      const missing = reached.filter(
        ({ verifier, notBefore }) =>
          performance.now() >= notBefore && !signatures.some(({ keyId }) => keyId.equals(verifier.keyId)),
      );
      const lines = await Promise.all(missing.map((one) => within(one, (signal) => ask(one, signed, signal))));
      return lines.join("");
    },
  };
}

function cosignatureIn(note: string, answer: string, { name, verifier }: Reached): string {
  try {
    return formatSignature(openNote(note + answer, [verifier]).verified[0]!);
  } catch (error) {
    if (!(error instanceof TlogError)) throw error;
    throw new WitnessTrouble("WITNESS_KEY_OR_SIGNATURE_WRONG", name);
  }
}

function sizeIn(body: string): number | undefined {
  return /^(0|[1-9]\d{0,14})\n$/.test(body) ? Number(body) : undefined;
}

function faultOf(status: number): WitnessFault {
  if (status === 404) return "WITNESS_DOES_NOT_KNOW_THIS_LOG";
  if (status === 403) return "WITNESS_DOES_NOT_TRUST_OUR_KEY";
  return "WITNESS_ANSWER_WRONG";
}

function troubleOf(error: unknown, name: string, signal: AbortSignal): WitnessTrouble {
  if (error instanceof WitnessTrouble) return error;
  if (error instanceof EndlessAnswer) return new WitnessTrouble("WITNESS_ANSWER_WRONG", name);
  if (signal.aborted) return new WitnessTrouble("WITNESS_TIMEOUT", name);
  // A view that this log has not signed: anybody could have written it.
  if (error instanceof TlogError) return new WitnessTrouble("WITNESS_CLAIM_UNPROVEN", name);
  return new WitnessTrouble("WITNESS_UNREACHABLE", name);
}
