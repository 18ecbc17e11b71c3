// The offer of a certificate to a wallet app: a link, the same as a QR code, and the digits that the person types there.
// SPDX-License-Identifier: Apache-2.0
import { listBeneficiaries } from "../../modules/beneficiaries/index.js";
import { offerCertificate, offerLink, offerMinutes } from "../../modules/wallets/index.js";
import { qrSvg } from "../../pdf/index.js";
import { refused } from "../../platform/errors.js";
import { Banner, ButtonLink } from "../components/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import type { CitizenDoor } from "./door.js";

export function walletPages({ deps, get, post }: CitizenDoor): void {
  // A reload or another language of the offer leads back to where it is asked for.
  get("/people/:id/certificate/wallet", async (request, reply) =>
    reply.redirect(`/${wordsOf(request).locale}/people/${request.params["id"]}/certificate`, 303),
  );

  post("/people/:id/certificate/wallet", async (request, reply, citizen) => {
    const t = wordsOf(request);
    const id = request.params["id"] ?? "";
    const isOwn = (await listBeneficiaries(deps, citizen.accountId)).some((one) => one.beneficiaryId === id);
    if (!isOwn) return sendRefusal(request, reply, refused("NOT_FOUND"));
    const offered = await offerCertificate(deps, citizen.actor, id);
    if (!offered.ok) return sendRefusal(request, reply, offered);
    const { code, digits } = offered.value;
    const link = offerLink(deps.origin, code);
    return sendPage(request, reply, {
      title: t("citizen.wallet.title"),
      back: `/${t.locale}/people/${id}/certificate`,
      children: (
        <>
          <h1>{t("citizen.wallet.title")}</h1>
          <p class="sk-lead">{t("citizen.wallet.lead")}</p>
          <p>
            <img
              class="sk-qr"
              alt={t("citizen.wallet.qr")}
              src={`data:image/svg+xml;base64,${Buffer.from(qrSvg(link)).toString("base64")}`}
            />
          </p>
          <ButtonLink href={link}>{t("citizen.wallet.open")}</ButtonLink>
          <h2>{t("citizen.wallet.digits")}</h2>
          <p class="sk-code">{digits}</p>
          <p>{t("citizen.wallet.time", { minutes: offerMinutes })}</p>
          <Banner kind="warning">
            <p>{t("citizen.wallet.care")}</p>
          </Banner>
          <p>{t("citizen.wallet.means")}</p>
        </>
      ),
    });
  });
}
