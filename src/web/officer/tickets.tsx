// Requests to put something right, for officers of districts, states and the country: the list says what waits; a
// person's data opens only for the officer who has taken the request, and each look is in the person's own list.
// SPDX-License-Identifier: Apache-2.0
import {
  decideTicket,
  findTicket,
  isOverdue,
  listTickets,
  proposeDecision,
  readEvidence,
  type Ticket,
  takeTicket,
} from "../../modules/tickets/index.js";
import { dateInIndia } from "../../platform/clock.js";
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";
import { Banner, Button, Empty, Form, SummaryList, Table, Tag } from "../components/index.js";
import { fileNumber, sendFile } from "../evidence-view.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import { TicketTag, ticketName } from "../ticket-view.js";
import { type OfficerDoor, queryText } from "./door.js";
import { Confirmation, OfficerNav } from "./parts.js";
import { openedPage } from "./ticket-page.js";

export function ticketPages(door: OfficerDoor): void {
  const { deps, get, post } = door;
  get("/tickets", async (request, reply, { staff, actor }) => {
    const t = wordsOf(request);
    const tickets = await listTickets(deps, actor);
    if (!tickets.ok) return sendRefusal(request, reply, tickets);
    return sendPage(request, reply, {
      title: t("officer.tickets.title"),
      wide: true,
      children: (
        <>
          <OfficerNav t={t} role={staff.role} here="tickets" />
          <Confirmation t={t} done={queryText(request, "done")} />
          <h1>{t("officer.tickets.title")}</h1>
          <p>{t("officer.tickets.how")}</p>
          {tickets.value.length === 0 ? (
            <Empty>{t("officer.tickets.none")}</Empty>
          ) : (
            <TicketTable t={t} tickets={tickets.value} me={staff.staffId} now={deps.clock()} />
          )}
        </>
      ),
    });
  });

  get("/tickets/:ticketId", async (request, reply, officer) => {
    const t = wordsOf(request);
    const found = await findTicket(deps, officer.actor, request.params.ticketId ?? "");
    if (!found.ok) return sendRefusal(request, reply, found);
    const { ticket, staff } = found.value;
    if (ticket.assignedTo === staff.staffId) return openedPage(door, request, reply, officer.actor, ticket.ticketId);
    return sendPage(request, reply, {
      title: t("officer.tickets.one"),
      back: `/${t.locale}/officer/tickets`,
      children: (
        <>
          <h1>{ticketName(t, ticket.kind)}</h1>
          <TicketFacts t={t} ticket={ticket} />
          <Takeable t={t} ticket={ticket} me={staff.staffId} />
        </>
      ),
    });
  });

  get("/tickets/:ticketId/files/:n", async (request, reply, { actor }) => {
    const wanted = { ticketId: request.params.ticketId ?? "", n: fileNumber(request.params.n) };
    const file = await readEvidence(deps, actor, wanted);
    return file.ok ? sendFile(reply, file.value, wanted.n) : sendRefusal(request, reply, file);
  });

  post("/tickets/:ticketId/take", async (request, reply, { actor }) => {
    const ticketId = request.params.ticketId ?? "";
    const taken = await takeTicket(deps, actor, ticketId);
    if (!taken.ok) return sendRefusal(request, reply, taken);
    return reply.redirect(`/${wordsOf(request).locale}/officer/tickets/${ticketId}`, 303);
  });

  post("/tickets/:ticketId/propose", async (request, reply, { actor }) => {
    const ticketId = request.params.ticketId ?? "";
    const { form } = request;
    const typed = { note: form.text("note"), choice: form.text("choice") };
    const proposal = typed.choice === "accept" || typed.choice === "refuse" ? typed.choice : undefined;
    if (!proposal) return openedPage(door, request, reply, actor, ticketId, { ...typed, problems: [noChoice] });
    const outcome = await proposeDecision(deps, actor, { ticketId, note: typed.note, proposal });
    if (outcome.ok) return reply.redirect(`/${wordsOf(request).locale}/officer/tickets?done=ticket-proposed`, 303);
    if (outcome.code !== "INPUT_INVALID") return sendRefusal(request, reply, outcome);
    return openedPage(door, request, reply, actor, ticketId, { ...typed, problems: outcome.problems });
  });

  post("/tickets/:ticketId/decide", async (request, reply, { actor }) => {
    const ticketId = request.params.ticketId ?? "";
    const { form } = request;
    const typed = { note: form.text("note"), choice: form.text("choice") };
    if (typed.choice !== "confirm" && typed.choice !== "back")
      return openedPage(door, request, reply, actor, ticketId, { ...typed, problems: [noChoice] });
    const outcome = await decideTicket(deps, actor, {
      ticketId,
      note: typed.note,
      confirm: typed.choice === "confirm",
    });
    if (outcome.ok) return reply.redirect(`/${wordsOf(request).locale}/officer/tickets?done=ticket-decided`, 303);
    if (outcome.code !== "INPUT_INVALID") return sendRefusal(request, reply, outcome);
    return openedPage(door, request, reply, actor, ticketId, { ...typed, problems: outcome.problems });
  });
}

const noChoice = { field: "choice", code: "TICKET_CHOICE_MISSING" };

interface TableProps {
  readonly t: Translate;
  readonly tickets: readonly Ticket[];
  readonly me: string;
  readonly now: Date;
}

function TicketTable({ t, tickets, me, now }: TableProps) {
  return (
    <Table
      caption={t("officer.tickets.title")}
      hiddenCaption
      columns={[
        { text: t("officer.tickets.kind") },
        { text: t("officer.tickets.district") },
        { text: t("officer.tickets.due") },
        { text: t("officer.state") },
        { text: t("officer.tickets.with") },
      ]}
      rows={tickets.map((ticket) => [
        <a href={`/${t.locale}/officer/tickets/${ticket.ticketId}`}>{ticketName(t, ticket.kind)}</a>,
        t.place(ticket.districtName),
        <>
          {t.date(dateInIndia(ticket.dueAt))}
          {isOverdue(ticket, now) ? (
            <>
              {" "}
              <Tag kind="red">{overdueWords(t, ticket)}</Tag>
            </>
          ) : null}
        </>,
        <TicketTag t={t} state={ticket.state} />,
        t(`officer.tickets.with.${withWhom(ticket, me)}` as MessageKey),
      ])}
    />
  );
}

const overdueWords = (t: Translate, { level }: Ticket): string =>
  t(level === "district" ? "officer.tickets.overdue" : `officer.tickets.overdue.${level}`);

function withWhom({ assignedTo }: Ticket, me: string): "nobody" | "me" | "other" {
  if (assignedTo === null) return "nobody";
  return assignedTo === me ? "me" : "other";
}

export function TicketFacts({ t, ticket }: { t: Translate; ticket: Ticket }) {
  return (
    <SummaryList
      rows={[
        { key: t("officer.state"), value: <TicketTag t={t} state={ticket.state} /> },
        { key: t("officer.tickets.district"), value: t.place(ticket.districtName) },
        { key: t("officer.tickets.asked"), value: t.instant(ticket.openedAt) },
        { key: t("officer.tickets.due"), value: t.date(dateInIndia(ticket.dueAt)) },
      ]}
    />
  );
}

/** Nothing of the person is shown before the request is taken. */
function Takeable({ t, ticket, me }: { t: Translate; ticket: Ticket; me: string }) {
  if (ticket.state !== "open" && ticket.state !== "proposed") return null;
  if (ticket.state === "proposed" && ticket.proposedBy === me)
    return <Banner kind="info">{t("error.TICKET_SECOND_PERSON")}</Banner>;
  return (
    <>
      <p>{t("officer.tickets.take.means")}</p>
      <Form action={`/${t.locale}/officer/tickets/${ticket.ticketId}/take`}>
        <Button>{t("officer.tickets.take")}</Button>
      </Form>
    </>
  );
}
