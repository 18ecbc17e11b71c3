// Reports of the internal review: the list, and one of them, as page, paper and signed note. Officers read; the operator's
// command makes them.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply } from "fastify";
import {
  openReview,
  type ReviewResult,
  type ReviewSummary,
  recentReviews,
  type WholeReview,
} from "../../modules/reviews/index.js";
import { renderReviewPdf } from "../../pdf/index.js";
import type { Translate } from "../../platform/i18n/i18n.js";
import { Empty, Table, Tag } from "../components/index.js";
import { sendPage } from "../page.js";
import { type PrivacyCall, type PrivacyDoor, refuse } from "./door.js";
import { PrivacyMenu } from "./menu.js";

/** A review that has not ended after this was broken off. */
const longestMs = 30 * 60_000;

export function reviewPages(door: PrivacyDoor): void {
  const withReview =
    (show: (call: PrivacyCall, review: WholeReview) => Promise<unknown>) => async (call: PrivacyCall) => {
      const found = await openReview(call.deps, call.actor, call.part("reviewId"));
      return found.ok ? show(call, found.value) : refuse(call, found);
    };
  door.get("/reviews", showList);
  door.get("/reviews/:reviewId", withReview(showReview));
  door.get(
    "/reviews/:reviewId/pdf",
    withReview(async ({ reply }, { report }) =>
      reply.type("application/pdf").send(Buffer.from(await renderReviewPdf(report))),
    ),
  );
  door.get(
    "/reviews/:reviewId/note",
    withReview(async ({ reply }, { note }) => reply.type("text/plain; charset=utf-8").send(note)),
  );
}

async function showList(call: PrivacyCall): Promise<FastifyReply> {
  const { t, deps } = call;
  const found = await recentReviews(deps, call.actor);
  if (!found.ok) return refuse(call, found);
  return sendPage(call.request, call.reply, {
    title: t("privacy.reviews.title"),
    wide: true,
    children: (
      <>
        <PrivacyMenu t={t} here="reviews" />
        <h1>{t("privacy.reviews.title")}</h1>
        <p class="sk-lead">{t("privacy.reviews.lead")}</p>
        {found.value.length === 0 ? (
          <Empty>{t("privacy.reviews.none")}</Empty>
        ) : (
          <Table
            caption={t("privacy.reviews.title")}
            hiddenCaption
            columns={[
              { text: t("privacy.review.begun") },
              { text: t("privacy.review.state") },
              { text: t("privacy.review.counts") },
            ]}
            rows={found.value.map((one) => rowOf(t, one, deps.clock()))}
          />
        )}
      </>
    ),
  });
}

function rowOf(
  t: Translate,
  { reviewId, startedAt, finishedAt, passed, failed, notChecked }: ReviewSummary,
  now: Date,
) {
  const begun = t.instant(startedAt);
  if (!finishedAt) {
    const isRunning = now.getTime() - startedAt.getTime() < longestMs;
    return [
      begun,
      isRunning ? (
        <Tag kind="blue">{t("privacy.review.running")}</Tag>
      ) : (
        <Tag kind="grey">{t("privacy.review.brokenOff")}</Tag>
      ),
      "",
    ];
  }
  return [
    <a class="sk-row-link" href={`/${t.locale}/privacy/reviews/${reviewId}`}>
      {begun}
    </a>,
    failed === 0 ? (
      <Tag kind="green">{t("privacy.review.green")}</Tag>
    ) : (
      <Tag kind="red">{t("privacy.review.red")}</Tag>
    ),
    t("privacy.review.numbers", { passed: passed!, failed: failed!, notChecked: notChecked! }),
  ];
}

async function showReview({ t, request, reply }: PrivacyCall, review: WholeReview): Promise<FastifyReply> {
  const path = `/${t.locale}/privacy/reviews/${review.reviewId}`;
  const { results, installation } = review.report;
  const ofDemo = results.filter(({ isOfDemo }) => isOfDemo).length;
  const { passed, failed, notChecked } = review;
  return sendPage(request, reply, {
    title: t("privacy.review.title"),
    wide: true,
    back: `/${t.locale}/privacy/reviews`,
    children: (
      <>
        <h1>{t("privacy.review.title")}</h1>
        <p class="sk-lead">
          {t("privacy.review.of", { installation, at: t.instant(review.startedAt) })}{" "}
          {t("privacy.review.numbers", { passed: passed!, failed: failed!, notChecked: notChecked! })}
        </p>
        {ofDemo > 0 ? <p>{t("privacy.review.demo", { count: ofDemo })}</p> : null}
        <p>
          <a href={`${path}/pdf`}>{t("privacy.review.pdf")}</a> ·{" "}
          <a href={`${path}/note`}>{t("privacy.review.note")}</a>
        </p>
        <div lang="en">
          <Table
            caption={t("privacy.review.title")}
            hiddenCaption
            columns={[
              { text: t("privacy.review.outcome") },
              { text: t("privacy.review.tried") },
              { text: t("privacy.review.maps") },
            ]}
            rows={results.map((result) => [
              <OutcomeTag t={t} result={result} />,
              <>
                <strong>{result.what}</strong>
                <br />
                {result.found}
              </>,
              <Maps maps={result.maps} />,
            ])}
          />
        </div>
      </>
    ),
  });
}

function OutcomeTag({ t, result: { outcome, isOfDemo } }: { t: Translate; result: ReviewResult }) {
  if (outcome === "pass") return <Tag kind="green">{t("privacy.review.pass")}</Tag>;
  if (outcome === "not checked") return <Tag kind="amber">{t("privacy.review.notChecked")}</Tag>;
  return <Tag kind="red">{isOfDemo ? t("privacy.review.failDemo") : t("privacy.review.fail")}</Tag>;
}

function Maps({ maps }: Pick<ReviewResult, "maps">) {
  return (
    <>
      DPDP {maps.dpdp}
      <br />
      CERT-In {maps.certIn}
      <br />
      ISO 27001 {maps.iso}
    </>
  );
}
