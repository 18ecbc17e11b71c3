// The shape of a W3C verifiable credential or presentation 2.0 (vc-data-model-2.0, sections 4 and 5), as far as it can be
// told from the JSON alone: no context is fetched.
// SPDX-License-Identifier: Apache-2.0
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "./json.js";
import { instantOfText, Problems } from "./problems.js";

export const vc2Context = "https://www.w3.org/ns/credentials/v2";
/** Terms of the base context, which protects them: nobody may give them another meaning. */
const baseTerms = [
  ..."id type name description digestMultibase digestSRI mediaType credentialSchema credentialStatus".split(" "),
  ..."credentialSubject evidence issuer proof refreshService relatedResource termsOfUse validFrom validUntil".split(
    " ",
  ),
  ..."confidenceMethod renderMethod holder verifiableCredential VerifiableCredential VerifiablePresentation".split(" "),
  ..."EnvelopedVerifiableCredential EnvelopedVerifiablePresentation JsonSchema JsonSchemaCredential".split(" "),
  ..."BitstringStatusList BitstringStatusListCredential BitstringStatusListEntry DataIntegrityProof".split(" "),
];
const urlShape = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$/;
const mostItems = 100;

export function checkCredential(credential: JsonObject, problems: Problems, at = ""): void {
  checkContext(credential, at, problems);
  checkType(credential, "VerifiableCredential", at, problems);
  checkId(credential, at, problems);
  checkSubject(credential["credentialSubject"], `${at}credentialSubject`, problems);
  if ("issuer" in credential) checkParty(credential["issuer"], `${at}issuer`, problems);
  checkTexts(credential, at, problems);
  checkTimes(credential, at, problems);
  for (const name of ["credentialStatus", "evidence", "termsOfUse", "refreshService"])
    checkTyped(credential[name], at + name, problems);
  checkRelated(credential["relatedResource"], `${at}relatedResource`, problems);
  checkTyped(credential["credentialSchema"], `${at}credentialSchema`, problems, true);
}

export function checkPresentation(presentation: JsonObject, problems: Problems): void {
  if (typesOf(presentation)?.includes("EnvelopedVerifiablePresentation"))
    return checkEnvelope(presentation, "", problems);
  checkContext(presentation, "", problems);
  checkType(presentation, "VerifiablePresentation", "", problems);
  checkId(presentation, "", problems);
  if ("holder" in presentation) checkParty(presentation["holder"], "holder", problems);
  for (const [place, item] of itemsOf(presentation["verifiableCredential"], "verifiableCredential", problems)) {
    if (!isJsonObject(item)) problems.wrong(place);
    else if (typesOf(item)?.includes("EnvelopedVerifiableCredential")) checkEnvelope(item, `${place}.`, problems);
    else checkCredential(item, problems, `${place}.`);
  }
}

function checkEnvelope(envelope: JsonObject, at: string, problems: Problems): void {
  const context = envelope["@context"];
  problems.expect(context === vc2Context || (isJsonArray(context) && context[0] === vc2Context), `${at}@context`);
  problems.expect(
    typeof envelope["id"] === "string" && /^data:[a-z]+\/[a-z0-9.+-]+[,;]/.test(envelope["id"]),
    `${at}id`,
  );
}

function checkContext(value: JsonObject, at: string, problems: Problems): void {
  const contexts = value["@context"];
  const place = `${at}@context`;
  if (!isJsonArray(contexts) || contexts[0] !== vc2Context || contexts.length > mostItems) return problems.wrong(place);
  for (const context of contexts) {
    if (isJsonObject(context)) problems.expect(!baseTerms.some((term) => Object.hasOwn(context, term)), place);
    else problems.expect(isUrl(context), place);
  }
}

function checkType(value: JsonObject, needed: string, at: string, problems: Problems): void {
  const types = typesOf(value);
  if (!problems.expect(types?.includes(needed) ?? false, `${at}type`)) return;
  const inline = (isJsonArray(value["@context"]) ? value["@context"] : []).filter(isJsonObject);
  // The base context gives every word a meaning by "@vocab", unless a later context takes that away.
  const hasVocabulary = inline.findLast((context) => "@vocab" in context)?.["@vocab"] !== null;
  const means = (type: string) =>
    hasVocabulary || isUrl(type) || baseTerms.includes(type) || inline.some((context) => Object.hasOwn(context, type));
  problems.expect(types!.every(means), `${at}type`);
}

function typesOf(value: JsonObject): readonly string[] | undefined {
  const types = typeof value["type"] === "string" ? [value["type"]] : value["type"];
  if (!isJsonArray(types) || types.length === 0 || types.length > mostItems) return undefined;
  return types.every((type): type is string => typeof type === "string" && type !== "") ? types : undefined;
}

function checkId(value: JsonObject, at: string, problems: Problems): void {
  if ("id" in value) problems.expect(isUrl(value["id"]), `${at}id`);
}

function checkSubject(value: Json | undefined, at: string, problems: Problems): void {
  const subjects = itemsOf(value, at, problems);
  problems.expect(subjects.length > 0, at);
  for (const [place, subject] of subjects) {
    if (!isJsonObject(subject) || Object.keys(subject).length === 0) problems.wrong(place);
    else checkId(subject, `${place}.`, problems);
  }
}

/** An issuer or holder: a URL, or an object with one. */
function checkParty(value: Json | undefined, at: string, problems: Problems): void {
  if (!isJsonObject(value)) return void problems.expect(isUrl(value), at);
  checkId(value, `${at}.`, problems);
  checkTexts(value, `${at}.`, problems);
}

/** Names and descriptions: a text, a text with its language and direction and nothing else, or several of those. */
function checkTexts(value: JsonObject, at: string, problems: Problems): void {
  for (const name of ["name", "description"]) {
    for (const [place, item] of itemsOf(value[name], at + name, problems)) {
      const isText = (text: unknown) => text === undefined || typeof text === "string";
      const isDirection = (text: unknown) => text === undefined || text === "ltr" || text === "rtl";
      const {
        "@value": text,
        "@language": language,
        "@direction": direction,
        ...more
      } = isJsonObject(item) ? item : {};
      const isTagged =
        typeof text === "string" && isText(language) && isDirection(direction) && Object.keys(more).length === 0;
      problems.expect(typeof item === "string" || isTagged, place);
    }
  }
}

function checkTimes(credential: JsonObject, at: string, problems: Problems): void {
  const [from, until] = ["validFrom", "validUntil"].map((name) => {
    if (!(name in credential)) return undefined;
    const instant = instantOfText(credential[name]);
    problems.expect(instant !== undefined, at + name);
    return instant;
  });
  if (from && until) problems.expect(from <= until, `${at}validUntil`);
}

function checkTyped(value: Json | undefined, at: string, problems: Problems, needsId = false): void {
  for (const [place, item] of itemsOf(value, at, problems)) {
    if (!isJsonObject(item)) problems.wrong(place);
    else {
      problems.expect(typesOf(item) !== undefined, `${place}.type`);
      if (needsId) problems.expect("id" in item, `${place}.id`);
      checkId(item, `${place}.`, problems);
    }
  }
}

/** What a credential refers to is named once each, and held by a digest (section 5.3). */
function checkRelated(value: Json | undefined, at: string, problems: Problems): void {
  const seen = new Set<unknown>();
  for (const [place, item] of itemsOf(value, at, problems)) {
    const { id, digestSRI, digestMultibase } = isJsonObject(item) ? item : {};
    problems.expect(isUrl(id) && !seen.has(id), `${place}.id`);
    seen.add(id);
    problems.expect(
      [digestSRI, digestMultibase].some((digest) => typeof digest === "string"),
      place,
    );
  }
}

/** One value or a list of them, each with its place; nothing for an absent one. */
function itemsOf(value: Json | undefined, at: string, problems: Problems): (readonly [string, Json])[] {
  if (value === undefined) return [];
  if (!isJsonArray(value)) return [[at, value]];
  if (!problems.expect(value.length <= mostItems, at)) return [];
  return value.map((item, index) => [`${at}[${index}]`, item] as const);
}

function isUrl(value: unknown): value is string {
  return typeof value === "string" && urlShape.test(value);
}
