// Inquiries of the privacy officers: the list, and the form that opens one and hands in its sample.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance, FastifyReply } from "fastify";
import {
  type InquiryCase,
  type InquiryDeps,
  listInquiries,
  proposeInquiry,
  takeSample,
  toldByKinds,
} from "../../modules/inquiries/index.js";
import { instantInIndia, isIsoDate } from "../../platform/clock.js";
import type { Problem } from "../../platform/errors.js";
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";
import { isUuid, uuidv7 } from "../../platform/random.js";
import { Banner, Button, ButtonLink, Empty, Select, Table, Tag, TextArea, TextInput } from "../components/index.js";
import { sendPage } from "../page.js";
import type { StaffGuard } from "../staff-guard.js";
import { type PrivacyCall, privacyDoor, refuse } from "./door.js";
import { type Intake, takesFiles } from "./intake.js";
import { PrivacyMenu } from "./menu.js";

export function inquiryPages(app: FastifyInstance, deps: InquiryDeps, guard: StaffGuard): void {
  const door = privacyDoor(app, deps, guard);
  door.get("/inquiries", async (call) => showList(call, deps));
  door.get("/inquiries/new", async (call) => showForm(call, uuidv7()));
  void app.register(async (scope) => {
    // A stranger's megabytes are not even read.
    scope.addHook("onRequest", async (request, reply) => {
      if (!(await guard.requireStaff(request, reply, ["privacy-officer"]))) return reply;
    });
    takesFiles(scope);
    privacyDoor(scope, deps, guard).post("/inquiries", async (call) => propose(call, deps));
  });
}

async function showList({ request, reply, t, actor, ...call }: PrivacyCall, deps: InquiryDeps): Promise<FastifyReply> {
  const found = await listInquiries(deps, actor);
  if (!found.ok) return refuse({ request, reply, t, actor, ...call }, found);
  const path = `/${t.locale}/privacy/inquiries`;
  return sendPage(request, reply, {
    title: t("privacy.inquiries.title"),
    wide: true,
    children: (
      <>
        <PrivacyMenu t={t} here="inquiries" />
        <h1>{t("privacy.inquiries.title")}</h1>
        <p class="sk-lead">{t("privacy.inquiries.lead")}</p>
        <ButtonLink href={`${path}/new`}>{t("privacy.inquiries.new")}</ButtonLink>
        <p>
          <a href={`/${t.locale}/privacy/program`}>{t("privacy.program.title")}</a>
        </p>
        {found.value.length === 0 ? (
          <Empty>{t("privacy.inquiries.none")}</Empty>
        ) : (
          <Table
            caption={t("privacy.inquiries.title")}
            hiddenCaption
            columns={[
              { text: t("privacy.inquiry.number") },
              { text: t("privacy.inquiry.told") },
              { text: t("privacy.inquiry.state") },
            ]}
            rows={found.value.map((one) => [
              <a href={`${path}/${one.inquiryId}`}>{one.number}</a>,
              t.instant(one.toldAt),
              <StateTag t={t} one={one} />,
            ])}
          />
        )}
      </>
    ),
  });
}

export function StateTag({ t, one }: { t: Translate; one: InquiryCase }) {
  if (one.closedAt) return <Tag kind="grey">{t("privacy.inquiry.state.closed")}</Tag>;
  if (!one.secondedAt) return <Tag kind="amber">{t("privacy.inquiry.state.proposed")}</Tag>;
  return one.awareAt ? (
    <Tag kind="red">{t("privacy.inquiry.state.aware")}</Tag>
  ) : (
    <Tag kind="blue">{t("privacy.inquiry.state.open")}</Tag>
  );
}

function showForm(
  { request, reply, t }: PrivacyCall,
  inquiryId: string,
  given?: Intake,
  problems: readonly Problem[] = [],
): FastifyReply {
  const value = (name: string): string => given?.text(name) ?? "";
  const field = { t, problems };
  return sendPage(request, reply, {
    title: t("privacy.inquiries.new"),
    back: `/${t.locale}/privacy/inquiries`,
    problems,
    children: (
      <>
        <h1>{t("privacy.inquiries.new")}</h1>
        <Banner kind="info">
          <p>{t("privacy.inquiry.intake.means")}</p>
        </Banner>
        <form method="post" action={`/${t.locale}/privacy/inquiries`} enctype="multipart/form-data">
          <input type="hidden" name="inquiryId" value={inquiryId} />
          <TextInput
            {...field}
            name="toldAt"
            type="date"
            label={t("privacy.inquiry.toldOn")}
            value={value("toldAt")}
            width={20}
          />
          <TextInput
            {...field}
            name="toldTime"
            type="time"
            label={t("privacy.inquiry.toldTime")}
            value={value("toldTime")}
            width={10}
          />
          <Select
            {...field}
            name="toldBy"
            label={t("privacy.inquiry.toldBy")}
            options={toldByKinds.map((kind) => ({
              value: kind,
              label: t(`privacy.inquiry.toldBy.${kind}` as MessageKey),
            }))}
            value={value("toldBy")}
          />
          <div class="sk-field">
            <label class="sk-label" for="file">
              {t("privacy.inquiry.file")}
            </label>
            <p class="sk-hint" id="file-hint">
              {t("privacy.inquiry.file.hint")}
            </p>
            <input id="file" name="file" type="file" accept=".csv,.json,.xlsx,.txt" aria-describedby="file-hint" />
          </div>
          <TextArea {...field} name="pasted" label={t("privacy.inquiry.pasted")} rows={6} />
          <TextArea
            {...field}
            name="asked"
            label={t("privacy.inquiry.asked")}
            hint={t("privacy.inquiry.asked.hint")}
            rows={4}
          />
          <Button>{t("privacy.inquiry.intake.send")}</Button>
        </form>
      </>
    ),
  });
}

async function propose(call: PrivacyCall, deps: InquiryDeps): Promise<FastifyReply> {
  const given = call.request.body as Intake | undefined;
  const inquiryId = given?.text("inquiryId");
  if (!given || !isUuid(inquiryId)) return refuse(call, { ok: false, code: "REQUEST_UNREADABLE" });
  const [on, at] = [given.text("toldAt"), given.text("toldTime")];
  const toldAt = isIsoDate(on) && /^([01]\d|2[0-3]):[0-5]\d$/.test(at) ? instantInIndia(on, at) : undefined;
  const proposed = await proposeInquiry(deps, call.actor, { inquiryId, toldAt, toldBy: given.text("toldBy") });
  if (!proposed.ok)
    return proposed.problems ? showForm(call, inquiryId, given, proposed.problems) : refuse(call, proposed);
  const { file, fileName: name } = given;
  const taken = await takeSample(deps, call.actor, { inquiryId, name, file, asked: given.text("asked") });
  if (!taken.ok && taken.code.startsWith("INQUIRY_SAMPLE") && taken.code !== "INQUIRY_SAMPLE_TAKEN") {
    const problem = { field: "pasted", code: taken.code, ...(taken.facts ? { facts: taken.facts } : {}) };
    return showForm(call, inquiryId, given, [problem]);
  }
  if (!taken.ok && taken.code !== "INQUIRY_SAMPLE_TAKEN") return refuse(call, taken);
  return call.reply.redirect(`/${call.t.locale}/privacy/inquiries/${inquiryId}`, 303);
}
