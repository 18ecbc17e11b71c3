// One request on an officer's table: what is asked, what the record says of it, the steps so far, and the officer's own.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply } from "fastify";
import type { DoseDetails, PersonRecord, Wish } from "../../modules/disclosure/index.js";
import type { StaffActor } from "../../modules/staff/index.js";
import { listEvidence, type OpenedTicket, openTicket } from "../../modules/tickets/index.js";
import type { Problem } from "../../platform/errors.js";
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";
import { Banner, Button, Form, Radios, SummaryList, type SummaryRow, TextArea } from "../components/index.js";
import { EvidenceList } from "../evidence-view.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import { productName } from "../product-name.js";
import { AskedList, TicketSteps, ticketName } from "../ticket-view.js";
import type { OfficerDoor, OfficerRequest } from "./door.js";

interface TypedOpinion {
  readonly note: string;
  readonly choice: string;
  readonly problems?: readonly Problem[] | undefined;
}

export async function openedPage(
  { deps }: OfficerDoor,
  request: OfficerRequest,
  reply: FastifyReply,
  actor: StaffActor,
  ticketId: string,
  typed?: TypedOpinion,
): Promise<FastifyReply> {
  const t = wordsOf(request);
  const opened = await openTicket(deps, actor, ticketId);
  if (!opened.ok) return sendRefusal(request, reply, opened);
  const { ticket, text, person, other } = opened.value;
  const files = await listEvidence(deps, ticket);
  return sendPage(request, reply, {
    title: t("officer.tickets.one"),
    back: `/${t.locale}/officer/tickets`,
    problems: typed?.problems,
    children: (
      <>
        <h1>{ticketName(t, ticket.kind)}</h1>
        <Banner kind="info">{t("officer.tickets.logged")}</Banner>
        <h2>{t("officer.tickets.person")}</h2>
        <SummaryList rows={personRows(t, person)} />
        <Doses t={t} person={person} concerned={text.asked.vaccinationId} />
        {other ? (
          <>
            <h2>{t("officer.tickets.other")}</h2>
            <SummaryList rows={personRows(t, other)} />
            <Doses t={t} person={other} />
          </>
        ) : null}
        <h2>{t("officer.tickets.wanted")}</h2>
        <AskedList t={t} text={text} held={heldOf(opened.value)} />
        <h2>{t("common.ticket.files")}</h2>
        <EvidenceList t={t} files={files} path={`/${t.locale}/officer/tickets/${ticketId}`} />
        {files.length > 0 ? <p class="sk-hint">{t("officer.tickets.files.care")}</p> : null}
        <h2>{t("officer.tickets.steps")}</h2>
        <TicketSteps t={t} text={text} />
        <OpinionForm t={t} opened={opened.value} typed={typed} />
      </>
    ),
  });
}

/** What the record says where the ticket asks for something else. */
function heldOf({ person, text }: OpenedTicket): Wish {
  const { name, birthYear, gender, photoIdType, photoIdLast4, passportNumber, birthDate } = person;
  const dose = person.doses?.find((one) => one.vaccinationId === text.asked.vaccinationId);
  const held = { name, birthYear, gender, photoIdType, photoIdLast4, passportNumber, birthDate };
  return { ...(held as Wish), ...dose };
}

function personRows(t: Translate, person: Partial<PersonRecord>): SummaryRow[] {
  const fields = ["name", "birthYear", "gender", "photoIdType", "photoIdLast4"] as const;
  return fields.flatMap((field) => {
    const value = person[field];
    if (value === undefined) return [];
    const text = field === "gender" ? t(`citizen.gender.${value}` as MessageKey) : String(value);
    return [{ key: t(`common.ticket.field.${field}`), value: <span translate={false}>{text}</span> }];
  });
}

function Doses({
  t,
  person,
  concerned,
}: {
  t: Translate;
  person: Partial<PersonRecord>;
  concerned?: string | undefined;
}) {
  if (!person.doses) return null;
  const line = (dose: DoseDetails) =>
    `${t("common.dose", { number: dose.doseNumber })} · ${t.date(dose.givenOn)} · ${productName(dose.product)} · ${dose.lotNumber} · ${dose.facilityName}`;
  return (
    <ul>
      {person.doses.map((dose) => (
        <li key={dose.vaccinationId}>
          {dose.vaccinationId === concerned ? <strong>{line(dose)}</strong> : line(dose)}
          {dose.enteredInError ? ` (${t("citizen.dose.error")})` : null}
        </li>
      ))}
    </ul>
  );
}

/** The first officer proposes; the second confirms or sends back. */
function OpinionForm({ t, opened, typed }: { t: Translate; opened: OpenedTicket; typed: TypedOpinion | undefined }) {
  const { ticket } = opened;
  const isSecond = ticket.state === "proposed";
  const choices = isSecond ? (["confirm", "back"] as const) : (["accept", "refuse"] as const);
  return (
    <Form action={`/${t.locale}/officer/tickets/${ticket.ticketId}/${isSecond ? "decide" : "propose"}`}>
      <Radios
        t={t}
        name="choice"
        legend={isSecond ? t(`officer.tickets.proposal.${ticket.proposal ?? "refuse"}`) : t("officer.tickets.propose")}
        problems={typed?.problems}
        options={choices.map((choice) => ({ value: choice, label: t(`officer.tickets.choice.${choice}`) }))}
        value={typed?.choice}
      />
      <TextArea
        t={t}
        name="note"
        label={t("officer.tickets.note")}
        hint={t("officer.tickets.note.hint")}
        value={typed?.note}
        problems={typed?.problems}
      />
      <Button>{t(isSecond ? "officer.tickets.decide" : "officer.tickets.send")}</Button>
    </Form>
  );
}
