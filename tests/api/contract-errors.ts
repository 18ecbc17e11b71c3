// The rows of Co-WIN's error codes and quirks, in the form of contract-rows.ts.
// SPDX-License-Identifier: Apache-2.0
import { type Case, newMobile, newPerson, type Row } from "./contract-rows.js";

const v2 = "/api/v2";
const sessions = `${v2}/appointment/sessions`;
const schedule = (given: Case, differences: object) =>
  given.post(
    `${v2}/appointment/schedule`,
    { dose: 1, session_id: given.sessionId, slot: given.slot, beneficiaries: [given.other], ...differences },
    given.bearer,
  );
const validate = (given: Case, body: object) => given.post(`${v2}/auth/validateMobileOtp`, body);
const error = (errorCode: string, text: string) => ({ row: errorCode, error: { errorCode, error: text } });

export const errors: readonly Row[] = [
  {
    ...error("USRRES0001", "Input parameter missing"),
    status: 400,
    ask: ({ get }) => get(`${sessions}/public/findByPin?pincode=411001`),
  },
  {
    ...error("USRAUT0010", "Mobile is Required"),
    status: 400,
    ask: ({ post }) => post(`${v2}/auth/public/generateOTP`, { mobile: "12345" }),
  },
  {
    ...error("USRAUT0012", "OTP is Required"),
    status: 400,
    ask: (given) => validate(given, { txnId: "3fa85f64-5717-4562-b3fc-2c963f66afa6" }),
  },
  {
    ...error("USRAUT0013", "txnId is Required"),
    status: 400,
    ask: (given) => validate(given, { otp: "a".repeat(64) }),
  },
  {
    ...error("USRAUT0014", "Invalid OTP"),
    status: 400,
    async ask(given) {
      const { txnId } = await given.askedFor(`${v2}/auth/generateMobileOTP`);
      return validate(given, { txnId, otp: "123456" });
    },
  },
  {
    ...error("USRAUT0024", "Beneficiary Not Registered"),
    status: 400,
    async ask({ post, askedFor }) {
      return post(`${v2}/auth/public/confirmOTP`, await askedFor(`${v2}/auth/public/generateOTP`));
    },
  },
  {
    ...error("APPOIN0001", "No beneficiary found"),
    status: 400,
    ask: (given) => schedule(given, { beneficiaries: ["11111111111111"] }),
  },
  { ...error("APPOIN0015", "Invalid Slot Id"), status: 400, ask: (given) => schedule(given, { slot: "FORENOON" }) },
  {
    ...error("APPOIN0018", "Invalid Pincode"),
    status: 400,
    ask: ({ get, date }) => get(`${sessions}/public/calendarByPin?pincode=4110&date=${date}`),
  },
  {
    ...error("APPOIN0022", "Beneficiary already has an appointment"),
    status: 400,
    ask: (given) => schedule(given, { beneficiaries: [given.reference] }),
  },
  {
    ...error(
      "APPOIN0040",
      "This vaccination center is completely booked for the selected date. Please try another date or vaccination center.",
    ),
    status: 409,
    ask: (given) => schedule(given, { session_id: given.fullSessionId }),
  },
  {
    ...error("USRRES0001", "Beneficiaries array required, with length 1-4"),
    row: "Beneficiaries array required",
    status: 400,
    ask: (given) => schedule(given, { beneficiaries: Array<string>(5).fill(given.other) }),
  },
  {
    row: "401 is a bare text",
    status: 401,
    text: "Unauthenticated access!",
    type: "text/plain",
    ask: ({ get }) => get(`${v2}/appointment/beneficiaries`, { authorization: "Bearer x.y.z" }),
  },
  {
    row: "a repeated request for a code is a bare text",
    status: 400,
    text: "OTP Already Sent",
    type: "text/plain",
    async ask({ post }) {
      const mobile = newMobile();
      await post(`${v2}/auth/generateMobileOTP`, { mobile });
      return post(`${v2}/auth/generateMobileOTP`, { mobile });
    },
  },
  {
    row: "an unknown or expired txnId is 401",
    status: 401,
    ask: (given) => validate(given, { otp: "a".repeat(64), txnId: "3fa85f64-5717-4562-b3fc-2c963f66afa6" }),
  },
];

/** Where bookings need a captcha. */
export const captchaErrors: readonly Row[] = [
  { ...error("APPOIN0044", "Please enter valid security code"), status: 400, ask: (given) => schedule(given, {}) },
  {
    ...error("APPOIN0045", "Security code is wrong"),
    status: 400,
    async ask(given) {
      await given.post(`${v2}/auth/getRecaptcha`, {}, given.bearer);
      return schedule(given, { captcha: "00000" });
    },
  },
];

/** Codes of the wire that no path here has a use for, and why. APPOIN0047 and GERR001: vaccinator.test.ts. */
export const unused: Readonly<Record<string, string>> = {
  USRRES0002: "bulk upload of the first API, which no client uses",
  USRRES0003: "bulk upload of the first API, which no client uses",
  USRRES0005: "bulk upload of the first API, which no client uses",
  USRAUT0001: "staff have passkeys, no passwords",
  USRAUT0005: "staff have passkeys, no passwords",
  USRAUT0011: "staff have passkeys, no codes",
  USRAUT0018: "a code that cannot be made or checked is a 503 with our own code",
  USRAUT0019: "a code that cannot be made or checked is a 503 with our own code",
  USRAUT0022: "the secret is ignored: it was the same in every browser",
  CERTIFICATE00002: "a certificate that cannot be drawn is a 503 with our own code, and quotes nothing",
};

const firstDay = ({
  json,
}: {
  json: { sessions?: { date: string }[]; centers?: { sessions: { date: string }[] }[] };
}) => json.sessions?.[0]?.date ?? json.centers?.[0]?.sessions[0]?.date;
const dates = ["24-11-2026", "24-11-26", "24112026", "24/11/2026", "24.11.2026", "2026-11-24"];

export const quirks: readonly Row[] = [
  ...dates.map(
    (date): Row => ({
      row: `a date as ${date}`,
      status: 200,
      ask: ({ get, pincode }) => get(`${sessions}/public/calendarByPin?pincode=${pincode}&date=${date}`),
      holds: (reply) => firstDay(reply) === "24-11-2026",
    }),
  ),
  ...["22102121", "soon", "99-99-9999"].map(
    (date): Row => ({
      row: `a week for the unreadable date ${date}`,
      status: 200,
      ask: ({ get, pincode }) => get(`${sessions}/public/calendarByPin?pincode=${pincode}&date=${date}`),
      holds: (reply) => firstDay(reply) === "24-11-2026",
    }),
  ),
  {
    row: "ids printed as 391.000000",
    status: 200,
    ask: ({ get, districtId, date }) =>
      get(`${sessions}/public/findByDistrict?district_id=${districtId}.000000&date=${date}`),
    holds: ({ json }) => json.sessions.length > 0,
  },
  {
    row: "an unknown pincode is an empty list",
    status: 200,
    ask: ({ get, date }) => get(`${sessions}/public/findByPin?pincode=999999&date=${date}`),
    holds: ({ json }) => json.sessions.length === 0,
  },
  {
    row: "the keys that a bot deletes from each session are there, pincode, lat and long are numbers, fee is text",
    status: 200,
    ask: ({ get, pincode, date }) => get(`${sessions}/public/findByPin?pincode=${pincode}&date=${date}`),
    holds: ({ json }) =>
      json.sessions.every(
        (one: Record<string, unknown>) =>
          "session_id date available_capacity available_capacity_dose1 available_capacity_dose2 min_age_limit vaccine slots"
            .split(" ")
            .every((key) => key in one) &&
          Number.isInteger(one["pincode"]) &&
          Number.isInteger(one["lat"]) &&
          Number.isInteger(one["long"]) &&
          typeof one["fee"] === "string",
      ),
  },
  {
    row: "full sessions stay on the list, without slots",
    status: 200,
    ask: ({ get, districtId, date }) => get(`${sessions}/public/findByDistrict?district_id=${districtId}&date=${date}`),
    holds: ({ json }, { fullSessionId }) => {
      const full = json.sessions.find((one: { session_id: string }) => one.session_id === fullSessionId);
      return full.available_capacity === 0 && full.slots.length === 0;
    },
  },
  {
    row: "the vaccine filter, with a blank as it comes",
    status: 200,
    ask: ({ get, bearer, districtId, date }) =>
      get(`${sessions}/calendarByDistrict?district_id=${districtId}&date=${date}&vaccine=SPUTNIK%20V`, bearer),
    holds: ({ json }) => json.centers.length === 0,
  },
  {
    row: "a mobile as a number, with any secret",
    status: 200,
    ask: ({ post }) => post(`${v2}/auth/generateMobileOTP`, { mobile: Number(newMobile()), secret: "x" }),
  },
  {
    row: "a text/plain body is no body",
    status: 400,
    error: { errorCode: "USRAUT0010", error: "Mobile is Required" },
    ask: ({ post }) =>
      post(`${v2}/auth/public/generateOTP`, JSON.stringify({ mobile: newMobile() }), { "content-type": "text/plain" }),
  },
  {
    row: "no User-Agent is asked for, and a header called authority is ignored",
    status: 200,
    ask: ({ get }) => get(`${v2}/admin/location/states`, { "user-agent": "", authority: "cdn-api.co-vin.in" }),
  },
  {
    row: "the sandbox's key is refused where it was not issued",
    status: 401,
    ask: ({ post }) =>
      post(
        `${v2}/auth/generateOTP`,
        { mobile: newMobile() },
        { "x-api-key": "3sjOr2rmM52GzhpMHjDEE1kpQeRxwFDr4YcBEimi" },
      ),
  },
  {
    row: "browsers of every origin may ask, also ahead of a request",
    status: 204,
    ask: ({ send }) => send(`${v2}/appointment/schedule`, { method: "OPTIONS" }),
    holds: ({ headers }) =>
      headers.get("access-control-allow-origin") === "*" &&
      headers
        .get("access-control-allow-headers")
        ?.startsWith("Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token") === true,
  },
  {
    row: "errors too may be read by browsers of every origin",
    status: 401,
    ask: ({ get }) => get(`${v2}/appointment/beneficiaries`),
    holds: ({ headers }) => headers.get("access-control-allow-origin") === "*",
  },
  {
    row: "beneficiaries: unset fields are empty, never missing; the number is its last four digits; appointments a list",
    status: 200,
    ask: ({ get, bearer }) => get(`${v2}/appointment/beneficiaries`, bearer),
    holds: ({ json }) =>
      json.beneficiaries.every(
        (one: Record<string, unknown>) =>
          [one["vaccine"], one["dose1_date"], one["dose2_date"], one["comorbidity_ind"]].every(
            (value) => value === "",
          ) &&
          /^\d{14}$/.test(one["beneficiary_reference_id"] as string) &&
          /^\d{4}$/.test(one["mobile_number"] as string) &&
          /^\*{8}\w{4}$/.test(one["photo_id_number"] as string) &&
          one["vaccination_status"] === "Not Vaccinated" &&
          Array.isArray(one["appointments"]),
      ),
  },
  {
    row: "the photo id must differ between the people of a number",
    status: 400,
    async ask({ post, bearer }) {
      const path = `${v2}/registration/beneficiary/new`;
      const person = newPerson();
      const made = await post(path, person, bearer);
      const again = await post(path, { ...person, name: "Bela Demo" }, bearer);
      await post(`${v2}/registration/beneficiary/delete`, made.json, bearer);
      return again;
    },
  },
  {
    row: "dose as text",
    status: 409,
    ask: (given) => schedule(given, { dose: "1", session_id: given.fullSessionId }),
  },
  {
    row: "rescheduling to the same slot is refused, not a 500",
    status: 409,
    ask: ({ post, bearer, appointmentId, sessionId }) =>
      post(
        `${v2}/appointment/reschedule`,
        { appointment_id: appointmentId, session_id: sessionId, slot: "10:00AM-11:00AM" },
        bearer,
      ),
  },
];
