// How a campaign file is written: every row and every word of it. An unknown word is refused, so that a slip in a
// name cannot switch a rule off.
// SPDX-License-Identifier: Apache-2.0
import { type Static, Type } from "typebox";

const closed = { additionalProperties: false };
const Text = Type.String({ minLength: 1 });
const Texts = Type.Array(Text);
const Day = Type.String({ format: "date" });
const OpenDay = Type.Union([Day, Type.Null()]);
const Count = Type.Integer({ minimum: 0 });
const Comment = { $comment: Type.Optional(Text) };
export const Confidence = Type.Union([Type.Literal("A"), Type.Literal("B"), Type.Literal("C")]);
export const Effective = Type.Tuple([OpenDay, OpenDay]);
const Ref = { id: Text, source: Text, confidence: Confidence, ...Comment };
const Kind = Type.Union([Type.Literal("primary"), Type.Literal("precaution")]);
const DosePoint = Type.Union([
  Type.Integer({ minimum: 1, maximum: 20 }),
  Type.Literal("last-primary"),
  Type.Literal("precaution"),
]);
export const Channels = Type.Array(
  Type.Union([
    Text,
    Type.Object({ channel: Text, from: Type.Optional(Day), to: Type.Optional(Day), if: Type.Optional(Text) }, closed),
  ]),
);

const ProductRow = Type.Object(
  {
    id: Text,
    primaryDoses: Type.Union([Type.Integer({ minimum: 1, maximum: 9 }), Type.Null()]),
    components: Type.Optional(Texts),
    cvx: Type.Optional(Text),
    cvxAlso: Type.Optional(Texts),
    euMp: Type.Optional(Type.Union([Text, Type.Null()])),
    euMa: Type.Optional(Text),
    sct: Type.Optional(Texts),
    icd11: Type.Optional(Text),
    route: Type.Optional(Text),
    doseMl: Type.Optional(Type.Number()),
    vialDoses: Type.Optional(Type.Array(Count)),
    openVialHours: Type.Optional(Count),
    ...Comment,
  },
  closed,
);
const EligibilityRow = Type.Object(
  {
    ...Ref,
    doseKind: Kind,
    group: Text,
    from: Day,
    to: Type.Optional(Day),
    registerFrom: Type.Optional(Day),
    ageMinY: Type.Optional(Count),
    ageMaxY: Type.Optional(Count),
    ageAt: Type.Optional(Type.Union([Type.Literal("vaccination"), Day])),
    birthYearMax: Type.Optional(Count),
    birthYearIn: Type.Optional(Type.Array(Count, { minItems: 1 })),
    anyOfGroups: Type.Optional(Texts),
    requires: Type.Optional(Texts),
    products: Type.Optional(Texts),
    channels: Type.Optional(Channels),
  },
  closed,
);
const IntervalRow = Type.Object(
  {
    ...Ref,
    product: Text,
    fromDose: DosePoint,
    toDose: DosePoint,
    minDays: Count,
    recDays: Type.Optional(Type.Tuple([Count, Count])),
    spokenAs: Type.Optional(Text),
    effective: Effective,
    enforcedByPortalFrom: Type.Optional(Day),
    grandfather: Type.Optional(
      Type.Object({ kind: Type.Literal("booking-made-before"), date: Day, then: Type.Literal("honour") }, closed),
    ),
    exception: Type.Optional(Type.Object({ permit: Text, reasons: Texts, documents: Type.Optional(Text) }, closed)),
  },
  closed,
);
const ProductRuleRow = Type.Object(
  {
    ...Ref,
    rule: Type.Union([
      Type.Literal("primary-series-same-product"),
      Type.Literal("precaution-same-product-as-primary"),
      Type.Literal("precaution-heterologous-allowed"),
      Type.Literal("precaution-product"),
    ]),
    primary: Type.Optional(Texts),
    booster: Type.Optional(Texts),
    ageMinY: Type.Optional(Count),
    channels: Type.Optional(Channels),
    onlyIfNoPrecautionYet: Type.Optional(Type.Boolean()),
    effective: Effective,
    inUseFrom: Type.Optional(Day),
  },
  closed,
);
const DeferralRow = Type.Object(
  { ...Ref, event: Text, wait: Type.String({ format: "offset" }), while: Type.Optional(Texts), effective: Effective },
  closed,
);
const ContraindicationRow = Type.Object(
  {
    ...Ref,
    condition: Text,
    severity: Type.Union([Type.Literal("absolute"), Type.Literal("caution")]),
    effective: Type.Optional(Effective),
  },
  closed,
);

export const CampaignFile = Type.Object(
  {
    ...Comment,
    shape: Type.Literal("campaign"),
    programme: Type.Object({ id: Text, disease: Type.Optional(Text), start: Day }, closed),
    products: Type.Array(ProductRow, { minItems: 1 }),
    eligibility: Type.Array(EligibilityRow, { minItems: 1 }),
    intervals: Type.Array(IntervalRow),
    productRules: Type.Array(ProductRuleRow),
    deferrals: Type.Array(DeferralRow),
    contraindications: Type.Array(ContraindicationRow),
    site: Type.Object(
      { observationMinutes: Count, wastagePlanningFactor: Type.Number(), discardOpenVialHours: Count },
      closed,
    ),
    registration: Type.Array(Type.Object({ id: Text })),
  },
  closed,
);
export type CampaignFile = Static<typeof CampaignFile>;
