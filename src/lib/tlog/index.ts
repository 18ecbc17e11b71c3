// A transparency log in C2SP formats: tree, proofs, tiles, notes, checkpoints, receipts. Pure functions on
// node:crypto and nothing else; this folder can be lifted out and used elsewhere as it is.
// Does no I/O, holds no key and knows no clock.
// SPDX-License-Identifier: Apache-2.0
export { type Checkpoint, formatCheckpoint, openCheckpoint, parseCheckpoint } from "./checkpoint.js";
export { CompactRange, type NodeListener } from "./compact-range.js";
export { cosignatureVerifier, cosignedAt, cosigner } from "./cosignature.js";
export { type DisclosedEntry, type EntryProof, leafOf, parseEntryProofs, verifyEntryProof } from "./entry-proof.js";
export { TlogError, type TlogErrorCode } from "./errors.js";
export { emptyRoot, leafHash } from "./hash.js";
export { commitmentOf, decodeLeaf, encodeLeaf, type Leaf, leafSize } from "./leaf.js";
export {
  ed25519Signer,
  ed25519Verifier,
  formatSignature,
  isKeyName,
  type NoteSignature,
  type NoteSigner,
  type NoteVerifier,
  type OpenedNote,
  openNote,
  parseVkey,
  signNote,
  splitNote,
  type Vkey,
} from "./note.js";
export { type Cosigned, openByPolicy, type Policy, type PolicyWitness, parsePolicy, type Witnessed } from "./policy.js";
export {
  type ConsistencyClaim,
  consistencyProof,
  type InclusionClaim,
  inclusionProof,
  type NodeReader,
  type TreeNode,
  verifyConsistency,
  verifyInclusion,
} from "./proofs.js";
export {
  type BatchReceipt,
  batchDigest,
  openReceipt,
  receiptSigner,
  receiptVerifier,
  signReceipt,
} from "./receipt.js";
export {
  firstIndexOf,
  nextShardOrigin,
  openShardList,
  type Shard,
  shardOrigin,
  signShardList,
} from "./shard-list.js";
export { type Tile, TileBuilder } from "./tile-builder.js";
export { consistencyFromTiles, type FetchTile, inclusionFromTiles, rootFromTiles } from "./tile-proofs.js";
export {
  decodeBundle,
  decodeTile,
  encodeBundle,
  encodeTile,
  hashesAtLevel,
  parseTilePath,
  rootOfRun,
  type TileName,
  tileOf,
  tilePath,
  tilesBetween,
  tilesFor,
  tileWidth,
} from "./tiles.js";
export { formatTlogProof, parseTlogProof, type TlogProof, type TlogProofCheck, verifyTlogProof } from "./tlog-proof.js";
export {
  type FetchFile,
  type LogFault,
  type LogFaultCode,
  type LogVerdict,
  type VerifyLogRequest,
  verifyLog,
} from "./verify-log.js";
export { fetchShards, type KeyedNote, type VerifiedShards, verifyShards } from "./verify-shards.js";
export { formatWitnessRequest, parseWitnessRequest, type WitnessRequest, witnessViewPath } from "./witness-request.js";
