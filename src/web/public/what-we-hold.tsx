// "What we hold about you": made from the data catalogue. First the sealed data of a person, in plain words; then
// every column of the database for whoever wants to check. A field of the catalogue without words does not start.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance } from "fastify";
import { catalogue, type StoredField } from "../../catalogue.js";
import { isLocale, type Translate } from "../../platform/i18n/i18n.js";
import { Card, Cards, Details, SummaryList, Table } from "../components/index.js";
import { sendPage, wordsOf } from "../page.js";

/** Who may see a field, in the words of the page. What is not listed here is refused (policy/disclosure.cedar). */
export const readers = {
  name: ["you", "site", "aefi", "emergency", "certificates", "officers", "partners"],
  birthYear: ["you", "site", "aefi", "emergency", "certificates", "officers", "partners"],
  gender: ["you", "site", "aefi", "emergency", "certificates", "officers", "partners"],
  photoIdType: ["you", "site", "certificates", "officers"],
  photoIdLast4: ["you", "site", "certificates", "officers"],
  mobile: ["you", "messages"],
  passportNumber: ["you", "certificates", "officers"],
  birthDate: ["you", "certificates", "officers"],
  doses: ["you", "site", "aefi", "emergency", "certificates", "officers", "partners"],
  certificates: ["you"],
  aefi: ["you", "aefi", "emergency"],
  tickets: ["you", "officers"],
  evidence: ["you", "officers"],
  emergencies: ["you", "reviewers"],
  disclosures: ["you"],
  consents: ["you"],
  inquiry: ["inquirers"],
  comparison: ["inquirers"],
  actors: ["inquirers"],
} as const;
type HeldField = keyof typeof readers;

const keptWords = ["record", "log", "inquiry", "evidence"] as const;
type Kept = (typeof keptWords)[number];

const kept = "public, max-age=300";

export function whatWeHoldPages(app: FastifyInstance): void {
  const held = heldFields();
  app.get("/what-we-hold", async (_request, reply) => reply.redirect("/en/what-we-hold", 302));
  app.get("/what-we-hold.json", async (_request, reply) => reply.header("Cache-Control", kept).send(catalogue));
  app.get("/:lang/what-we-hold", async (request, reply) => {
    if (!isLocale((request.params as { lang: string }).lang)) return reply.callNotFound();
    const t = wordsOf(request);
    reply.header("Cache-Control", kept);
    return sendPage(request, reply, { title: t("public.hold.title"), children: <HoldPage t={t} held={held} /> });
  });
}

/** The sealed fields under the names by which the policy lets them out, in the order of the catalogue. */
function heldFields(): { field: HeldField; kept: Kept }[] {
  const found = new Map<HeldField, Kept>();
  for (const { id, policyField, kept: time } of catalogue) {
    if (!policyField) continue;
    if (!Object.hasOwn(readers, policyField)) throw new Error(`the page has no words for ${id}`);
    const known = keptWords.find((one) => one === time);
    if (!known) throw new Error(`the page has no words for how long ${id} is kept`);
    found.set(policyField as HeldField, known);
  }
  return [...found].map(([field, time]) => ({ field, kept: time }));
}

function HoldPage({ t, held }: { t: Translate; held: ReturnType<typeof heldFields> }) {
  return (
    <>
      <h1>{t("public.hold.title")}</h1>
      <p class="sk-lead">{t("public.hold.lead")}</p>
      <Cards>
        {held.map(({ field, kept: time }) => (
          <Card key={field} title={t(`public.hold.field.${field}`)}>
            <SummaryList
              rows={[
                { key: t("public.hold.why"), value: t(`public.hold.why.${field}`) },
                { key: t("public.hold.who"), value: <Readers t={t} field={field} /> },
                { key: t("public.hold.kept"), value: t(`public.hold.kept.${time}`) },
              ]}
            />
          </Card>
        ))}
      </Cards>
      <h2>{t("public.hold.not.title")}</h2>
      <p>{t("public.hold.not.text")}</p>
      <h2>{t("public.hold.how.title")}</h2>
      <p>{t("public.hold.how.text")}</p>
      <p>
        <a href={`/${t.locale}/log`}>{t("public.hold.how.log")}</a>
      </p>
      <h2>{t("public.hold.all.title")}</h2>
      <p>{t("public.hold.all.text")}</p>
      <p>
        <a href="/what-we-hold.json">{t("public.hold.all.file")}</a>
      </p>
      <Details summary={t("public.hold.all.open")}>
        <EveryColumn t={t} />
      </Details>
    </>
  );
}

function Readers({ t, field }: { t: Translate; field: HeldField }) {
  return (
    <ul>
      {readers[field].map((reader) => (
        <li key={reader}>{t(`public.hold.who.${reader}`)}</li>
      ))}
    </ul>
  );
}

/** Columns that share table, class and reason are one row. The catalogue is written in English. */
function EveryColumn({ t }: { t: Translate }) {
  const rows = Map.groupBy(catalogue, (field) => [placeOf(field), field.class, field.why].join("|"));
  return (
    <div lang={t.locale === "en" ? undefined : "en"}>
      <Table
        caption="Data catalogue"
        columns={[{ text: "Where" }, { text: "Fields" }, { text: "Class" }, { text: "Why it is held" }]}
        rows={[...rows.values()].map((fields) => [
          placeOf(fields[0]!),
          fields.map((field) => field.id.slice(placeOf(field).length + 1)).join(", "),
          fields[0]!.class,
          fields[0]!.why,
        ])}
      />
    </div>
  );
}

function placeOf(field: StoredField): string {
  return field.id.slice(0, field.id.lastIndexOf("."));
}
