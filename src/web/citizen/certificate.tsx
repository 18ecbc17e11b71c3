// A person's certificate: the paper in each language, and the same statement in the forms that other readers want.
// SPDX-License-Identifier: Apache-2.0

import { zipCertificate } from "../../lib/certificate/index.js";
import { deflateRaw } from "../../lib/certificate/node-primitives.js";
import { listBeneficiaries } from "../../modules/beneficiaries/index.js";
import { certificateForms, downloadCertificate, findCertificateHolders } from "../../modules/certificates/index.js";
import { isPaperLanguage, paperLanguages, qrSvgOfBytes } from "../../pdf/index.js";
import { refused } from "../../platform/errors.js";
import type { MessageKey } from "../../platform/i18n/i18n.js";
import { Button, ButtonLink } from "../components/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import type { CitizenDoor } from "./door.js";

interface FormFile {
  /** The name among a certificate's forms. */
  readonly form: string;
  readonly type: string;
  content(text: string): string | Uint8Array;
}
const asIs = (text: string) => text;
const zipped = (text: string) => zipCertificate(Buffer.from(text), deflateRaw);
/** By the name of the file; "certificate-" stands before it. */
const files: Readonly<Record<string, FormFile>> = {
  "hcert.txt": { form: "hcert", type: "text/plain; charset=utf-8", content: asIs },
  "cowin.json": { form: "cowin", type: "application/json; charset=utf-8", content: asIs },
  "cowin.svg": { form: "cowin", type: "image/svg+xml; charset=utf-8", content: (text) => qrSvgOfBytes(zipped(text)) },
  "card.smart-health-card": {
    form: "health-card",
    type: "application/smart-health-card",
    content: (text) => JSON.stringify({ verifiableCredential: [text] }),
  },
  "w3c.json": { form: "w3c", type: "application/vc; charset=utf-8", content: asIs },
};

export function certificatePages(door: CitizenDoor): void {
  const { deps, options } = door;
  const isOwn = async (accountId: string, id: string) =>
    (await listBeneficiaries(deps, accountId)).some((one) => one.beneficiaryId === id);

  door.get("/people/:id/certificate", async (request, reply, citizen) => {
    const t = wordsOf(request);
    const id = request.params["id"] ?? "";
    if (!(await isOwn(citizen.accountId, id))) return sendRefusal(request, reply, refused("NOT_FOUND"));
    if (!(await findCertificateHolders(deps, [id])).has(id))
      return sendRefusal(request, reply, refused("CERTIFICATE_NOT_ISSUED"));
    const at = `/${t.locale}/people/${id}/certificate`;
    return sendPage(request, reply, {
      title: t("citizen.person.certificate"),
      back: `/${t.locale}/people/${id}`,
      children: (
        <>
          <h1>{t("citizen.person.certificate")}</h1>
          <p class="sk-lead">{t("citizen.certificate.lead")}</p>
          <ButtonLink href={`${at}.pdf?language=${t.locale}`}>{t("citizen.person.certificate.download")}</ButtonLink>
          <form method="post" action={`${at}/wallet`}>
            <Button kind="secondary">{t("citizen.wallet.begin")}</Button>
          </form>
          <h2>{t("citizen.certificate.languages")}</h2>
          <p>{t("citizen.certificate.languages.hint")}</p>
          <ul>
            {Object.entries(paperLanguages).map(([code, name]) => (
              <li key={code}>
                <a href={`${at}.pdf?language=${code}`} lang={code} hreflang={code}>
                  {name}
                </a>
              </li>
            ))}
          </ul>
          <h2>{t("citizen.certificate.travel")}</h2>
          <p>
            <a href={`${at}.pdf?for=travel&language=en`}>{t("citizen.certificate.travel.download")}</a>
          </p>
          <h2>{t("citizen.certificate.forms")}</h2>
          <p>{t("citizen.certificate.forms.hint")}</p>
          <ul>
            {Object.keys(files).map((name) => (
              <li key={name}>
                <a href={`${at}/${name}`}>{t(`citizen.certificate.form.${name.replace(".", "-")}` as MessageKey)}</a>
              </li>
            ))}
          </ul>
        </>
      ),
    });
  });

  door.get("/people/:id/certificate.pdf", async (request, reply, citizen) => {
    const id = request.params["id"] ?? "";
    if (!(await isOwn(citizen.accountId, id))) return sendRefusal(request, reply, refused("NOT_FOUND"));
    const { language, for: reader } = request.query as Record<string, unknown>;
    const outcome = await downloadCertificate(deps, citizen.actor, id, {
      verifyAddress: `${options.origin}/${wordsOf(request).locale}/verify`,
      international: reader === "travel",
      ...(isPaperLanguage(language) && { language }),
    });
    if (!outcome.ok) return sendRefusal(request, reply, outcome);
    return reply
      .header("Content-Disposition", `attachment; filename="${outcome.value.fileName}"`)
      .type("application/pdf")
      .send(Buffer.from(outcome.value.pdf));
  });

  door.get("/people/:id/certificate/:file", async (request, reply, citizen) => {
    const { id = "", file = "" } = request.params;
    const found = Object.hasOwn(files, file) ? files[file] : undefined;
    if (!found || !(await isOwn(citizen.accountId, id))) return sendRefusal(request, reply, refused("NOT_FOUND"));
    const forms = await certificateForms(deps, citizen.actor, id);
    if (!forms.ok) return sendRefusal(request, reply, forms);
    const text = forms.value[found.form];
    if (text === undefined) return sendRefusal(request, reply, refused("CERTIFICATE_NOT_ISSUED"));
    const content = found.content(text);
    return reply
      .header("Content-Disposition", `attachment; filename="certificate-${file}"`)
      .type(found.type)
      .send(typeof content === "string" ? content : Buffer.from(content));
  });
}
