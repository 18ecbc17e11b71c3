// Certificates: each format whole (building, canonical form, signing; or reading with all its rules) against its bare
// signature operations, Co-WIN's RSA credential against a general JSON-LD processor, and papers a second.
// SPDX-License-Identifier: Apache-2.0
import { constants, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { canonicalCredential, canonicalProof } from "../src/lib/certificate/divoc-canonical.js";
import { shcCode, verifyCertificate } from "../src/lib/certificate/index.js";
import { nodePrimitives } from "../src/lib/certificate/node-primitives.js";
import { closePdf, renderCertificatePdf } from "../src/pdf/index.js";
import { canonicalByJsonld } from "../tests/foreign/jsonld-documents.js";
import { issuedAt, testIssuer } from "../tests/support/certificate.js";
import { card, cowin, pairs, trust, w3c, wallet } from "../tests/support/issued-forms.js";
import { trustedKey, trusting } from "../tests/vectors/keys.js";
import { type Benchmark, type Comparison, inParallel, inSequence } from "./harness.js";

type Compare = (comparison: Comparison) => Promise<void>;
const primitives = nodePrimitives();
const at = new Date("2026-12-01T00:00:00Z");
const message = Buffer.alloc(300, 7);
const unit = "certificates/s";

export const certificateBenchmark: Benchmark = {
  name: "certificate",
  what: "issuing and verifying each format against the bare signature, Co-WIN against jsonld, papers a second",
  async run(compare) {
    const issuer = testIssuer();
    await against(compare, "hcert", "ES256", 1, () => issuer.issue(), issuer.trust);
    await against(compare, "cowin", "EdDSA", 2, async () => JSON.stringify(await cowin()), trust);
    await against(compare, "health-card", "ES256", 1, async () => shcCode(await card()), trust);
    await against(compare, "w3c", "EdDSA", 1, async () => JSON.stringify(await w3c()), trust);
    await against(compare, "sd-jwt-vc", "ES256", 1, () => wallet(), trust);
    await cowinRsa(compare);
    await papers(compare);
  },
};

/** A format whole against as many bare signatures as it has. */
async function against(
  compare: Compare,
  name: string,
  algorithm: "ES256" | "EdDSA",
  signatures: number,
  issue: () => Promise<string>,
  trusted: typeof trust,
): Promise<void> {
  const { privateKey, publicKey } = pairs[algorithm];
  const hash = algorithm === "EdDSA" ? null : "sha256";
  const of = (key: KeyObject) => ({ key, dsaEncoding: "ieee-p1363" as const });
  const signature = sign(hash, message, of(privateKey));
  const times = (act: () => void) => inSequence(() => Array.from({ length: signatures }, act));
  const what = `${signatures} bare ${algorithm} signature${signatures > 1 ? "s" : ""}`;
  await compare({
    name: `certificate/${name}-issue`,
    unit,
    what: `issuing against ${what}`,
    ours: inParallel(1, issue),
    ceiling: times(() => void sign(hash, message, of(privateKey))),
  });
  const text = await issue();
  const options = { trust: trusted, at, primitives };
  await compare({
    name: `certificate/${name}-verify`,
    unit,
    what: `verifying with all rules against checking ${what}`,
    ours: inParallel(1, async () => mustBeValid(await verifyCertificate(text, options))),
    ceiling: times(() => {
      if (!verify(hash, message, of(publicKey), signature)) throw new Error("bad");
    }),
  });
}

function mustBeValid({ outcome, reasons }: { outcome: string; reasons: readonly unknown[] }): void {
  if (outcome !== "valid") throw new Error(JSON.stringify(reasons));
}

/** Co-WIN's own form, RsaSignature2018: our canonical form of its one shape against jsonld's of any. */
async function cowinRsa(compare: Compare): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const proof = { type: "RsaSignature2018", created: "2026-11-23T06:00:00Z", verificationMethod: "did:india" };
  const head = Buffer.from('{"alg":"PS256","b64":false,"crit":["b64"]}').toString("base64url");
  const pss = (key: KeyObject) => ({ key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
  const signed = async (canonical: string, options: string) => {
    const hashes = await Promise.all(
      [options, canonical].map((text) => primitives.digest("SHA-256", Buffer.from(text))),
    );
    return Buffer.concat([Buffer.from(`${head}.`), ...hashes]);
  };
  const document = cowinDocument();
  const byOurs = async () => signed(await canonicalCredential(document, "v1", primitives), canonicalProof(proof));
  const byJsonld = async () => {
    const options = { "@context": "https://w3id.org/security/v2", ...proof, proofPurpose: "assertionMethod" };
    return signed(await canonicalByJsonld(document), await canonicalByJsonld(options));
  };
  if (!(await byOurs()).equals(await byJsonld())) throw new Error("the two canonical forms differ");
  await compare({
    name: "certificate/cowin-canonical",
    unit,
    what: "the canonical form of Co-WIN's credential and proof against jsonld's",
    target: 8,
    ours: inParallel(1, byOurs),
    ceiling: inParallel(1, byJsonld),
  });
  const signWith = async (data: Promise<Buffer>) => sign("sha256", await data, pss(privateKey));
  await compare({
    name: "certificate/cowin-rsa-issue",
    unit,
    what: "issuing Co-WIN's RSA credential against the same by jsonld; RSA itself takes most of ours",
    ours: inParallel(1, () => signWith(byOurs())),
    ceiling: inParallel(1, () => signWith(byJsonld())),
  });
  const signature = await signWith(byOurs());
  const jws = `${head}..${signature.toString("base64url")}`;
  const certificate = JSON.stringify({ ...document, proof: { ...proof, proofPurpose: "assertionMethod", jws } });
  const trusted = trusting(trustedKey(publicKey, { verificationMethod: "did:india", issuer: "https://cowin.gov.in/" }));
  const options = { trust: trusted, at, primitives };
  await compare({
    name: "certificate/cowin-rsa-verify",
    unit,
    what: "verifying it with all rules against canonical form by jsonld and the signature",
    ours: inParallel(1, async () => mustBeValid(await verifyCertificate(certificate, options))),
    ceiling: inParallel(1, async () => {
      if (!verify("sha256", await byJsonld(), pss(publicKey), signature)) throw new Error("bad");
    }),
  });
}

function cowinDocument() {
  const address = {
    district: "Pune",
    city: "",
    addressRegion: "Maharashtra",
    addressCountry: "IN",
    postalCode: 411001,
  };
  return {
    "@context": ["https://www.w3.org/2018/credentials/v1", "https://cowin.gov.in/credentials/vaccination/v1"],
    type: ["VerifiableCredential", "ProofOfVaccinationCredential"],
    issuer: "https://cowin.gov.in/",
    issuanceDate: "2021-04-03T04:30:00.134Z",
    nonTransferable: "true",
    credentialSubject: {
      type: "Person",
      id: "did:Passport:Z0000000",
      refId: "10000000000001",
      name: "Asha Demo",
      gender: "Female",
      age: "34",
      nationality: "Indian",
      address,
    },
    evidence: [
      {
        id: "https://cowin.gov.in/vaccine/90000000001",
        feedbackUrl: "https://cowin.gov.in/?90000000001",
        infoUrl: "https://cowin.gov.in/?90000000001",
        certificateId: "90000000001",
        type: ["Vaccination"],
        batch: "DEMO1",
        vaccine: "COVISHIELD",
        manufacturer: "Serum Institute of India",
        date: "2021-04-03T04:30:00.134Z",
        effectiveStart: "2021-04-03",
        effectiveUntil: "2021-06-26",
        dose: 1,
        totalDoses: 2,
        verifier: { name: "Ravi Demo" },
        facility: { name: "Demo Hospital", address },
      },
    ],
  };
}

async function papers(compare: Compare): Promise<void> {
  const issuer = testIssuer();
  const qrText = await issuer.issue();
  const paper = {
    stage: "final",
    name: "आशा डेमो",
    latinName: "ASHA DEMO",
    birthYear: 1980,
    gender: "Female",
    photoIdType: "Voter ID",
    photoIdLast4: "4821",
    referenceId: "12345678901234",
    doses: [],
    certificateId: "0123456789ABCDEFGHJK",
    issuedAt,
    issuer: "Test registry",
    qrText,
    language: "ta",
  } as const;
  await compare({
    name: "certificate/paper",
    unit: "papers/s",
    what: "a paper in two scripts with its QR code against issuing the HCERT on it",
    ours: inParallel(2, () => renderCertificatePdf(paper)),
    ceiling: inParallel(1, () => issuer.issue()),
  });
  await closePdf();
}
