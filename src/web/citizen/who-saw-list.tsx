// The list of "who saw my record" in words: others one by one, one's own looks gathered by day.
// SPDX-License-Identifier: Apache-2.0
import type { DisclosureLine } from "../../modules/disclosure/index.js";
import { dateInIndia, timeInIndia } from "../../platform/clock.js";
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";
import { Banner, Card, Cards, Details, Empty, Facts, Pages, Tag } from "../components/index.js";
import { gapsIn, isOwnLook, lastOfPage } from "./who-saw-rules.js";

interface ListProps {
  t: Translate;
  /** The page's own path; proofs lie below it. */
  path: string;
  /** Newest first. */
  lines: readonly DisclosureLine[];
  before: number | undefined;
  /** Entries below this index are in the published log. */
  publishedSize: number;
}

export function WhoSaw(props: ListProps) {
  const { t, path, lines, before } = props;
  const others = lines.filter((line) => !isOwnLook(line));
  const last = lastOfPage(lines);
  return (
    <>
      <h1>{t("citizen.seen.title")}</h1>
      <p class="sk-lead">{t("citizen.seen.lead")}</p>
      <Completeness {...props} />
      <CheckHere {...props} />
      <h2>{t("citizen.seen.others")}</h2>
      {others.length === 0 ? <Empty>{t("citizen.seen.others.none")}</Empty> : null}
      <Cards>
        {others.map((line) => (
          <Line key={line.counter} {...props} line={line} />
        ))}
      </Cards>
      <h2>{t("citizen.seen.own")}</h2>
      <p>{t("citizen.seen.own.lead")}</p>
      <OwnLooks {...props} />
      <Pages
        label={t("citizen.seen.pages")}
        previous={before === undefined ? undefined : { href: path, text: t("citizen.seen.newest") }}
        next={last === 0 ? undefined : { href: `${path}?before=${last}`, text: t("citizen.seen.older") }}
      />
      <Details summary={t("citizen.seen.check.title")}>
        <p>{t("citizen.seen.check.text")}</p>
        <p>
          <code>bin/sakshi log verify --proof disclosures.json</code>
        </p>
        <p>
          <a href={allProofs(props)} download>
            {t("citizen.seen.check.all")}
          </a>
        </p>
        <p>
          <a href={`/${t.locale}/log`}>{t("citizen.seen.check.link")}</a>
        </p>
      </Details>
    </>
  );
}

function allProofs({ path, lines }: ListProps): string {
  return `${path}/proofs?before=${(lines[0]?.counter ?? 0) + 1}`;
}

/** Shown by verify-lines.js: checks the proofs of all lines in the browser. */
function CheckHere(props: ListProps) {
  const { t, lines, publishedSize } = props;
  const published = lines.filter((line) => line.index < publishedSize).map((line) => line.counter);
  if (published.length === 0) return null;
  return (
    <div
      hidden
      data-verify-lines={allProofs(props)}
      data-counters={published.join(" ")}
      data-good={t("citizen.seen.here.good")}
      data-bad={t("citizen.seen.here.bad")}
      data-unable={t("citizen.seen.here.unable")}
    >
      <button class="sk-button sk-button--secondary" type="button">
        {t("citizen.seen.here")}
      </button>
      <p role="status" />
    </div>
  );
}

/** Says that the person's own counter runs without a gap, or which numbers are missing. */
function Completeness({ t, lines, before }: ListProps) {
  const newest = lines[0]?.counter;
  if (newest === undefined) return null;
  const gaps = gapsIn(lines, before);
  if (gaps.length > 0) {
    return (
      <Banner kind="warning" title={t("citizen.seen.gap.title")}>
        <p>{t("citizen.seen.gap.text", { counters: gaps.slice(0, 20).join(", ") })}</p>
      </Banner>
    );
  }
  const last = lastOfPage(lines);
  return (
    <Banner kind="info" title={t("citizen.seen.complete.title")}>
      <p>
        {last === 0 ? t("citizen.seen.complete.all", { newest }) : t("citizen.seen.complete.page", { newest, last })}
      </p>
    </Banner>
  );
}

function Line({ t, path, publishedSize, line }: ListProps & { line: DisclosureLine }) {
  const what = line.kind === "change" ? t("citizen.seen.changed") : t("citizen.seen.saw");
  return (
    <Card title={whoOf(t, line)} meta={<time dateTime={line.at.toISOString()}>{t.instant(line.at)}</time>}>
      <Facts
        rows={[
          { key: what, value: line.fields.map((field) => t(`citizen.seen.field.${field}` as MessageKey)).join(", ") },
          { key: t("citizen.seen.why"), value: t(`citizen.seen.purpose.${line.purpose}` as MessageKey) },
          { key: t("citizen.seen.because"), value: t(`citizen.seen.explanation.${line.explanation}` as MessageKey) },
        ]}
      />
      <p>
        <EntryState t={t} path={path} publishedSize={publishedSize} line={line} />
      </p>
    </Card>
  );
}

/** "Vaccinator, Demo health centre". An organisation's name is shown as it is registered. */
function whoOf(t: Translate, line: DisclosureLine): string {
  if (line.role === "citizen") return t("citizen.seen.role.citizen");
  if (line.role === "partner") return t("citizen.seen.role.partner", { organisation: line.organisation });
  if (line.role.startsWith("system:")) return t(`citizen.seen.role.${line.role.slice("system:".length)}` as MessageKey);
  return t("citizen.seen.role.staff", {
    role: t(`common.role.${line.role}` as MessageKey),
    organisation: line.organisation,
  });
}

function EntryState({
  t,
  path,
  publishedSize,
  line,
}: {
  t: Translate;
  path: string;
  publishedSize: number;
  line: DisclosureLine;
}) {
  const isPublished = line.index < publishedSize;
  return (
    <>
      {t("citizen.seen.number", { counter: line.counter })}{" "}
      <Tag kind={isPublished ? "green" : "grey"}>
        {isPublished ? t("citizen.seen.published") : t("citizen.seen.waiting")}
      </Tag>{" "}
      <a href={`${path}/${line.counter}/proof`} download>
        {t("citizen.seen.proof")}
        <span class="sk-hidden"> {t("citizen.seen.number", { counter: line.counter })}</span>
      </a>
    </>
  );
}

function OwnLooks({ t, path, lines, publishedSize }: ListProps) {
  const days = Map.groupBy(lines.filter(isOwnLook), (line) => dateInIndia(line.at));
  if (days.size === 0) return <Empty>{t("citizen.seen.own.none")}</Empty>;
  return (
    <>
      {[...days].map(([day, looks]) => (
        <Details key={day} summary={t("citizen.seen.own.day", { day: t.date(day), count: looks.length })}>
          <ul>
            {looks.map((line) => (
              <li key={line.counter}>
                {timeInIndia(line.at)} · {t(`citizen.seen.purpose.${line.purpose}` as MessageKey)} ·{" "}
                <EntryState t={t} path={path} publishedSize={publishedSize} line={line} />
              </li>
            ))}
          </ul>
        </Details>
      ))}
    </>
  );
}

/** The proof is asked for before the entry is in the published log. */
export function ProofNotYet({ t, again }: { t: Translate; again: string }) {
  return (
    <>
      <h1>{t("citizen.seen.notYet.title")}</h1>
      <p class="sk-lead">{t("citizen.seen.notYet.text")}</p>
      <p>
        <a href={again}>{t("citizen.seen.notYet.again")}</a>
      </p>
    </>
  );
}
