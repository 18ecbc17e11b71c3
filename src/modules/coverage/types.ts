// Public figures: doses by place, day, product and dose. Every figure is a sum of releases of eleven doses or more.
// SPDX-License-Identifier: Apache-2.0

/** Doses of one place, product and dose number that were counted on one day. */
export interface DailyCount {
  readonly districtId: number;
  readonly product: string;
  readonly doseNumber: number;
  readonly givenOn: string;
  readonly doses: number;
}

/** A number that may be shown; or, where some doses are too few to show, that there are fewer than eleven. */
export interface Figure {
  readonly doses: number;
  /** Doses were given that are not in the figure, because they are fewer than eleven in their place. */
  readonly hasMore: boolean;
}
/** Figures by dose: 1, 2, and 3 for third and later doses. */
export interface DoseFigures {
  readonly total: Figure;
  readonly byDose: readonly [Figure, Figure, Figure];
}

export interface PlaceFigures extends DoseFigures {
  readonly id: number;
  readonly name: string;
}
export interface ProductFigures extends DoseFigures {
  readonly product: string;
}
export interface DayFigure {
  readonly day: string;
  readonly doses: number;
}

export interface Coverage {
  /** Null for the country. */
  readonly stateId: number | null;
  readonly stateName: string | null;
  /** The last day that is counted. */
  readonly until: string;
  readonly whole: DoseFigures;
  /** States of the country, or districts of the state, by name. */
  readonly places: readonly PlaceFigures[];
  readonly products: readonly ProductFigures[];
  /** The last thirty days, oldest first, without gaps. */
  readonly days: readonly DayFigure[];
}

export interface CoverageRow {
  readonly shownOn: string;
  readonly stateName: string;
  readonly districtName: string;
  readonly product: string;
  readonly doseNumber: number;
  /** Null: fewer than eleven. */
  readonly doses: number | null;
}
