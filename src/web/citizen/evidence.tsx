// A photo or PDF for one's own request: a form that needs no JavaScript, and the files given so far.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply } from "fastify";
import {
  addEvidence,
  isWaiting,
  listEvidence,
  mostFileBytes,
  mostFiles,
  type OwnTicket,
  readOwnEvidence,
} from "../../modules/tickets/index.js";
import type { Problem, Refused } from "../../platform/errors.js";
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";
import { Button, Form } from "../components/index.js";
import { EvidenceList, fileNumber, sendFile } from "../evidence-view.js";
import { sendRefusal, wordsOf } from "../page.js";
import { takesUploads } from "../uploads.js";
import { type CitizenDoor, type CitizenRequest, citizenDoor, seeOther } from "./door.js";
import { type Citizen, requireCitizen } from "./sign-in-guard.js";

/** The file, and room for the form around it. A larger one is not read to its end. */
const mostBodyBytes = mostFileBytes + 2 ** 16;

type Again = (
  request: CitizenRequest,
  reply: FastifyReply,
  citizen: Citizen,
  refusal: Refused,
) => Promise<FastifyReply>;

/** `again` shows the request's page with what was wrong. */
export function evidencePages(door: CitizenDoor, again: Again): void {
  const { app, deps, options } = door;
  door.get("/requests/:ticket/files/:n", async (request, reply, citizen) => {
    const wanted = { ticketId: request.params["ticket"] ?? "", n: fileNumber(request.params["n"]) };
    const file = await readOwnEvidence(deps, citizen.actor, wanted);
    return file.ok ? sendFile(reply, file.value, wanted.n) : sendRefusal(request, reply, file);
  });
  void app.register(async (scope) => {
    // A stranger's megabytes are not even read.
    scope.addHook("onRequest", requireCitizen(deps, options));
    takesUploads(scope, mostBodyBytes, fileIn);
    citizenDoor(scope, deps, options).post("/requests/:ticket/files", async (request, reply, citizen) => {
      const ticketId = request.params["ticket"] ?? "";
      const content = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const added = await addEvidence(deps, citizen.actor, { ticketId, content });
      if (added.ok) return seeOther(reply, `/${wordsOf(request).locale}/requests/${ticketId}`);
      if (added.code !== "INPUT_INVALID") return sendRefusal(request, reply, added);
      return again(request, reply, citizen, added);
    });
  });
}

async function fileIn(form: FormData): Promise<Buffer> {
  const given = form.get("file");
  return given && typeof given !== "string" ? Buffer.from(await given.arrayBuffer()) : Buffer.alloc(0);
}

interface Props {
  readonly t: Translate;
  readonly own: OwnTicket;
  readonly files: Awaited<ReturnType<typeof listEvidence>>;
  readonly problems?: readonly Problem[] | undefined;
}

export function Evidence({ t, own: { ticket }, files, problems }: Props) {
  const path = `/${t.locale}/requests/${ticket.ticketId}`;
  const mayAdd = isWaiting(ticket) && files.length < mostFiles;
  if (files.length === 0 && !mayAdd) return null;
  return (
    <>
      <h2>{t("common.ticket.files")}</h2>
      <EvidenceList t={t} files={files} path={path} />
      {mayAdd ? (
        <Form action={`${path}/files`} multipart>
          <FileInput t={t} problem={problems?.find(({ field }) => field === "file")} />
          <Button kind="secondary">{t("citizen.requests.file.add")}</Button>
        </Form>
      ) : null}
    </>
  );
}

function FileInput({ t, problem }: { t: Translate; problem: Problem | undefined }) {
  return (
    <div class={problem ? "sk-field sk-field--error" : "sk-field"}>
      <label class="sk-label" for="file">
        {t("citizen.requests.file")}
      </label>
      <p id="file-hint" class="sk-hint">
        {t("citizen.requests.file.hint", { files: mostFiles, mb: mostFileBytes / 2 ** 20 })}
      </p>
      {problem ? (
        <p id="file-error" class="sk-error">
          <span class="sk-hidden">{t("common.errorPrefix")} </span>
          {t(`error.${problem.code}` as MessageKey, problem.facts)}
        </p>
      ) : null}
      <input
        class="sk-input"
        type="file"
        id="file"
        name="file"
        accept="image/jpeg,image/png,application/pdf"
        aria-describedby={problem ? "file-hint file-error" : "file-hint"}
      />
    </div>
  );
}
