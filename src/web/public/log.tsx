// What the disclosure log is, where it stands now, and how anyone can check it. Read from the published files, so that
// the page shows what everybody else can fetch.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance } from "fastify";
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";
import { publishedLog, type SignedCheckpoint } from "../../publisher/index.js";
import { Banner, SummaryList } from "../components/index.js";
import { sendPage, wordsOf } from "../page.js";

/** `directory` is where the publisher writes; `origin` is this server's address. */
export function logPages(app: FastifyInstance, { directory, origin }: { directory: string; origin: string }): void {
  const log = publishedLog(directory);
  app.get("/:lang/log", async (request, reply) => {
    const t = wordsOf(request);
    const checkpoint = await log.checkpoint();
    return sendPage(request, reply, {
      title: t("log.title"),
      children: <LogPage t={t} checkpoint={checkpoint} origin={origin} />,
    });
  });
}

function LogPage({
  t,
  checkpoint,
  origin,
}: {
  t: Translate;
  checkpoint: SignedCheckpoint | undefined;
  origin: string;
}) {
  const lines = (name: string, count: number) =>
    Array.from({ length: count }, (_, n) => <li key={n}>{t(`log.${name}.${n + 1}` as MessageKey)}</li>);
  return (
    <>
      <h1>{t("log.title")}</h1>
      <p class="sk-lead">{t("log.lead")}</p>
      <h2>{t("log.how.title")}</h2>
      <ol class="sk-steps">{lines("how", 4)}</ol>
      <h2>{t("log.now.title")}</h2>
      {checkpoint ? <Checkpoint t={t} checkpoint={checkpoint} /> : <Banner kind="info">{t("log.now.none")}</Banner>}
      <h2>{t("log.check.title")}</h2>
      <p>{t("log.check.lead")}</p>
      <ul>{lines("check", 3)}</ul>
      <pre class="sk-note" tabIndex={0} role="region" aria-label={t("log.check.command")}>
        <code>{`curl ${origin}/log/checkpoint\ncurl ${origin}/log/key\nbin/sakshi log verify --url ${origin}/log`}</code>
      </pre>
      <p>{t("log.check.own")}</p>
      <h2>{t("log.not.title")}</h2>
      <p>{t("log.not.body")}</p>
    </>
  );
}

function Checkpoint({ t, checkpoint }: { t: Translate; checkpoint: SignedCheckpoint }) {
  return (
    <>
      <SummaryList
        rows={[
          { key: t("log.now.origin"), value: checkpoint.origin },
          { key: t("log.now.size"), value: t.number(checkpoint.firstIndex + checkpoint.size) },
          { key: t("log.now.root"), value: <code>{Buffer.from(checkpoint.root).toString("base64")}</code> },
          { key: t("log.witness"), value: witnessWords(t, checkpoint) },
        ]}
      />
      <p>{t("log.now.note")}</p>
      <pre class="sk-note" tabIndex={0} role="region" aria-label={t("log.now.title")}>
        <code>{checkpoint.note}</code>
      </pre>
      <p>
        <a href="/log/checkpoint">{t("log.now.file")}</a> · <a href="/log/key">{t("log.now.key")}</a> ·{" "}
        <a href="/log/shards">{t("log.now.shards")}</a>
        {checkpoint.witnessed && (
          <>
            {" · "}
            <a href="/log/policy">{t("log.witness.policy")}</a>
          </>
        )}
      </p>
    </>
  );
}

/** Who has cosigned. Too few is said as plainly as enough. */
function witnessWords(t: Translate, { witnessed }: SignedCheckpoint): string {
  if (!witnessed) return t("log.witness.none");
  const names = witnessed.cosigned.map(({ name }) => name).join(", ");
  if (names === "") return t("log.witness.waiting");
  return t(witnessed.isMet ? "log.witness.enough" : "log.witness.few", { names });
}
