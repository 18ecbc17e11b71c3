// The signed form of a Co-WIN credential: URDNA2015 N-Quads (the 2017 form of RDF dataset canonicalisation) for the one
// shape that the two vaccination contexts describe. Anything outside the shape is refused and never dropped, which is
// how general JSON-LD readers come to verify less than they show.
// Terms: DIVOC vaccination-context 1.1.0 (v1, v2), W3C credentials v1, W3C security v2 (for the proof).
// SPDX-License-Identifier: Apache-2.0
import { hex, utf8Bytes } from "./bytes.js";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "./json.js";
import type { Primitives } from "./primitives.js";

const schema = "https://schema.org/";
const credentials = "https://www.w3.org/2018/credentials#";
const security = "https://w3id.org/security#";
const xsd = "http://www.w3.org/2001/XMLSchema#";
const rdfType = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/** "vac:" stays as it is: the contexts define it without a final "/" or "#", so it is no prefix. */
const addressTerms: Terms = {
  streetAddress: `${schema}streetAddress`,
  streetAddress2: "vac:addressLine2",
  city: "vac:city",
  district: "vac:district",
  addressRegion: `${schema}addressRegion`,
  postalCode: `${schema}postalCode`,
  addressCountry: `${schema}addressCountry`,
};
const address = { predicate: `${schema}PostalAddress`, node: { terms: addressTerms } };

const subjectTerms: Terms = {
  refId: `${schema}id`,
  uhid: `${schema}id`,
  name: `${schema}name`,
  age: `${schema}Number`,
  gender: `${schema}gender`,
  nationality: `${schema}nationality`,
  address,
};
const evidenceTerms: Terms = {
  certificateId: `${schema}id`,
  feedbackUrl: `${schema}url`,
  infoUrl: `${schema}url`,
  batch: `${schema}id`,
  vaccine: `${schema}id`,
  manufacturer: `${schema}id`,
  date: `${schema}date`,
  effectiveStart: `${schema}date`,
  effectiveUntil: `${schema}date`,
  dose: `${schema}doseValue`,
  totalDoses: `${schema}doseValue`,
  verifier: { predicate: "vac:verifier", node: { terms: { name: `${schema}name`, "sign-image": `${schema}image` } } },
  facility: {
    predicate: "vac:Facility",
    node: { terms: { name: `${schema}name`, address, "seal-image": `${schema}image` } },
  },
};
const added = {
  v1: { subject: {}, evidence: {} },
  v2: {
    subject: { dob: `${schema}date` },
    evidence: { icd11Code: `${schema}id`, prophylaxis: `${schema}name` },
  },
} as const;
export type ContextVersion = keyof typeof added;

function credentialShape(version: ContextVersion): Shape {
  return {
    types: {
      VerifiableCredential: `${credentials}VerifiableCredential`,
      ProofOfVaccinationCredential: `${schema}ProofOfVaccinationCredential`,
    },
    ignored: ["@context"],
    terms: {
      issuer: { predicate: `${credentials}issuer`, datatype: "@id" },
      issuanceDate: { predicate: `${credentials}issuanceDate`, datatype: `${xsd}dateTime` },
      nonTransferable: "vac:nonTransferable",
      credentialSubject: {
        predicate: `${credentials}credentialSubject`,
        node: {
          named: true,
          types: { Person: `${schema}Person` },
          terms: { ...subjectTerms, ...added[version].subject },
        },
      },
      evidence: {
        predicate: `${credentials}evidence`,
        inList: true,
        node: {
          named: true,
          types: { Vaccination: "vac:Vaccination" },
          terms: { ...evidenceTerms, ...added[version].evidence },
        },
      },
    },
  };
}
const shapes = { v1: credentialShape("v1"), v2: credentialShape("v2") };

/**
 * The shape of the hardened profile (divoc-hardened.ts), whose context gives each word a meaning of its own: the address
 * of the context and the word.
 */
export function hardenedShape(context: string): Shape {
  const words = (names: string): Terms =>
    Object.fromEntries(names.split(" ").map((name) => [name, `${context}#${name}`]));
  return {
    types: {
      VerifiableCredential: `${credentials}VerifiableCredential`,
      ProofOfVaccinationCredential: `${context}#ProofOfVaccinationCredential`,
    },
    ignored: ["@context"],
    terms: {
      issuer: { predicate: `${credentials}issuer`, datatype: "@id" },
      issuanceDate: { predicate: `${credentials}issuanceDate`, datatype: `${xsd}dateTime` },
      expirationDate: { predicate: `${credentials}expirationDate`, datatype: `${xsd}dateTime` },
      nonTransferable: `${context}#nonTransferable`,
      credentialSubject: {
        predicate: `${credentials}credentialSubject`,
        node: {
          named: true,
          types: { Person: `${context}#Person` },
          terms: words("name gender birthYear dob passportNumber"),
        },
      },
      evidence: {
        predicate: `${credentials}evidence`,
        inList: true,
        node: {
          named: true,
          types: { Vaccination: `${context}#Vaccination` },
          terms: words(
            "certificateId batch vaccine prophylaxis manufacturer date dose totalDoses stage facilityName country",
          ),
        },
      },
      credentialStatus: {
        predicate: `${credentials}credentialStatus`,
        node: {
          named: true,
          types: { BitstringStatusListEntry: `${context}#BitstringStatusListEntry` },
          terms: {
            ...words("statusPurpose statusListIndex"),
            statusListCredential: { predicate: `${context}#statusListCredential`, datatype: "@id" },
          },
        },
      },
    },
  };
}

export interface Shape {
  readonly named?: boolean;
  /** All of them must be there. */
  readonly types?: Readonly<Record<string, string>>;
  readonly ignored?: readonly string[];
  readonly terms: Terms;
}
type Terms = Readonly<Record<string, Term>>;
type Term =
  | string
  | { readonly predicate: string; readonly datatype: string }
  | { readonly predicate: string; readonly node: Shape; readonly inList?: boolean };

export class OutsideShape extends Error {
  readonly place: string;
  constructor(place: string) {
    super(place);
    this.place = place;
  }
}

/** The canonical N-Quads of the document (without its proof); throws OutsideShape with the place that does not fit. */
export async function canonicalCredential(
  document: JsonObject,
  shape: ContextVersion | Shape,
  primitives: Pick<Primitives, "digest">,
): Promise<string> {
  const quads = new Quads();
  quads.addNode(document, typeof shape === "string" ? shapes[shape] : shape, "");
  return quads.canonical(primitives);
}

/** The canonical N-Quads of the proof's options: everything of the proof but the signature. */
export function canonicalProof(proof: { type: string; created: string; verificationMethod: string }): string {
  return lines([
    `_:c14n0 <http://purl.org/dc/terms/created> ${literal(proof.created, `${xsd}dateTime`)} .\n`,
    `_:c14n0 <${rdfType}> <${security}${proof.type}> .\n`,
    `_:c14n0 <${security}proofPurpose> <${security}assertionMethod> .\n`,
    `_:c14n0 <${security}verificationMethod> <${proof.verificationMethod}> .\n`,
  ]);
}

/** Schemes that no context shortens and that stand in N-Quads as they are; Co-WIN writes blanks into its did: names. */
export function isPlainIri(value: unknown): value is string {
  return typeof value === "string" && /^(?:did|https?|urn):[^\p{Cc}<>"{}|\\^`]+$/u.test(value);
}

/** A name or a text as N-Quads have it, or the number of a nameless node. */
type Label = string | number;
interface Statement {
  readonly subject: Label;
  readonly predicate: string;
  readonly object: Label;
}

/** Statements about nodes; a node without a name is a number here, and gets its lasting label at the end. */
class Quads {
  private readonly statements: Statement[] = [];
  /** By the number of the nameless node: the statements that speak of it. */
  private readonly about: Statement[][] = [];

  addNode(value: JsonObject, shape: Shape, place: string): Label {
    const subject = shape.named ? this.nameOf(value, place) : this.about.push([]) - 1;
    const said = new Set<string>();
    if (shape.types) this.addTypes(subject, value["type"], shape.types, `${place}type`);
    for (const [name, item] of Object.entries(value)) {
      if ((name === "type" && shape.types) || (name === "id" && shape.named) || shape.ignored?.includes(name)) continue;
      if (!Object.hasOwn(shape.terms, name)) throw new OutsideShape(place + name);
      // JSON-LD: null says nothing.
      if (item === undefined || item === null) continue;
      this.addTerm(subject, shape.terms[name]!, item, place + name, said);
    }
    return subject;
  }

  private nameOf(value: JsonObject, place: string): string {
    if (!isPlainIri(value["id"])) throw new OutsideShape(`${place}id`);
    return `<${value["id"]}>`;
  }

  private addTypes(subject: Label, given: unknown, types: Readonly<Record<string, string>>, place: string): void {
    const names = typeof given === "string" ? [given] : given;
    const wanted = Object.keys(types);
    const fits = isJsonArray(names) && names.length === wanted.length && wanted.every((name) => names.includes(name));
    if (!fits) throw new OutsideShape(place);
    for (const iri of Object.values(types)) this.add({ subject, predicate: rdfType, object: `<${iri}>` });
  }

  /** RDF is a set: what was `said` of this node already is not said twice. */
  private addTerm(subject: Label, term: Term, item: Json, place: string, said: Set<string>): void {
    const predicate = typeof term === "string" ? term : term.predicate;
    if (typeof term !== "string" && "node" in term) {
      const node = term.inList && isJsonArray(item) && item.length === 1 ? item[0] : item;
      if (!isJsonObject(node)) throw new OutsideShape(place);
      const object = this.addNode(node, term.node, term.inList ? `${place}[0].` : `${place}.`);
      return this.add({ subject, predicate, object });
    }
    const object = typeof term === "string" ? literalAt(item, place) : typedAt(item, term.datatype, place);
    const words = `${predicate} ${object}`;
    if (said.has(words)) return;
    said.add(words);
    this.add({ subject, predicate, object });
  }

  private add(statement: Statement): void {
    this.statements.push(statement);
    const { subject, object } = statement;
    if (typeof subject === "number") this.about[subject]!.push(statement);
    if (typeof object === "number" && object !== subject) this.about[object]!.push(statement);
  }

  /**
   * URDNA2015 for a graph in which the statements around each nameless node already tell it from all others: labels in
   * the order of the first-degree hashes. Every node here hangs on a named one by its own path, so no two look alike.
   */
  async canonical(primitives: Pick<Primitives, "digest">): Promise<string> {
    const hashed = await Promise.all(
      this.about.map(async (about, node) => {
        const seen = lines(about.map((statement) => line(statement, (each) => (each === node ? "_:a" : "_:z"))));
        return { node, hash: hex(await primitives.digest("SHA-256", utf8Bytes(seen))) };
      }),
    );
    hashed.sort((a, b) => (a.hash < b.hash ? -1 : 1));
    if (new Set(hashed.map(({ hash }) => hash)).size !== hashed.length) throw new OutsideShape("");
    const lasting: string[] = [];
    for (const [index, { node }] of hashed.entries()) lasting[node] = `_:c14n${index}`;
    return lines(this.statements.map((statement) => line(statement, (node) => lasting[node]!)));
  }
}

function line({ subject, predicate, object }: Statement, labelOf: (node: number) => string): string {
  const about = typeof subject === "number" ? labelOf(subject) : subject;
  const said = typeof object === "number" ? labelOf(object) : object;
  return `${about} <${predicate}> ${said} .\n`;
}

function lines(statements: readonly string[]): string {
  return statements.toSorted().join("");
}

function typedAt(item: Json, datatype: string, place: string): string {
  if (typeof item !== "string") throw new OutsideShape(place);
  if (datatype !== "@id") return literal(item, datatype);
  if (!isPlainIri(item)) throw new OutsideShape(place);
  return `<${item}>`;
}

function literalAt(item: Json, place: string): string {
  if (typeof item === "string") return literal(item);
  if (typeof item === "boolean") return literal(String(item), `${xsd}boolean`);
  if (typeof item === "number" && Number.isSafeInteger(item)) return literal(String(item), `${xsd}integer`);
  throw new OutsideShape(place);
}

const escapes: Readonly<Record<string, string>> = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r" };

/** N-Quads as URDNA2015 wrote them: four characters are escaped, the later RDFC-1.0 escapes more. */
function literal(text: string, datatype?: string): string {
  const quoted = `"${text.replace(/["\\\n\r]/g, (character) => escapes[character]!)}"`;
  return datatype ? `${quoted}^^<${datatype}>` : quoted;
}
