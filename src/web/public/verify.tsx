// "Verify a certificate": for anyone, without signing in. Without JavaScript the server reads a photo or a text, answers
// and forgets; with JavaScript the browser does it all itself (src/web/assets/verify.ts) and sends nothing.
// SPDX-License-Identifier: Apache-2.0
import multipart from "@fastify/multipart";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { textInPdf } from "../../lib/certificate/index.js";
import { type VerifierDeps, verifyText } from "../../modules/certificates/index.js";
import type { Problem } from "../../platform/errors.js";
import { UnreadableRequest } from "../../platform/http/form.js";
import { isLocale, type MessageKey, readMessages, type Translate } from "../../platform/i18n/i18n.js";
import { maxPhotoBytes, readQrPhoto } from "../../platform/qr/read-qr-photo.js";
import { assetBody, assetUrl } from "../assets.js";
import { Details, SummaryList, TextArea } from "../components/index.js";
import { sendPage, wordsOf } from "../page.js";
import { type VerdictView, viewOf } from "./verdict-view.js";

const maxTextBytes = 64 * 1024;

/** The page and its service worker. `photoTimeLimitMs`: for tests, which are slow on a busy machine. */
export async function verifyPages(app: FastifyInstance, deps: VerifierDeps, photoTimeLimitMs?: number): Promise<void> {
  app.get("/verify-sw.js", async (_request, reply) => {
    const script = assetBody("verify-sw.js");
    if (!script) return reply.callNotFound();
    return reply.headers({ "Cache-Control": "no-cache" }).type("text/javascript; charset=utf-8").send(script);
  });
  app.get("/verify", async (_request, reply) => reply.redirect("/en/verify", 302));
  await app.register(async (door) => {
    await door.register(multipart, {
      limits: { fileSize: maxPhotoBytes, files: 1, fields: 4, parts: 6, fieldSize: maxTextBytes },
    });
    door.get("/:lang/verify", async (request, reply) => {
      if (!isLocale((request.params as { lang: string }).lang)) return reply.callNotFound();
      const t = wordsOf(request);
      return sendPage(request, reply, {
        title: t("verify.title"),
        scripts: ["verify.js"],
        children: <VerifyPage t={t} />,
      });
    });
    door.post("/:lang/verify", { bodyLimit: maxPhotoBytes + 2 * maxTextBytes }, async (request, reply) => {
      if (!isLocale((request.params as { lang: string }).lang)) return reply.callNotFound();
      const t = wordsOf(request);
      const given = await readGiven(request, photoTimeLimitMs);
      const problems = "problem" in given ? [given.problem] : undefined;
      const view = "text" in given ? viewOf(await verifyText(deps, given.text), wordsFor(t)) : undefined;
      const title = t("verify.title");
      return sendPage(request, reply, {
        title,
        problems,
        scripts: ["verify.js"],
        children: <VerifyPage t={t} view={view} problems={problems} />,
      });
    });
  });
}

const photoCodes = {
  unreadable: "CERTIFICATE_PHOTO_UNREADABLE",
  "too-large": "CERTIFICATE_PHOTO_TOO_LARGE",
  busy: "UNAVAILABLE",
} as const;

type Given = { readonly text: string } | { readonly problem: Problem };

/** Forms that are held in memory at once, each up to its body limit. */
const mostForms = 32;
let forms = 0;

/** A form is taken in only where there is room for it: the page is for everybody, so a flood of photos can come. */
async function readGiven(request: FastifyRequest, photoTimeLimitMs?: number): Promise<Given> {
  if (forms >= mostForms) return { problem: { field: "photo", code: photoCodes.busy } };
  forms += 1;
  try {
    return await readForm(request, photoTimeLimitMs);
  } finally {
    forms -= 1;
  }
}

/** The text of the certificate: typed, read from the photo, or found in its PDF. A file wins over a text. */
async function readForm(request: FastifyRequest, photoTimeLimitMs?: number): Promise<Given> {
  if (!request.isMultipart()) return { problem: { field: "photo", code: "CERTIFICATE_INPUT_MISSING" } };
  let text = "";
  let photo: Buffer | undefined;
  try {
    for await (const part of request.parts()) {
      if (part.type === "file") {
        const bytes = await part.toBuffer();
        if (bytes.length > 0) photo = bytes;
      } else if (part.fieldname === "text") text = String(part.value);
    }
  } catch (error) {
    const { code, statusCode } = error as { code?: string; statusCode?: number };
    if (code === "FST_REQ_FILE_TOO_LARGE") return { problem: { field: "photo", code: "CERTIFICATE_PHOTO_TOO_LARGE" } };
    // The parser says with a status what it refuses by its limits; without one it could make nothing of the parts.
    throw statusCode ? error : new UnreadableRequest("the parts of the form");
  }
  const printed = photo && textInPdf(photo);
  if (printed) return { text: printed };
  if (photo) {
    const found = await readQrPhoto(photo, photoTimeLimitMs);
    return typeof found === "string" ? { problem: { field: "photo", code: photoCodes[found] } } : found;
  }
  return text.trim() === "" ? { problem: { field: "photo", code: "CERTIFICATE_INPUT_MISSING" } } : { text };
}

function wordsFor(t: Translate) {
  return {
    say: (key: string) => t(`verify.${key}` as MessageKey, { dose: "{dose}", doses: "{doses}" }),
    date: t.date,
    instant: t.instant,
  };
}

/** The words that the script needs, in the page's language: all of "verify.". */
function scriptWords(t: Translate): string {
  const keys = Object.keys(readMessages("en")).filter((key) =>
    /^verify\.(result|compare|label|dose|kind|detail|details|check|reason|camera|working|again|offlineReady|photo\.unreadable|reader|input)/.test(
      key,
    ),
  );
  return JSON.stringify(
    Object.fromEntries(keys.map((key) => [key.slice("verify.".length), wordsFor(t).say(key.slice("verify.".length))])),
  );
}

function VerifyPage({
  t,
  view,
  problems,
}: {
  t: Translate;
  view?: VerdictView | undefined;
  problems?: readonly Problem[] | undefined;
}) {
  return (
    <>
      <link rel="stylesheet" href={assetUrl("verify.css")} />
      <h1>{t("verify.title")}</h1>
      <p class="sk-lead">{t("verify.lead")}</p>
      <div id="verify-result" aria-live="polite">
        {view ? <Result view={view} /> : null}
      </div>
      <div id="verify-camera" class="sk-verify-camera" hidden>
        <button type="button" class="sk-button" id="verify-camera-button">
          {t("verify.camera.start")}
        </button>
        <p class="sk-hint" id="verify-camera-hint" hidden>
          {t("verify.camera.hint")}
        </p>
        <video id="verify-video" class="sk-verify-video" muted playsInline hidden />
      </div>
      <form
        id="verify-form"
        method="post"
        action={`/${t.locale}/verify`}
        encType="multipart/form-data"
        noValidate
        data-words={scriptWords(t)}
        data-reader={assetUrl("verify-reader.js")}
        data-note={t("verify.onDevice")}
      >
        <PhotoInput t={t} problems={problems} />
        <TextArea t={t} name="text" label={t("verify.text.label")} hint={t("verify.text.hint")} rows={3} />
        <button class="sk-button" type="submit">
          {t("verify.submit")}
        </button>
        <p class="sk-hint" id="verify-note">
          {t("verify.onServer")}
        </p>
        <noscript>
          <p class="sk-hint">{t("verify.noScript")}</p>
        </noscript>
      </form>
      <p>
        <a href="/trust-list.json">{t("verify.trustList")}</a>
      </p>
    </>
  );
}

function PhotoInput({ t, problems }: { t: Translate; problems?: readonly Problem[] | undefined }) {
  const problem = problems?.find((each) => each.field === "photo");
  return (
    <div class={problem ? "sk-field sk-field--error" : "sk-field"}>
      <label class="sk-label" for="photo">
        {t("verify.photo.label")}
      </label>
      <p id="photo-hint" class="sk-hint">
        {t("verify.photo.hint")}
      </p>
      {problem ? (
        <p id="photo-error" class="sk-error">
          <span class="sk-hidden">{t("common.errorPrefix")} </span>
          {t(`error.${problem.code}` as MessageKey, problem.facts)}
        </p>
      ) : null}
      <input
        class="sk-input"
        type="file"
        id="photo"
        name="photo"
        accept="image/png,image/jpeg,application/pdf"
        aria-describedby={problem ? "photo-hint photo-error" : "photo-hint"}
      />
    </div>
  );
}

/** The script builds the same elements from the same view (src/web/assets/verify.ts). */
function Result({ view }: { view: VerdictView }) {
  return (
    <section class={`sk-verdict sk-verdict--${view.outcome}`} aria-labelledby="verdict" data-autofocus tabIndex={-1}>
      <h2 id="verdict">
        <span class="sk-verdict__sign" aria-hidden="true">
          {view.sign}
        </span>
        {view.heading}
      </h2>
      <p class="sk-verdict__words">{view.words}</p>
      {view.reasons.map((reason) => (
        <p key={reason}>{reason}</p>
      ))}
      {view.facts.length > 0 ? <SummaryList rows={view.facts} /> : null}
      {view.compare ? <p>{view.compare}</p> : null}
      {view.details.length > 0 ? (
        <Details summary={view.detailsHeading}>
          <SummaryList rows={view.details} />
        </Details>
      ) : null}
    </section>
  );
}
