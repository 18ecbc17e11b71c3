// What a collection of test vectors is to the runner: a folder with cases, and for each case whether we say the same.
// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface CaseResult {
  readonly id: string;
  readonly passed: boolean;
  /** What was expected and what came instead. */
  readonly difference?: string;
  /** Not ours to judge, and why: neither passed nor failed. */
  readonly leftOut?: string;
}

export interface Suite {
  readonly name: string;
  /** The file that a folder of this suite holds. */
  readonly marker: string;
  readonly run: (folder: SuiteFolder) => Promise<readonly CaseResult[]>;
}

/** One folder of cases, and the files that it shares with its other half. */
export class SuiteFolder {
  readonly path: string;
  private readonly sharedFrom: readonly string[];
  constructor(path: string, sharedFrom: readonly string[]) {
    this.path = path;
    this.sharedFrom = sharedFrom;
  }
  json(...file: string[]): any {
    return JSON.parse(this.text(...file));
  }
  text(...file: string[]): string {
    return this.bytes(...file).toString("utf8");
  }
  bytes(...file: string[]): Buffer {
    return readFileSync(join(this.path, ...file));
  }
  /** A file beside the cases ("keys/a.pem"), in the suite's own folder or in another copy of the suite. */
  shared(...file: string[]): Buffer {
    const places = [dirname(this.path), this.path, ...this.sharedFrom].map((folder) => join(folder, ...file));
    const found = places.find((place) => existsSync(place));
    if (!found) throw new Error(`${join(...file)} is not there; looked in ${places.join(", ")}`);
    return readFileSync(found);
  }
  sharedJson(...file: string[]): any {
    return JSON.parse(this.shared(...file).toString("utf8"));
  }
}

/** A case that compares two plain answers. */
export function compared(id: string, expected: string, actual: string, detail = ""): CaseResult {
  const passed = expected === actual;
  return passed
    ? { id, passed }
    : { id, passed, difference: `expected ${expected}, got ${actual}${detail && ` (${detail})`}` };
}
