// Stock of a facility: list, take in, withdraw.
// SPDX-License-Identifier: Apache-2.0

import { type FacilityView, facilityOfAdmin } from "../../modules/facilities/index.js";
import {
  addBatch,
  type BatchInput,
  type BatchView,
  listBatches,
  sessionProducts,
  withdrawBatch,
} from "../../modules/sessions/index.js";
import type { Problem } from "../../platform/errors.js";
import type { Form as PostedForm } from "../../platform/http/form.js";
import type { Translate } from "../../platform/i18n/i18n.js";
import { uuidv7 } from "../../platform/random.js";
import { Button, ButtonLink, Empty, Form, Select, SummaryList, Table, TextInput } from "../components/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import { productName } from "../product-name.js";
import { type OfficerDoor, queryText } from "./door.js";
import { BatchTag, Confirmation } from "./parts.js";

const emptyBatch: BatchInput = { product: "", lotNumber: "", expiresOn: "", dosesReceived: "" };

function batchFromForm(form: PostedForm): BatchInput {
  return {
    product: form.text("product"),
    lotNumber: form.text("lotNumber").toUpperCase(),
    expiresOn: form.text("expiresOn"),
    dosesReceived: form.text("dosesReceived"),
  };
}

function facilityPath(t: Translate, facilityId: string): string {
  return `/${t.locale}/officer/facilities/${facilityId}`;
}

export function batchPages(door: OfficerDoor): void {
  listPage(door);
  addPages(door);
  withdrawPages(door);
}

function listPage({ deps, get }: OfficerDoor): void {
  get("/facilities/:facilityId/batches", async (request, reply, { actor }) => {
    const t = wordsOf(request);
    const found = await facilityOfAdmin(deps, actor, request.params.facilityId ?? "");
    if (!found.ok) return sendRefusal(request, reply, found);
    const { facility } = found.value;
    const path = facilityPath(t, facility.facilityId);
    const batches = await listBatches(deps, facility.facilityId);
    return sendPage(request, reply, {
      title: t("officer.batches.title"),
      back: path,
      wide: true,
      children: (
        <>
          <Confirmation t={t} done={queryText(request, "done")} />
          <h1>{t("officer.batches.title")}</h1>
          <p class="sk-lead">{facility.name}</p>
          {facility.isActive ? <ButtonLink href={`${path}/batches/new`}>{t("officer.batch.add")}</ButtonLink> : null}
          {batches.length === 0 ? (
            <Empty>{t("officer.batches.none")}</Empty>
          ) : (
            <BatchTable t={t} path={path} batches={batches} />
          )}
        </>
      ),
    });
  });
}

function BatchTable({ t, path, batches }: { t: Translate; path: string; batches: readonly BatchView[] }) {
  return (
    <Table
      caption={t("officer.batches.title")}
      hiddenCaption
      columns={[
        { text: t("officer.batch.lot") },
        { text: t("officer.product") },
        { text: t("officer.batch.left"), numeric: true },
        { text: t("officer.batch.expires") },
        { text: t("officer.state") },
        { text: t("officer.actions") },
      ]}
      rows={batches.map((batch) => [
        batch.lotNumber,
        productName(batch.product),
        t("officer.sessions.of", { left: batch.dosesLeft, all: batch.dosesReceived }),
        t.date(batch.expiresOn),
        <BatchTag t={t} state={batch.state} />,
        batch.state === "withdrawn" ? null : (
          <a href={`${path}/batches/${batch.batchId}/withdraw`}>
            {t("officer.batch.withdraw")}
            <span class="sk-hidden"> {batch.lotNumber}</span>
          </a>
        ),
      ])}
    />
  );
}

function addPages({ deps, get, post }: OfficerDoor): void {
  const page = (
    t: Translate,
    facility: FacilityView,
    batchId: string,
    input: BatchInput,
    problems: readonly Problem[] = [],
  ) => {
    const path = facilityPath(t, facility.facilityId);
    const field = { t, problems };
    const products = sessionProducts().map((product) => ({ value: product, label: productName(product) }));
    return {
      title: t("officer.batch.add"),
      back: `${path}/batches`,
      problems,
      children: (
        <>
          <h1>{t("officer.batch.add")}</h1>
          <p class="sk-lead">{facility.name}</p>
          <Form action={`${path}/batches`} fields={{ batchId }}>
            <Select
              {...field}
              name="product"
              label={t("officer.product")}
              options={[{ value: "", label: t("officer.choose") }, ...products]}
              value={input.product}
            />
            <TextInput
              {...field}
              name="lotNumber"
              label={t("officer.batch.lot")}
              hint={t("officer.batch.lot.hint")}
              value={input.lotNumber}
              width={20}
              maxLength={40}
            />
            <TextInput
              {...field}
              name="expiresOn"
              type="date"
              label={t("officer.batch.expires")}
              hint={t("officer.batch.expires.hint")}
              value={input.expiresOn}
              width={20}
            />
            <TextInput
              {...field}
              name="dosesReceived"
              label={t("officer.batch.received")}
              value={input.dosesReceived}
              inputMode="numeric"
              width={10}
              maxLength={7}
            />
            <Button>{t("officer.batch.add")}</Button>
          </Form>
        </>
      ),
    };
  };
  get("/facilities/:facilityId/batches/new", async (request, reply, { actor }) => {
    const found = await facilityOfAdmin(deps, actor, request.params.facilityId ?? "");
    if (!found.ok) return sendRefusal(request, reply, found);
    return sendPage(request, reply, page(wordsOf(request), found.value.facility, uuidv7(), emptyBatch));
  });
  post("/facilities/:facilityId/batches", async (request, reply, { actor }) => {
    const t = wordsOf(request);
    const facilityId = request.params.facilityId ?? "";
    const input = batchFromForm(request.form);
    const batchId = request.form.text("batchId");
    const added = await addBatch(deps, actor, { ...input, facilityId, batchId });
    if (added.ok) return reply.redirect(`${facilityPath(t, facilityId)}/batches?done=batch-added`, 303);
    const found = added.problems ? await facilityOfAdmin(deps, actor, facilityId) : undefined;
    if (!found?.ok) return sendRefusal(request, reply, added);
    return sendPage(request, reply, page(t, found.value.facility, batchId, input, added.problems));
  });
}

function withdrawPages({ deps, get, post }: OfficerDoor): void {
  get("/facilities/:facilityId/batches/:batchId/withdraw", async (request, reply, { actor }) => {
    const t = wordsOf(request);
    const { facilityId = "", batchId = "" } = request.params;
    const found = await facilityOfAdmin(deps, actor, facilityId);
    if (!found.ok) return sendRefusal(request, reply, found);
    const batch = (await listBatches(deps, facilityId)).find((each) => each.batchId === batchId);
    if (!batch) return sendRefusal(request, reply, { ok: false, code: "BATCH_NOT_FOUND" });
    const path = `${facilityPath(t, facilityId)}/batches`;
    return sendPage(request, reply, {
      title: t("officer.batch.withdraw"),
      back: path,
      children: (
        <>
          <h1>{t("officer.batch.withdraw.question")}</h1>
          <SummaryList
            rows={[
              { key: t("officer.facility"), value: found.value.facility.name },
              { key: t("officer.product"), value: productName(batch.product) },
              { key: t("officer.batch.lot"), value: batch.lotNumber },
              { key: t("officer.batch.left"), value: t.number(batch.dosesLeft) },
            ]}
          />
          <p>{t("officer.batch.withdraw.means")}</p>
          <Form action={`${path}/${batchId}/withdraw`}>
            <Button kind="warning">{t("officer.batch.withdraw")}</Button>
          </Form>
          <a href={path}>{t("common.cancel")}</a>
        </>
      ),
    });
  });
  post("/facilities/:facilityId/batches/:batchId/withdraw", async (request, reply, { actor }) => {
    const { facilityId = "", batchId = "" } = request.params;
    const withdrawn = await withdrawBatch(deps, actor, { facilityId, batchId });
    if (!withdrawn.ok) return sendRefusal(request, reply, withdrawn);
    return reply.redirect(`${facilityPath(wordsOf(request), facilityId)}/batches?done=batch-withdrawn`, 303);
  });
}
