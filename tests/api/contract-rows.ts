// The rows of Co-WIN's wire as clients know it: endpoints, error codes, quirks. Each is asked of the running server by
// contract.test.ts. Sources and tags: docs/api/cowin.md.
// SPDX-License-Identifier: Apache-2.0
import type { Reply } from "./api-world.js";

/** What the rows are asked with; made once. */
export interface Case {
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  send(path: string, init: RequestInit): Promise<Reply>;
  /** A portal token's header, of an account with two people; the first has an appointment. */
  readonly bearer: Record<string, string>;
  readonly reference: string;
  readonly other: string;
  readonly appointmentId: string;
  readonly sessionId: string;
  readonly fullSessionId: string;
  readonly centerId: number;
  readonly districtId: number;
  readonly pincode: number;
  readonly slot: string;
  /** dd-mm-yyyy; the sessions are held then. */
  readonly date: string;
  /** Asks for a code with a number of nobody, and sets the code. */
  askedFor(path: string, body?: object): Promise<{ txnId: string; otp: string }>;
}

/** One row: what is asked, the status, and what must hold of the answer. */
export interface Row {
  readonly row: string;
  readonly status: number;
  ask(given: Case): Promise<Reply>;
  /** Keys at the top of the answer, in any order, among others. */
  readonly keys?: readonly string[];
  /** For errors: the whole body. */
  readonly error?: { readonly errorCode: string; readonly error: string };
  readonly text?: string;
  readonly type?: string;
  readonly holds?: (reply: Reply, given: Case) => boolean;
}

const v2 = "/api/v2";
const sessions = `${v2}/appointment/sessions`;
const confirm = (path: string, start: string, keys: readonly string[]): Row => ({
  row: `POST ${path}`,
  status: 200,
  keys,
  async ask({ post, askedFor }) {
    const { txnId, otp } = await askedFor(start);
    return post(path, { otp, txnId });
  },
});
const asked = (path: string): Row => ({
  row: `POST ${path}`,
  status: 200,
  keys: ["txnId"],
  ask: async ({ post }) => post(path, { mobile: newMobile(), secret: "U2FsdGVkX1+demo" }),
  holds: ({ json }) => /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(json.txnId as string),
});
let lastMobile = 0;
/** Numbers of nobody, apart from those of other tests. */
export const newMobile = () => `80000${String(++lastMobile).padStart(5, "0")}`;

const searchForms = [
  ["findByPin", "sessions"],
  ["findByDistrict", "sessions"],
  ["calendarByPin", "centers"],
  ["calendarByDistrict", "centers"],
  ["calendarByCenter", "centers"],
] as const;
export function searchQuery(name: string, { pincode, districtId, centerId, date }: Case): string {
  const place = name.endsWith("Pin")
    ? `pincode=${pincode}`
    : name.endsWith("District")
      ? `district_id=${districtId}`
      : `center_id=${centerId}`;
  return `${place}&date=${date}`;
}
const search = (prefix: string, isPublic: boolean): Row[] =>
  searchForms.map(([name, key]) => ({
    row: `GET ${prefix}/${isPublic ? "public/" : ""}${name}`,
    status: 200,
    keys: [key],
    ask: (given) =>
      given.get(
        `${prefix}/${isPublic ? "public/" : ""}${name}?${searchQuery(name, given)}`,
        isPublic ? {} : given.bearer,
      ),
    holds: ({ json }, { centerId }) =>
      name === "calendarByCenter" ? json.centers.center_id === centerId : json[key].length > 0,
  }));

const person = {
  name: "Apparao Demo",
  birth_year: "1980",
  gender_id: 1,
  photo_id_type: 1,
  comorbidity_ind: "Y",
  consent_version: "1",
};
let lastPhotoId = 1_000;
export const newPerson = () => ({ ...person, photo_id_number: `XXXXXXXX${lastPhotoId++}` });
const isPdf = ({ bytes }: Reply) => bytes.subarray(0, 8).toString("latin1").startsWith("%PDF-1.7");
const proofMissing = (method: "get" | "post", path: string): Row => ({
  row: `${method.toUpperCase()} ${path.split("?")[0]} on a key alone (a departure)`,
  status: 403,
  keys: ["errorCode", "error"],
  ask: (given) => (method === "get" ? given.get(path) : given.post(path, { mobile: newMobile() })),
  holds: ({ json }) => json.errorCode === "BENEFICIARY_PROOF_MISSING",
});

export const endpoints: readonly Row[] = [
  asked(`${v2}/auth/public/generateOTP`),
  asked(`${v2}/auth/generateOTP`),
  asked(`${v2}/auth/generateMobileOTP`),
  {
    row: `POST ${v2}/auth/public/confirmOTP`,
    status: 400,
    error: { errorCode: "USRAUT0024", error: "Beneficiary Not Registered" },
    async ask({ post, askedFor }) {
      return post(`${v2}/auth/public/confirmOTP`, await askedFor(`${v2}/auth/public/generateOTP`));
    },
  },
  confirm(`${v2}/auth/confirmOTP`, `${v2}/auth/generateOTP`, ["token", "isNewAccount"]),
  confirm(`${v2}/auth/validateMobileOtp`, `${v2}/auth/generateMobileOTP`, ["token", "isNewAccount"]),
  {
    row: `POST ${v2}/auth/getRecaptcha`,
    status: 200,
    keys: ["captcha"],
    ask: ({ post, bearer }) => post(`${v2}/auth/getRecaptcha`, {}, bearer),
    holds: ({ json }) =>
      /^<svg [^>]*width="150" height="50" viewBox="0,0,150,50">/.test(json.captcha as string) &&
      (json.captcha as string).match(/<path fill="#(222|333)" d="M[^"]+"/g)?.length === 5 &&
      /<path d="M[^"]+"[^>]* fill="none"\/>/.test(json.captcha as string),
  },
  {
    row: "POST /api/v1/auth/guest/login",
    status: 200,
    type: "text/plain",
    ask: ({ post }) => post("/api/v1/auth/guest/login", { user_name: "3fa85f64-5717-4562-b3fc-2c963f66afa6" }),
    holds: ({ text }) => text.split(".").length === 3,
  },
  {
    row: `GET ${v2}/admin/location/states`,
    status: 200,
    keys: ["states", "ttl"],
    ask: ({ get }) => get(`${v2}/admin/location/states`),
    holds: ({ json }) => json.ttl === 24 && typeof json.states[0].state_id === "number",
  },
  {
    row: `GET ${v2}/admin/location/districts/{state_id}`,
    status: 200,
    keys: ["districts", "ttl"],
    ask: ({ get }) => get(`${v2}/admin/location/districts/901`),
    holds: ({ json }) => json.districts[0].district_id === 9901,
  },
  {
    row: `GET ${v2}/admin/location/districts without the id`,
    status: 403,
    ask: ({ get }) => get(`${v2}/admin/location/districts?state_id=`),
  },
  {
    row: `GET ${v2}/registration/beneficiary/idTypes`,
    status: 200,
    keys: ["types", "ttl"],
    ask: ({ get }) => get(`${v2}/registration/beneficiary/idTypes`),
    holds: ({ json }) => json.types[12].type === "Others(Local Authority)",
  },
  {
    row: `GET ${v2}/registration/beneficiary/genders`,
    status: 200,
    keys: ["genders", "ttl"],
    ask: ({ get }) => get(`${v2}/registration/beneficiary/genders`),
  },
  {
    row: `GET ${v2}/appointment/centers/public/findByLatLong`,
    status: 200,
    keys: ["centers"],
    ask: ({ get }) => get(`${v2}/appointment/centers/public/findByLatLong?lat=28.72&long=77.14`),
    holds: ({ json }) => !("sessions" in (json.centers[0] ?? {})),
  },
  {
    row: `GET ${v2}/appointment/centers/findByLatLong`,
    status: 200,
    keys: ["centers"],
    ask: ({ get, bearer }) => get(`${v2}/appointment/centers/findByLatLong?lat=28.72&long=77.14`, bearer),
  },
  ...search(sessions, true),
  ...search(sessions, false),
  ...search("/api/v4/appointment/sessions", true),
  ...search("/api/v4/appointment/sessions", false),
  {
    row: `GET ${sessions}/search?district_id=`,
    status: 200,
    keys: ["centers"],
    ask: ({ get, bearer, districtId }) => get(`${sessions}/search?district_id=${districtId}`, bearer),
  },
  {
    row: `POST ${v2}/registration/beneficiary/new`,
    status: 200,
    keys: ["beneficiary_reference_id"],
    ask: ({ post, bearer }) => post(`${v2}/registration/beneficiary/new`, newPerson(), bearer),
    holds: ({ json }) => /^\d{14}$/.test(json.beneficiary_reference_id as string),
  },
  {
    row: `POST ${v2}/registration/beneficiary/delete`,
    status: 204,
    async ask({ post, bearer }) {
      const made = await post(`${v2}/registration/beneficiary/new`, newPerson(), bearer);
      return post(`${v2}/registration/beneficiary/delete`, made.json, bearer);
    },
    holds: ({ text }) => text === "",
  },
  ...[v2, "/api/v4"].map(
    (version): Row => ({
      row: `GET ${version}/appointment/beneficiaries`,
      status: 200,
      keys: ["beneficiaries"],
      ask: ({ get, bearer }) => get(`${version}/appointment/beneficiaries`, bearer),
      holds: ({ json }) => json.beneficiaries.length >= 2,
    }),
  ),
  ...[v2, "/api/v4"].map(
    (version): Row => ({
      row: `POST ${version}/appointment/schedule, then cancel`,
      status: 204,
      async ask({ post, bearer, other, sessionId, slot, centerId }) {
        const wish = { dose: 1, session_id: sessionId, slot, beneficiaries: [other], center_id: centerId };
        const { status, json } = await post(`${version}/appointment/schedule`, wish, bearer);
        if (status !== 200) throw new Error(String(status));
        const appointment_id = json.appointment_confirmation_no as string;
        return post(`${version}/appointment/cancel`, { appointment_id, beneficiariesToCancel: [other] }, bearer);
      },
      holds: ({ text }) => text === "",
    }),
  ),
  {
    row: `POST ${v2}/appointment/reschedule`,
    status: 204,
    ask: ({ post, bearer, appointmentId, sessionId }) =>
      post(
        `${v2}/appointment/reschedule`,
        { appointment_id: appointmentId, session_id: sessionId, slot: "10:00AM-11:00AM" },
        bearer,
      ),
    holds: ({ text }) => text === "",
  },
  {
    row: `GET ${v2}/appointment/appointmentslip/download`,
    status: 200,
    type: "application/pdf",
    ask: ({ get, bearer, appointmentId }) =>
      get(`${v2}/appointment/appointmentslip/download?appointment_id=${appointmentId}`, bearer),
    holds: isPdf,
  },
  ...["public/", ""].map(
    (form): Row => ({
      row: `GET ${v2}/registration/certificate/${form}download`,
      status: 400,
      keys: ["errorCode", "error"],
      ask: ({ get, bearer, reference }) =>
        get(`${v2}/registration/certificate/${form}download?beneficiary_reference_id=${reference}`, bearer),
      holds: ({ json }) => json.errorCode === "CERTIFICATE_NOT_ISSUED",
    }),
  ),
  proofMissing("get", `${v2}/vaccinator/beneficiaries/findByMobile?mobile_number=9000000001`),
  proofMissing("get", `${v2}/vaccinator/beneficiaries/findByReferenceId?beneficiary_reference_id=11111111111111`),
  proofMissing("get", `${v2}/vaccinator/certificate/download?beneficiary_reference_id=11111111111111`),
  proofMissing("post", `${v2}/vaccinator/beneficiaries/new`),
  proofMissing("post", `${v2}/vaccinator/onspots/schedule`),
  proofMissing("post", `${v2}/vaccinator/beneficiaries/vaccinate`),
  proofMissing("post", "/api/pdf/certificate"),
  proofMissing("get", "/api/v3/vaccination/status/11111111111111/3"),
  {
    row: "POST /api/v3/vaccination/generateOTP",
    status: 200,
    keys: ["txnId"],
    ask: ({ post }) => post("/api/v3/vaccination/generateOTP", { mobile_number: newMobile(), full_name: "Asha Demo" }),
  },
  {
    row: "POST /api/v3/vaccination/confirmOTP, GET /api/v3/vaccination/status",
    status: 200,
    keys: ["vaccination_status"],
    async ask({ post, get, askedFor }) {
      const given = await askedFor("/api/v3/vaccination/generateOTP", { full_name: "Asha Demo" });
      const { json } = await post("/api/v3/vaccination/confirmOTP", given);
      return get("/api/v3/vaccination/status", { authorization: `Bearer ${json.token}` });
    },
    holds: ({ json }) => json.vaccination_status === 0,
  },
  {
    row: "GET /api/v3/vaccination/status/knowYourStatus (a departure)",
    status: 303,
    ask: ({ get }) => get("/api/v3/vaccination/status/knowYourStatus"),
  },
  {
    row: "GET /api/v1/reports/v2/getPublicReports",
    status: 200,
    keys: [
      ..."topBlock vaccinationDoneByTime last7DaysRegistration last7DaysVaccination last5daySessionStatus".split(" "),
      ..."getBeneficiariesGroupBy vaccinationByAge reportFor aefiPercentage timestamp".split(" "),
    ],
    ask: ({ get }) => get("/api/v1/reports/v2/getPublicReports?state_id=&district_id=&date=2026-11-23"),
    holds: ({ json }) =>
      Object.keys(json.topBlock as object).join() === "sites,sessions,registration,vaccination" &&
      Object.keys(json.topBlock.vaccination as object).length === 18,
  },
];
