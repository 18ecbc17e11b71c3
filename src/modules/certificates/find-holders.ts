// Who has a certificate to download. Ids only; the certificate itself is opened at the download.
// SPDX-License-Identifier: Apache-2.0
import type { Deps } from "../disclosure/index.js";
import { listValid, selectHolders } from "./store.js";

export async function findCertificateHolders(
  deps: Pick<Deps, "db">,
  beneficiaryIds: readonly string[],
): Promise<ReadonlySet<string>> {
  return new Set(beneficiaryIds.length > 0 ? await selectHolders(deps.db, beneficiaryIds) : []);
}

/** The id of the person's certificate of the highest dose. */
export async function newestCertificate(deps: Pick<Deps, "db">, beneficiaryId: string): Promise<string | undefined> {
  const [newest] = await listValid(deps.db, beneficiaryId);
  return newest?.certificateId;
}
