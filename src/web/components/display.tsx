// Parts that show: summary lists, panels, banners, tables, tags, cards, page links.
// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";

export interface SummaryRow {
  key: string;
  value: ComponentChildren;
  /** A link at the end of the row; `hidden` completes it for a screen reader ("Change" + " name"). */
  action?: { href: string; text: string; hidden?: string } | undefined;
}

export function SummaryList({ rows }: { rows: readonly SummaryRow[] }) {
  return (
    <dl class="sk-summary">
      {rows.map((row) => (
        <div class="sk-summary__row" key={row.key}>
          <dt>{row.key}</dt>
          <dd>{row.value}</dd>
          {row.action ? (
            <dd class="sk-summary__action">
              <a href={row.action.href}>
                {row.action.text}
                {row.action.hidden ? <span class="sk-hidden"> {row.action.hidden}</span> : null}
              </a>
            </dd>
          ) : null}
        </div>
      ))}
    </dl>
  );
}

/** Key and value one after the other, for cards where many stand below one another. */
export function Facts({ rows }: { rows: readonly Pick<SummaryRow, "key" | "value">[] }) {
  return (
    <dl class="sk-facts">
      {rows.map((row) => (
        <div key={row.key}>
          <dt>{row.key}:</dt> <dd>{row.value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The confirmation at the end of a journey; its title is the page's heading. */
export function Panel({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="sk-panel">
      <h1>{title}</h1>
      {children ? <div class="sk-panel__body">{children}</div> : null}
    </div>
  );
}

export function Banner({
  kind,
  title,
  children,
}: {
  kind: "info" | "success" | "warning";
  title?: string | undefined;
  children: ComponentChildren;
}) {
  return (
    <section class={`sk-banner sk-banner--${kind}`} role={kind === "success" ? "status" : undefined}>
      {title ? <h2>{title}</h2> : null}
      <div>{children}</div>
    </section>
  );
}

export function Tag({
  kind,
  children,
}: {
  kind: "green" | "blue" | "amber" | "red" | "grey";
  children: ComponentChildren;
}) {
  return <strong class={`sk-tag sk-tag--${kind}`}>{children}</strong>;
}

export function Details({
  summary,
  children,
  open,
}: {
  summary: string;
  children: ComponentChildren;
  open?: boolean | undefined;
}) {
  return (
    <details class="sk-details" open={open}>
      <summary>{summary}</summary>
      <div>{children}</div>
    </details>
  );
}

export interface TableColumn {
  text: string;
  numeric?: boolean | undefined;
}

/** A table that scrolls sideways on a small screen; the first cell of a row is its header. */
export function Table({
  caption,
  columns,
  rows,
  hiddenCaption,
}: {
  caption: string;
  columns: readonly TableColumn[];
  rows: readonly (readonly ComponentChildren[])[];
  hiddenCaption?: boolean | undefined;
}) {
  return (
    <div class="sk-table-scroll" tabIndex={0} role="region" aria-label={caption}>
      <table class="sk-table">
        <caption class={hiddenCaption ? "sk-hidden" : undefined}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.text} scope="col" class={column.numeric ? "sk-numeric" : undefined}>
                {column.text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={row}>
              {cells.map((cell, column) =>
                column === 0 ? (
                  <th key={column} scope="row">
                    {cell}
                  </th>
                ) : (
                  <td key={column} class={columns[column]?.numeric ? "sk-numeric" : undefined}>
                    {cell}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A list of things to open: people, sessions, appointments. */
export function Cards({ children }: { children: ComponentChildren }) {
  return <ul class="sk-cards">{children}</ul>;
}

export function Card({
  title,
  href,
  meta,
  children,
}: {
  title: string;
  href?: string | undefined;
  meta?: ComponentChildren;
  children?: ComponentChildren;
}) {
  return (
    <li class="sk-card">
      <div class="sk-card__head">
        <h2>{href ? <a href={href}>{title}</a> : title}</h2>
        {meta ? <div class="sk-card__meta">{meta}</div> : null}
      </div>
      {children}
    </li>
  );
}

/** Links to the previous and next page of a list. */
export function Pages({
  label,
  previous,
  next,
}: {
  label: string;
  previous?: { href: string; text: string } | undefined;
  next?: { href: string; text: string } | undefined;
}) {
  if (!previous && !next) return null;
  return (
    <nav class="sk-pages" aria-label={label}>
      {previous ? (
        <a rel="prev" href={previous.href}>
          {previous.text}
        </a>
      ) : null}
      {next ? (
        <a rel="next" href={next.href}>
          {next.text}
        </a>
      ) : null}
    </nav>
  );
}

/** Says what to do when a list is empty. */
export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="sk-empty">{children}</p>;
}
