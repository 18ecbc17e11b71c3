// The demo country: real states and districts, and facilities whose names say that they are made up.
// SPDX-License-Identifier: Apache-2.0
import type { Dice } from "./random.js";

interface DemoDistrict {
  readonly stateId: number;
  readonly districtId: number;
  readonly name: string;
  /** PIN code of the district's head post office; the facilities take the numbers from it on. */
  readonly pincode: number;
  readonly facilities: number;
  /** Degrees north and east of the district's town; the facilities lie a kilometre from each other. */
  readonly at: readonly [number, number];
}

/** Ids as in data/places. */
export const demoDistricts: readonly DemoDistrict[] = [
  { stateId: 21, districtId: 363, name: "Pune", pincode: 411001, facilities: 5, at: [18.52, 73.86] },
  { stateId: 21, districtId: 395, name: "Mumbai", pincode: 400001, facilities: 4, at: [19.08, 72.88] },
  { stateId: 17, districtId: 301, name: "Alappuzha", pincode: 688001, facilities: 3, at: [9.5, 76.34] },
  { stateId: 17, districtId: 307, name: "Ernakulam", pincode: 682011, facilities: 3, at: [9.98, 76.3] },
  { stateId: 31, districtId: 571, name: "Chennai", pincode: 600001, facilities: 4, at: [13.08, 80.27] },
  { stateId: 31, districtId: 539, name: "Coimbatore", pincode: 641001, facilities: 3, at: [11.02, 76.96] },
  { stateId: 34, districtId: 670, name: "Lucknow", pincode: 226001, facilities: 4, at: [26.85, 80.95] },
  { stateId: 34, districtId: 696, name: "Varanasi", pincode: 221001, facilities: 3, at: [25.32, 83.01] },
  { stateId: 36, districtId: 725, name: "Kolkata", pincode: 700001, facilities: 4, at: [22.57, 88.36] },
  { stateId: 36, districtId: 717, name: "Darjeeling", pincode: 734101, facilities: 2, at: [27.04, 88.26] },
  { stateId: 9, districtId: 140, name: "New Delhi", pincode: 110001, facilities: 3, at: [28.61, 77.21] },
  { stateId: 9, districtId: 149, name: "South Delhi", pincode: 110017, facilities: 2, at: [28.53, 77.22] },
];

export interface DemoFacility {
  readonly facilityId: string;
  readonly name: string;
  readonly address: string;
  readonly stateId: number;
  readonly districtId: number;
  readonly pincode: number;
  readonly feeType: "Free" | "Paid";
  readonly opensAt: string;
  readonly closesAt: string;
  readonly latitude: number;
  readonly longitude: number;
}

const kinds = ["PHC", "Urban Health Centre", "Private Hospital", "District Hospital", "Community Hall"] as const;

/** The first one is open around the clock, so that a visitor finds a slot today at any hour. */
export function demoFacilities(dice: Dice): DemoFacility[] {
  const [first, ...others] = demoDistricts.flatMap((district) =>
    Array.from({ length: district.facilities }, (_, n): DemoFacility => {
      const kind = kinds[n % kinds.length]!;
      return {
        facilityId: dice.id(`facility ${district.districtId} ${n}`),
        name: `Demo ${kind} ${district.name}`,
        address: `${n + 1} Example Road`,
        stateId: district.stateId,
        districtId: district.districtId,
        pincode: district.pincode + n,
        feeType: kind === "Private Hospital" ? "Paid" : "Free",
        opensAt: "09:00",
        closesAt: kind === "Private Hospital" ? "18:00" : "17:00",
        latitude: district.at[0] + n / 100,
        longitude: district.at[1],
      };
    }),
  );
  const roundTheClock = { ...first!, name: "Demo Round-the-Clock Centre Pune", opensAt: "00:00", closesAt: "23:59" };
  return [roundTheClock, ...others];
}

export interface DemoStaff {
  readonly staffId: string;
  readonly displayName: string;
  readonly role: string;
  readonly stateId: number | null;
  readonly districtId: number | null;
  readonly facilityId: string | null;
}

const siteRoles = [
  ["facility-admin", "Facility Admin"],
  ["verifier", "Verifier"],
  ["vaccinator", "Vaccinator"],
] as const;

export function demoStaff(dice: Dice, facilities: readonly DemoFacility[]): DemoStaff[] {
  const nowhere = { stateId: null, districtId: null, facilityId: null };
  const staffId = (label: string) => dice.id(`staff ${label}`);
  const states = [...new Set(demoDistricts.map((d) => d.stateId))];
  return [
    { ...nowhere, staffId: staffId("national"), displayName: "Demo National Admin", role: "national-admin" },
    ...[1, 2].map((n) => ({
      ...nowhere,
      staffId: staffId(`privacy ${n}`),
      displayName: `Demo Privacy Officer ${n}`,
      role: "privacy-officer",
    })),
    ...states.map((stateId) => ({
      ...nowhere,
      stateId,
      staffId: staffId(`state ${stateId}`),
      displayName: "Demo State Admin",
      role: "state-admin",
    })),
    ...demoDistricts.map(({ stateId, districtId }) => ({
      ...nowhere,
      stateId,
      districtId,
      staffId: staffId(`district ${districtId}`),
      displayName: "Demo District Officer",
      role: "district-admin",
    })),
    ...facilities.flatMap(({ facilityId, stateId, districtId }) =>
      siteRoles.map(([role, title]) => ({
        stateId,
        districtId,
        facilityId,
        staffId: staffId(`${role} ${facilityId}`),
        displayName: `Demo ${title}`,
        role,
      })),
    ),
  ];
}
