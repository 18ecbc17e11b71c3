// Drafts of the reports: filled in from the case, completed by an officer, signed by a person, as page, PDF and JSON.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance, FastifyReply } from "fastify";
import {
  certInTypes,
  type InquiryDeps,
  languageOf,
  type Report,
  type ReportKind,
  reportKinds,
  reportOf,
  saveDraft,
  signReport,
  type WholeCase,
  wholeCase,
} from "../../modules/inquiries/index.js";
import { renderReportPdf } from "../../pdf/index.js";
import { refused } from "../../platform/errors.js";
import { Banner, Button, Details, Form, TextArea } from "../components/index.js";
import { sendPage } from "../page.js";
import type { StaffGuard } from "../staff-guard.js";
import { type PrivacyCall, privacyDoor, refuse } from "./door.js";

interface Drafted {
  readonly kind: ReportKind;
  readonly inquiryId: string;
  readonly whole: WholeCase;
  readonly report: Report;
}

export function inquiryReportPages(app: FastifyInstance, deps: InquiryDeps, guard: StaffGuard): void {
  const door = privacyDoor(app, deps, guard);
  const withReport =
    (handler: (call: PrivacyCall, drafted: Drafted) => Promise<unknown>) => async (call: PrivacyCall) => {
      const kind = reportKinds.find((one) => one === call.part("kind"));
      if (!kind) return refuse(call, refused("NOT_FOUND"));
      const inquiryId = call.part("inquiryId");
      const whole = await wholeCase(deps, call.actor, inquiryId);
      if (!whole.ok) return refuse(call, whole);
      return handler(call, { kind, inquiryId, whole: whole.value, report: reportOf(whole.value, kind) });
    };
  const path = "/inquiries/:inquiryId/reports/:kind";
  door.get(
    path,
    withReport(async (call, drafted) => showReport(call, drafted)),
  );
  door.get(
    `${path}/json`,
    withReport(async ({ reply }, { report }) => reply.send(report)),
  );
  door.get(
    `${path}/pdf`,
    withReport(async ({ reply }, { report, whole, kind }) => {
      const isSigned = whole.deadlines.some((one) => one.report === kind && one.state === "signed");
      const pdf = await renderReportPdf({ ...report, isSigned, language: languageOf(kind), madeAt: deps.clock() });
      return reply.type("application/pdf").send(Buffer.from(pdf));
    }),
  );
  door.post(
    path,
    withReport(async (call, { kind, inquiryId, report }) => {
      const fields = Object.fromEntries(report.fields.map(({ key }) => [key, call.form.text(key)]));
      const saved = await saveDraft(deps, call.actor, inquiryId, kind, fields);
      if (!saved.ok) return refuse(call, saved);
      return call.reply.redirect(`/${call.t.locale}/privacy/inquiries/${inquiryId}/reports/${kind}`, 303);
    }),
  );
  door.post(
    `${path}/sign`,
    withReport(async (call, { kind, inquiryId }) => {
      const signed = await signReport(deps, call.actor, inquiryId, kind);
      if (!signed.ok) return refuse(call, signed);
      return call.reply.redirect(`/${call.t.locale}/privacy/inquiries/${inquiryId}`, 303);
    }),
  );
}

function showReport({ t, request, reply }: PrivacyCall, { kind, inquiryId, report }: Drafted): FastifyReply {
  const back = `/${t.locale}/privacy/inquiries/${inquiryId}`;
  const path = `${back}/reports/${kind}`;
  const missing = new Set(report.missing);
  return sendPage(request, reply, {
    title: report.title,
    back,
    children: (
      <div lang={languageOf(kind)}>
        <h1>{report.title}</h1>
        <Banner kind={missing.size > 0 ? "info" : "success"}>
          <p>{t("privacy.report.missing", { count: missing.size })}</p>
        </Banner>
        <p>
          <a href={`${path}/pdf`}>PDF</a> · <a href={`${path}/json`}>JSON</a>
        </p>
        {kind === "certin" ? (
          <Details summary={t("privacy.report.types")}>
            <ol>
              {certInTypes.map((type) => (
                <li key={type}>{type}</li>
              ))}
            </ol>
          </Details>
        ) : null}
        <Form action={path}>
          {report.fields.map(({ key, label, value }) => (
            <TextArea
              key={key}
              t={t}
              name={key}
              label={label}
              hint={missing.has(key) ? t("privacy.report.missing.one") : undefined}
              value={value}
              rows={value.length > 80 ? 4 : 2}
              maxLength={4_000}
            />
          ))}
          <Button>{t("privacy.report.save")}</Button>
        </Form>
        {missing.size === 0 ? (
          <Form action={`${path}/sign`}>
            <p>{t("privacy.report.sign.means")}</p>
            <Button kind="warning">{t("privacy.report.sign")}</Button>
          </Form>
        ) : null}
      </div>
    ),
  });
}
