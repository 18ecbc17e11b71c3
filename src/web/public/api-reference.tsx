// The reference of the API for new programs: made from the OpenAPI document, which is made from the schemas that check
// requests. With all stable codes, to which each refusal leads. Plain HTML; the document is written in English.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance } from "fastify";
import { type ErrorCode, errorRules } from "../../errors.js";
import { isLocale, readMessages, type Translate } from "../../platform/i18n/i18n.js";
import { Details, Table } from "../components/index.js";
import { sendPage, wordsOf } from "../page.js";

/** What the page reads of an OpenAPI 3.1 document. */
interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly format?: string;
  readonly description?: string;
}
type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
interface Operation {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema?: Schema;
  }[];
  readonly requestBody?: { readonly content?: Content };
  readonly responses?: Readonly<Record<string, { readonly description?: string; readonly content?: Content }>>;
}
export interface OpenApiDocument {
  readonly paths?: Readonly<Record<string, object | undefined>>;
}
interface Listed {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

export function apiReferencePages(app: FastifyInstance, document: () => OpenApiDocument): void {
  let listed: Map<string, Listed[]> | undefined;
  app.get("/:lang/api", async (request, reply) => {
    if (!isLocale((request.params as { lang: string }).lang)) return reply.callNotFound();
    const t = wordsOf(request);
    listed ??= byTag(document());
    reply.header("Cache-Control", "public, max-age=300");
    return sendPage(request, reply, {
      title: t("public.api.title"),
      wide: true,
      children: <ReferencePage t={t} listed={listed} />,
    });
  });
}

function byTag({ paths = {} }: OpenApiDocument): Map<string, Listed[]> {
  const all = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item ?? {}).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation: operation as Operation,
    })),
  );
  return Map.groupBy(all, ({ operation }) => operation.tags?.[0] ?? "");
}

function ReferencePage({ t, listed }: { t: Translate; listed: Map<string, Listed[]> }) {
  const codes = Object.keys(errorRules).sort() as ErrorCode[];
  const texts = readMessages(t.locale);
  return (
    <>
      <h1>{t("public.api.title")}</h1>
      <p class="sk-lead">{t("public.api.lead")}</p>
      <p>
        <a href="/api/v1/openapi.json">{t("public.api.file")}</a>
      </p>
      <div class="sk-narrow" lang={t.locale === "en" ? undefined : "en"}>
        {[...listed].map(([tag, operations]) => (
          <section key={tag}>
            <h2>{tag}</h2>
            {operations.map((one) => (
              <OperationPart key={`${one.method} ${one.path}`} {...one} />
            ))}
          </section>
        ))}
      </div>
      <h2>{t("public.api.codes")}</h2>
      <p>{t("public.api.codes.lead")}</p>
      <div class="sk-narrow">
        <Table
          caption={t("public.api.codes")}
          hiddenCaption
          columns={[
            { text: t("public.api.code") },
            { text: t("public.api.status") },
            { text: t("public.api.meaning") },
          ]}
          rows={codes.map((code) => [
            <code key={code} id={code}>
              {code}
            </code>,
            String(errorRules[code].status),
            texts[`error.${code}`] ?? "",
          ])}
        />
      </div>
    </>
  );
}

function OperationPart({ method, path, operation }: Listed) {
  const { summary, description, security = [], parameters = [], requestBody, responses = {} } = operation;
  const caller = security.flatMap((one) => Object.keys(one)).join(", ");
  const body = shownSchema(requestBody?.content);
  return (
    <Details summary={`${method} ${path}: ${summary}`}>
      {description ? <p>{description}</p> : null}
      <p>{caller === "" ? "For anybody." : caller === "person" ? "With a person's token." : "With a partner's key."}</p>
      {parameters.length > 0 ? (
        <ul>
          {parameters.map((one) => (
            <li key={one.name}>
              <code>{one.name}</code> ({one.in}
              {one.required ? "" : ", optional"}): {textOf(one.schema ?? {}, 0)} {one.description ?? ""}
            </li>
          ))}
        </ul>
      ) : null}
      {body ? <Shape title="Body" schema={body} /> : null}
      {Object.entries(responses)
        .filter(([status]) => status.startsWith("2"))
        .map(([status, answer]) => {
          const schema = shownSchema(answer.content);
          return schema ? (
            <Shape key={status} title={`Answer ${status}`} schema={schema} />
          ) : (
            <p key={status}>
              {`Answer ${status}`}: {Object.keys(answer.content ?? {})[0] ?? "nothing"}
            </p>
          );
        })}
    </Details>
  );
}

function Shape({ title, schema }: { title: string; schema: Schema }) {
  return (
    <>
      <p>{title}:</p>
      <pre class="sk-pre">{textOf(schema, 0)}</pre>
    </>
  );
}

function shownSchema(content: Content = {}): Schema | undefined {
  const schema = content["application/json"]?.schema;
  return schema?.properties ? schema : undefined;
}

/** A schema as programs are written: "{ name: text, days?: whole number }". */
function textOf(schema: Schema, depth: number): string {
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf) return schema.anyOf.map((one) => textOf(one, depth)).join(" | ");
  if (schema.type === "array") return `[ ${textOf(schema.items ?? {}, depth)}, … ]`;
  if (schema.properties) {
    const indent = "  ".repeat(depth + 1);
    const members = Object.entries(schema.properties).map(([name, member]) => {
      const isRequired = schema.required?.includes(name);
      return `${indent}${name}${isRequired ? "" : "?"}: ${textOf(member, depth + 1)}`;
    });
    return `{\n${members.join(",\n")}\n${"  ".repeat(depth)}}`;
  }
  return schema.format ?? (schema.type === "integer" ? "whole number" : (schema.type ?? "anything"));
}
