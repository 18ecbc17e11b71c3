// "My requests": what the account asked to be put right, how far each is, who said what when; withdraw, ask again once.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply } from "fastify";
import {
  findOwnTicket,
  isOverdue,
  isWaiting,
  listEvidence,
  listOwnTickets,
  mayReopen,
  type OwnTicket,
  reopenTicket,
  withdrawTicket,
} from "../../modules/tickets/index.js";
import { dateInIndia } from "../../platform/clock.js";
import type { Refused } from "../../platform/errors.js";
import type { Translate } from "../../platform/i18n/i18n.js";
import { Banner, Button, Card, Cards, Empty, Form, SummaryList, Tag, TextArea } from "../components/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import { AskedList, TicketSteps, TicketTag, ticketName } from "../ticket-view.js";
import { type CitizenDoor, type CitizenRequest, queryText, seeOther } from "./door.js";
import { Evidence, evidencePages } from "./evidence.js";
import type { Citizen } from "./sign-in-guard.js";

export function requestPages(door: CitizenDoor): void {
  const { deps } = door;
  door.get("/requests", async (request, reply, citizen) => {
    const t = wordsOf(request);
    const tickets = await listOwnTickets(deps, citizen.actor);
    if (!tickets.ok) return sendRefusal(request, reply, tickets);
    return sendPage(request, reply, {
      title: t("citizen.requests.title"),
      back: `/${t.locale}/people`,
      children: (
        <>
          {queryText(request, "done") ? <Banner kind="success">{t("citizen.requests.done")}</Banner> : null}
          <h1>{t("citizen.requests.title")}</h1>
          {tickets.value.length === 0 ? (
            <Empty>{t("citizen.requests.none")}</Empty>
          ) : (
            <Cards>
              {tickets.value.map((own) => (
                <TicketCard key={own.ticket.ticketId} t={t} own={own} now={deps.clock()} />
              ))}
            </Cards>
          )}
          <p class="sk-hint">{t("citizen.requests.how")}</p>
        </>
      ),
    });
  });

  evidencePages(door, (request, reply, citizen, refusal) => onePage(door, request, reply, citizen, { refusal }));

  door.get("/requests/:ticket", (request, reply, citizen) => onePage(door, request, reply, citizen));

  door.post("/requests/:ticket/withdraw", async (request, reply, citizen) => {
    const outcome = await withdrawTicket(deps, citizen.actor, request.params["ticket"] ?? "");
    if (!outcome.ok) return sendRefusal(request, reply, outcome);
    return seeOther(reply, `/${wordsOf(request).locale}/requests?done=withdrawn`);
  });

  door.post("/requests/:ticket/reopen", async (request, reply, citizen) => {
    const words = request.form.text("words");
    const outcome = await reopenTicket(deps, citizen.actor, { ticketId: request.params["ticket"] ?? "", words });
    if (outcome.ok) return seeOther(reply, `/${wordsOf(request).locale}/requests?done=reopened`);
    if (outcome.code !== "INPUT_INVALID") return sendRefusal(request, reply, outcome);
    return onePage(door, request, reply, citizen, { refusal: outcome, words });
  });
}

function TicketCard({ t, own: { ticket, personName }, now }: { t: Translate; own: OwnTicket; now: Date }) {
  return (
    <Card
      title={ticketName(t, ticket.kind)}
      href={`/${t.locale}/requests/${ticket.ticketId}`}
      meta={
        <>
          <TicketTag t={t} state={ticket.state} />
          {isOverdue(ticket, now) ? <Tag kind="red">{t("citizen.requests.overdue.tag")}</Tag> : null}
        </>
      }
    >
      <SummaryList
        rows={[
          { key: t("citizen.requests.person"), value: <span translate={false}>{personName}</span> },
          { key: t("citizen.requests.asked"), value: t.instant(ticket.openedAt) },
          ...(isWaiting(ticket) ? [{ key: t("citizen.requests.due"), value: t.date(dateInIndia(ticket.dueAt)) }] : []),
        ]}
      />
    </Card>
  );
}

async function onePage(
  { deps }: CitizenDoor,
  request: CitizenRequest,
  reply: FastifyReply,
  citizen: Citizen,
  typed?: { refusal: Refused; words?: string },
): Promise<FastifyReply> {
  const t = wordsOf(request);
  const found = await findOwnTicket(deps, citizen.actor, request.params["ticket"] ?? "");
  if (!found.ok) return sendRefusal(request, reply, found);
  const { ticket, text, personName } = found.value;
  const path = `/${t.locale}/requests/${ticket.ticketId}`;
  const problems = typed?.refusal.problems;
  return sendPage(request, reply, {
    title: t("citizen.requests.one"),
    back: `/${t.locale}/requests`,
    problems,
    children: (
      <>
        <h1>{ticketName(t, ticket.kind)}</h1>
        <p>
          <TicketTag t={t} state={ticket.state} />
        </p>
        {isOverdue(ticket, deps.clock()) ? (
          <Banner kind="warning">
            {t(ticket.level === "district" ? "citizen.requests.overdue" : `citizen.requests.overdue.${ticket.level}`)}
          </Banner>
        ) : null}
        <SummaryList
          rows={[
            { key: t("citizen.requests.person"), value: <span translate={false}>{personName}</span> },
            { key: t("citizen.requests.where"), value: t.place(ticket.districtName) },
            ...(isWaiting(ticket)
              ? [
                  { key: t("citizen.requests.due"), value: t.date(dateInIndia(ticket.dueAt)) },
                  {
                    key: t("citizen.requests.table"),
                    value: ticket.assignedAt
                      ? t("citizen.requests.table.since", { at: t.instant(ticket.assignedAt) })
                      : t("citizen.requests.table.none"),
                  },
                ]
              : []),
          ]}
        />
        <AskedList t={t} text={text} />
        <Evidence t={t} own={found.value} files={await listEvidence(deps, ticket)} problems={problems} />
        <h2>{t("citizen.requests.steps")}</h2>
        <TicketSteps t={t} text={text} />
        {isWaiting(ticket) ? (
          <Form action={`${path}/withdraw`}>
            <Button kind="warning">{t("citizen.requests.withdraw")}</Button>
          </Form>
        ) : null}
        {mayReopen(ticket, deps.clock()) ? (
          <Form action={`${path}/reopen`}>
            <TextArea
              t={t}
              name="words"
              label={t("citizen.requests.reopen.label")}
              hint={t("citizen.requests.reopen.hint")}
              value={typed?.words}
              problems={problems}
            />
            <Button>{t("citizen.requests.reopen")}</Button>
          </Form>
        ) : null}
      </>
    ),
  });
}
