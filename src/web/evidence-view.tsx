// A ticket's files, for the person and for officers: a list of downloads, and how one goes out.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply } from "fastify";
import type { listEvidence, readEvidence } from "../modules/tickets/index.js";
import type { Translate } from "../platform/i18n/i18n.js";

type Rows = Awaited<ReturnType<typeof listEvidence>>;
type File = Extract<Awaited<ReturnType<typeof readEvidence>>, { ok: true }>["value"];

export function EvidenceList({ t, files, path }: { t: Translate; files: Rows; path: string }) {
  if (files.length === 0) return <p>{t("common.ticket.files.none")}</p>;
  return (
    <ul>
      {files.map(({ n, bytes, addedAt }) => (
        <li key={n}>
          <a href={`${path}/files/${n}`}>{t("common.ticket.files.one", { n, kb: Math.ceil(bytes / 1024) })}</a>
          {` · ${t.instant(addedAt)}`}
        </li>
      ))}
    </ul>
  );
}

const extensions = { "image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf" } as const;

/** Never shown inside a page: whatever it is, a browser saves it and runs nothing of it. */
export function sendFile(reply: FastifyReply, { type, content }: File, n: number): FastifyReply {
  return reply
    .headers({
      "Content-Disposition": `attachment; filename="evidence-${n}.${extensions[type]}"`,
      "Content-Security-Policy": "default-src 'none'; sandbox",
      "X-Content-Type-Options": "nosniff",
    })
    .type(type)
    .send(content);
}

/** The number in an address; 0 for anything else. */
export const fileNumber = (text: string | undefined): number => (/^[1-9]$/.test(text ?? "") ? Number(text) : 0);
