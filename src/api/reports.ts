// The public dashboard's figures in the shape of Co-WIN's getPublicReports, made from what Sakshi publishes, at most once
// a minute. What is not published is 0 or an empty list.
// SPDX-License-Identifier: Apache-2.0
import { findCoverage, type ReportedDoses, reportCoverage } from "../modules/coverage/index.js";
import { addDays, dateInIndia } from "../platform/clock.js";
import { sendAnswer } from "./answer.js";
import type { ApiDoor } from "./door.js";
import { keptAnswers } from "./kept-answers.js";
import { idOf, textOf } from "./read-input.js";
import { sendWireError } from "./refusals.js";
import type { SearchHandler } from "./search-limit.js";

type Doses = readonly ReportedDoses[];
const sum = (doses: Doses, counts: (one: ReportedDoses) => boolean = () => true) =>
  doses.filter(counts).reduce((total, one) => total + one.doses, 0);
const isDose = (number: number) => (one: ReportedDoses) => one.doseNumber === number;
const isOf = (product: string) => (one: ReportedDoses) => one.product === product;
const zeros = (names: string) => Object.fromEntries(names.split(" ").map((name) => [name, 0]));

export function reportRoutes(door: ApiDoor): void {
  const { deps } = door;
  const remembered = keptAnswers();

  const report: SearchHandler = async (request, reply) => {
    const [stateId, districtId] = [
      placeOf(textOf(request.query, "state_id")),
      placeOf(textOf(request.query, "district_id")),
    ];
    if (stateId === undefined || districtId === undefined) return sendWireError(reply, "parameterMissing");
    const answer = await remembered(`${stateId} ${districtId}`, () => makeReport(stateId, districtId));
    return sendAnswer(request, reply, answer, "public, max-age=60");
  };
  door.get("/v1/reports/v2/getPublicReports", door.searches.counted(report));

  async function makeReport(stateId: number | null, districtId: number | null): Promise<object> {
    const [report, coverage] = await Promise.all([
      reportCoverage(deps, { stateId, districtId }),
      districtId === null ? findCoverage(deps, stateId) : undefined,
    ]);
    const now = deps.clock();
    const isCountry = stateId === null;
    return {
      topBlock: {
        sites: zeros("total govt pvt today"),
        sessions: zeros("total govt pvt today"),
        registration: zeros("total male female others today cit_18_45 cit_45_above"),
        vaccination: {
          ...zeros(
            "male female others aefi today today_dose_one today_dose_two today_male today_female today_others today_aefi",
          ),
          total: sum(report.whole),
          ...byProduct(report.whole),
          sputnik: sum(report.whole, isOf("SPUTNIK_V")),
          tot_dose_1: sum(report.whole, isDose(1)),
          tot_dose_2: sum(report.whole, isDose(2)),
          total_doses: sum(report.whole),
        },
      },
      vaccinationDoneByTime: [],
      last7DaysRegistration: [],
      last7DaysVaccination: report.days.map(({ day, doses }) => ({
        vaccine_date: day,
        count: sum(doses),
        dose_one: sum(doses, isDose(1)),
        dose_two: sum(doses, isDose(2)),
        ...byProduct(doses),
        aefi: 0,
      })),
      last5daySessionStatus: [],
      getBeneficiariesGroupBy: (coverage?.ok ? coverage.value.places : []).map(({ id, name, total, byDose }) => ({
        id,
        ...(isCountry ? { state_id: id, state_name: name } : { district_id: id, district_name: name }),
        title: name,
        total: total.doses,
        partial_vaccinated: byDose[0].doses,
        totally_vaccinated: byDose[1].doses,
        today: 0,
      })),
      vaccinationByAge: zeros("total vac_18_30 vac_30_45 vac_45_60 above_60"),
      // The last day that is counted: a day is published when it is over.
      reportFor: addDays(dateInIndia(now), -1),
      aefiPercentage: 0,
      timestamp: now.toISOString(),
    };
  }
}

function byProduct(doses: Doses) {
  return { covishield: sum(doses, isOf("COVISHIELD")), covaxin: sum(doses, isOf("COVAXIN")) };
}

/** Empty stands for the whole; undefined for what is no id. */
function placeOf(text: string): number | null | undefined {
  return text === "" ? null : idOf(text);
}
