// Where vaccination is given, for anybody, without signing in: sessions of the next seven days by PIN code or district.
// Choices stand in the address, so that a page can be shared; nothing in it is about a person.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Deps } from "../../modules/disclosure/index.js";
import {
  type DistrictView,
  isPincode,
  listDistricts,
  listStates,
  type StateView,
} from "../../modules/facilities/index.js";
import { onlinePlaces, type SessionView, searchSessions } from "../../modules/sessions/index.js";
import { dateInIndia } from "../../platform/clock.js";
import type { Problem } from "../../platform/errors.js";
import type { Translate } from "../../platform/i18n/i18n.js";
import { Button, ButtonLink, Card, Cards, Empty, Pages, Select, Tag, TextInput } from "../components/index.js";
import { sendPage, wordsOf } from "../page.js";

const pageSize = 10;
const days = 7;

interface Wish {
  readonly pincode: string;
  readonly stateId: number;
  readonly districtId: number;
  readonly skip: number;
}

function wishOf(request: FastifyRequest): Wish {
  const query = request.query as Record<string, unknown>;
  const text = (name: string) => (typeof query[name] === "string" ? (query[name] as string).trim().slice(0, 20) : "");
  const number = (name: string) => (/^\d{1,6}$/.test(text(name)) ? Number(text(name)) : 0);
  return {
    pincode: text("pincode"),
    stateId: number("stateId"),
    districtId: number("districtId"),
    skip: number("skip"),
  };
}

export function placesPages(app: FastifyInstance, deps: Pick<Deps, "db" | "clock">): void {
  app.get("/:lang/places", async (request, reply) => {
    const t = wordsOf(request);
    const wish = wishOf(request);
    const [states, districts] = await Promise.all([
      listStates(deps),
      wish.stateId ? listDistricts(deps, wish.stateId) : Promise.resolve([]),
    ]);
    const problems: Problem[] =
      wish.pincode && !isPincode(wish.pincode) ? [{ field: "pincode", code: "SESSION_PINCODE_WRONG" }] : [];
    const place = problems.length > 0 ? undefined : placeOf(wish);
    const found =
      place &&
      (await searchSessions(deps, {
        ...place,
        from: dateInIndia(deps.clock()),
        days,
        skip: wish.skip,
        limit: pageSize,
      }));
    return sendPage(request, reply, {
      title: t("home.places.title"),
      back: `/${t.locale}`,
      problems,
      children: (
        <>
          <h1>{t("home.places.title")}</h1>
          <PinForm t={t} wish={wish} problems={problems} />
          <DistrictForm t={t} wish={wish} states={states} districts={districts} />
          {found?.ok ? <Found t={t} wish={wish} sessions={found.value.sessions} more={found.value.more} /> : null}
        </>
      ),
    });
  });
}

function placeOf({ pincode, districtId }: Wish): { pincode: number } | { districtId: number } | undefined {
  if (pincode) return { pincode: Number(pincode) };
  return districtId ? { districtId } : undefined;
}

function PinForm({ t, wish, problems }: { t: Translate; wish: Wish; problems: readonly Problem[] }) {
  return (
    <form method="get" action={`/${t.locale}/places`} class="sk-search">
      <TextInput
        t={t}
        name="pincode"
        label={t("home.places.pincode")}
        value={wish.pincode}
        inputMode="numeric"
        width={6}
        maxLength={6}
        problems={problems}
      />
      <Button>{t("common.search")}</Button>
    </form>
  );
}

function DistrictForm({
  t,
  wish,
  states,
  districts,
}: {
  t: Translate;
  wish: Wish;
  states: readonly StateView[];
  districts: readonly DistrictView[];
}) {
  const choose = { value: "", label: t("home.places.choose") };
  return (
    <form method="get" action={`/${t.locale}/places`} class="sk-search">
      <Select
        t={t}
        name="stateId"
        label={t("home.places.state")}
        options={[choose, ...states.map((s) => ({ value: String(s.stateId), label: s.name }))]}
        value={String(wish.stateId || "")}
      />
      {districts.length > 0 ? (
        <Select
          t={t}
          name="districtId"
          label={t("home.places.district")}
          options={[choose, ...districts.map((d) => ({ value: String(d.districtId), label: d.name }))]}
          value={String(wish.districtId || "")}
        />
      ) : null}
      <Button kind="secondary">{t(districts.length > 0 ? "common.search" : "home.places.districts")}</Button>
    </form>
  );
}

function Found({
  t,
  wish,
  sessions,
  more,
}: {
  t: Translate;
  wish: Wish;
  sessions: readonly SessionView[];
  more: boolean;
}) {
  const page = (skip: number, text: string) => {
    const query = new URLSearchParams(
      wish.pincode ? { pincode: wish.pincode } : { stateId: String(wish.stateId), districtId: String(wish.districtId) },
    );
    if (skip > 0) query.set("skip", String(skip));
    return { href: `/${t.locale}/places?${query}`, text };
  };
  return (
    <section aria-labelledby="found">
      <h2 id="found">{t("home.places.found")}</h2>
      {sessions.length === 0 ? (
        <Empty>{t("home.places.none")}</Empty>
      ) : (
        <>
          <Cards>
            {sessions.map((session) => (
              <SessionCard key={session.sessionId} t={t} session={session} />
            ))}
          </Cards>
          <ButtonLink href={`/${t.locale}/sign-in`}>{t("home.places.book")}</ButtonLink>
        </>
      )}
      <Pages
        label={t("home.places.pages")}
        previous={wish.skip > 0 ? page(Math.max(0, wish.skip - pageSize), t("common.previous")) : undefined}
        next={more ? page(wish.skip + pageSize, t("common.next")) : undefined}
      />
    </section>
  );
}

function SessionCard({ t, session }: { t: Translate; session: SessionView }) {
  const { facility, left, minAge, maxAge, feeRupees } = session;
  const online = onlinePlaces(left);
  const ages =
    maxAge === null ? t("home.places.ageFrom", { from: minAge }) : t("home.places.ages", { from: minAge, to: maxAge });
  return (
    <Card
      title={facility.name}
      meta={
        <Tag kind={online > 0 ? "green" : left["walk-in"] > 0 ? "blue" : "grey"}>
          {t("home.places.left", { count: online })}
        </Tag>
      }
    >
      <p>
        <strong>{t.date(session.heldOn)}</strong>, {session.slots[0]?.startsAt}–{session.slots.at(-1)?.endsAt}
        <br />
        {session.product.replaceAll("_", " ")}, {ages},{" "}
        {feeRupees === 0 ? t("home.places.free") : t("home.places.fee", { rupees: feeRupees })}
      </p>
      <p class="sk-hint">
        {facility.address}, {facility.districtName}, {facility.pincode}
        <br />
        {t("home.places.walkIn", { count: left["walk-in"] })}
      </p>
    </Card>
  );
}
