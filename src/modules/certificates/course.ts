// The doses that a certificate states: all valid ones up to the one that it is issued for.
// SPDX-License-Identifier: Apache-2.0
import type { CourseFacts, DoseFacts } from "../../lib/certificate/index.js";
import type { DoseDetails } from "../disclosure/index.js";
import { currentProgramme } from "../vaccines/index.js";
import type { CertificateCode } from "./errors.js";
import { additionalCodes } from "./product-codes.js";
import { codesOf, issuer, primaryDosesOf, stageOf, validDoses } from "./rules.js";

/** Or why there is no certificate of this dose. */
export function courseOf(
  doses: readonly DoseDetails[],
  vaccinationId: string,
): Pick<CourseFacts, "doses" | "stage"> | CertificateCode {
  const { products } = currentProgramme();
  const valid = validDoses(doses);
  const last = valid.find((each) => each.vaccinationId === vaccinationId);
  if (!last) return "CERTIFICATE_DOSE_NOT_VALID";
  const primaryDoses = primaryDosesOf(doses, products);
  const facts = valid
    .filter((each) => each.doseNumber <= last.doseNumber)
    .map((dose): DoseFacts | undefined => {
      const product = products.get(dose.product);
      const codes = product && codesOf(product, additionalCodes);
      const { doseNumber, kind, givenOn, lotNumber, facilityName } = dose;
      const { cvx } = product?.codes ?? {};
      return (
        codes && {
          ...codes,
          cvx: typeof cvx === "string" ? cvx : undefined,
          kind,
          doseNumber,
          primaryDoses,
          givenOn,
          country: issuer.country,
          batch: lotNumber,
          place: facilityName,
        }
      );
    });
  if (facts.includes(undefined)) return "CERTIFICATE_PRODUCT_UNKNOWN";
  return { doses: facts as unknown as CourseFacts["doses"], stage: stageOf(last, primaryDoses) };
}
