// The root keys: they wrap the keys of buckets and, in production, the key files. Three back ends hold them: files
// (demo), a hardware module (PKCS#11), a key service (Transit). Whatever holds them, they never come here.
// SPDX-License-Identifier: Apache-2.0

/** "root" wraps bucket keys and is destroyed epoch by epoch after erasures; "files" wraps key files and stays. */
export const families = ["root", "files"] as const;
export type KeyFamily = (typeof families)[number];

export interface RootKeys {
  /** Makes the first epoch of each family that has none. Only when an installation begins: a lost root is not replaced. */
  begin(): Promise<void>;
  /** Epochs that still unwrap, oldest first; the last one wraps. Throws RootUnavailable NO_ROOT_KEY when there is none. */
  epochs(family: KeyFamily): Promise<readonly number[]>;
  /** A box whose head names the epoch (src/vault/box.ts). `place` is bound to it. */
  wrap(family: KeyFamily, content: Buffer, place: Buffer): Promise<Buffer>;
  /** Throws BoxError for a box that is not ours, or whose epoch was destroyed. */
  unwrap(family: KeyFamily, box: Buffer, place: Buffer): Promise<Buffer>;
  /** Makes the next epoch and gives its number. */
  next(family: KeyFamily): Promise<number>;
  /** For good: what is still wrapped under it is lost. */
  destroy(family: KeyFamily, epoch: number): Promise<void>;
  close(): Promise<void>;
}

/** The back end did not answer in time, or not as it should. `code` is its own word, such as CKR_DEVICE_ERROR. */
export class RootUnavailable extends Error {
  override name = "RootUnavailable";
  readonly code: string;
  constructor(code: string) {
    super(`the root key cannot be used: ${code}`);
    this.code = code;
  }
}

/** How long one answer of a back end may take; whoever waits for a person's data waits 2 s in all. */
export const rootDeadlineMs = 1_000;
