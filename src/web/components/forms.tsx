// Form parts after the GOV.UK/NHS markup contracts: label, hint, error tied to the field; the id is the field's name.
// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";
import type { Problem } from "../../platform/errors.js";
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";

/** What every field needs to show its own error. Pass the page's problems; a field picks its own. */
interface FieldProps {
  t: Translate;
  name: string;
  label: string;
  hint?: string | undefined;
  problems?: readonly Problem[] | undefined;
}

function errorOf({ t, name, problems }: Pick<FieldProps, "t" | "name" | "problems">): string | undefined {
  const problem = problems?.find((each) => each.field === name);
  return problem && t(`error.${problem.code}` as MessageKey, problem.facts);
}

function describedBy(name: string, hint: string | undefined, error: string | undefined): string | undefined {
  return [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(" ") || undefined;
}

function HintAndError({
  t,
  name,
  hint,
  error,
}: {
  t: Translate;
  name: string;
  hint?: string | undefined;
  error: string | undefined;
}) {
  return (
    <>
      {hint ? (
        <p id={`${name}-hint`} class="sk-hint">
          {hint}
        </p>
      ) : null}
      {error ? (
        <p id={`${name}-error`} class="sk-error">
          <span class="sk-hidden">{t("common.errorPrefix")} </span>
          {error}
        </p>
      ) : null}
    </>
  );
}

interface TextInputProps extends FieldProps {
  value?: string | undefined;
  type?: "text" | "tel" | "date" | "time" | undefined;
  inputMode?: "numeric" | "tel" | "text" | undefined;
  autocomplete?: string | undefined;
  /** Width in characters; full width when absent. */
  width?: 2 | 4 | 6 | 10 | 20 | undefined;
  maxLength?: number | undefined;
  /** Makes the label the page's question. */
  asHeading?: boolean | undefined;
  spellcheck?: boolean | undefined;
}

export function TextInput(props: TextInputProps) {
  const { t, name, label, hint, value, type, inputMode, autocomplete, width, maxLength, asHeading } = props;
  const error = errorOf(props);
  // Preact types each input type apart; a plain object serves them all.
  const attributes: Record<string, unknown> = {
    class: width ? `sk-input sk-input--${width}` : "sk-input",
    id: name,
    name,
    type: type ?? "text",
    value: value ?? "",
    inputMode,
    autocomplete: autocomplete ?? "off",
    maxLength,
    spellcheck: props.spellcheck ?? false,
    "aria-describedby": describedBy(name, hint, error),
    "aria-invalid": error ? "true" : undefined,
  };
  const labelNode = (
    <label class={asHeading ? "sk-label sk-label--heading" : "sk-label"} for={name}>
      {label}
    </label>
  );
  return (
    <div class={error ? "sk-field sk-field--error" : "sk-field"}>
      {asHeading ? <h1>{labelNode}</h1> : labelNode}
      <HintAndError t={t} name={name} hint={hint} error={error} />
      <input {...attributes} />
    </div>
  );
}

/** A date that people know: three fields, no calendar. The day's id is the field's name, so that errors lead to it. */
export function DateInput(
  props: Omit<FieldProps, "label"> & {
    legend: string;
    value?: { day: string; month: string; year: string } | undefined;
  },
) {
  const { t, name, legend, hint, value } = props;
  const error = errorOf(props);
  const parts = [
    { part: "day", id: name, width: 2, label: t("common.date.day") },
    { part: "month", id: `${name}-month`, width: 2, label: t("common.date.month") },
    { part: "year", id: `${name}-year`, width: 4, label: t("common.date.year") },
  ] as const;
  return (
    <div class={error ? "sk-field sk-field--error" : "sk-field"}>
      <fieldset aria-describedby={describedBy(name, hint, error)}>
        <legend class="sk-label">{legend}</legend>
        <HintAndError t={t} name={name} hint={hint} error={error} />
        <div class="sk-choices sk-choices--inline">
          {parts.map(({ part, id, width, label }) => (
            <div key={part}>
              <label class="sk-label" for={id}>
                {label}
              </label>
              <input
                class={`sk-input sk-input--${width}`}
                id={id}
                name={`${name}-${part}`}
                type="text"
                inputMode="numeric"
                autocomplete="off"
                maxLength={width}
                value={value?.[part] ?? ""}
              />
            </div>
          ))}
        </div>
      </fieldset>
    </div>
  );
}

export function TextArea(
  props: FieldProps & { value?: string | undefined; rows?: number | undefined; maxLength?: number | undefined },
) {
  const { t, name, label, hint, value, rows, maxLength } = props;
  const error = errorOf(props);
  return (
    <div class={error ? "sk-field sk-field--error" : "sk-field"}>
      <label class="sk-label" for={name}>
        {label}
      </label>
      <HintAndError t={t} name={name} hint={hint} error={error} />
      <textarea
        class="sk-input"
        id={name}
        name={name}
        rows={rows ?? 4}
        maxLength={maxLength}
        aria-describedby={describedBy(name, hint, error)}
        aria-invalid={error ? "true" : undefined}
      >
        {value ?? ""}
      </textarea>
    </div>
  );
}

/** The six-digit code from a message: one field, paste works, phones offer the code. */
export function OtpInput(props: Omit<TextInputProps, "inputMode" | "autocomplete" | "width" | "type">) {
  return <TextInput {...props} inputMode="numeric" autocomplete="one-time-code" width={6} maxLength={8} />;
}

export interface Choice {
  value: string;
  label: string;
  hint?: string | undefined;
  disabled?: boolean | undefined;
}

interface ChoicesProps extends Omit<FieldProps, "label"> {
  legend: string;
  options: readonly Choice[];
  asHeading?: boolean | undefined;
  inline?: boolean | undefined;
}

function Choices({ kind, chosen, ...props }: ChoicesProps & { kind: "radio" | "checkbox"; chosen: readonly string[] }) {
  const { t, name, legend, hint, options, asHeading, inline } = props;
  const error = errorOf(props);
  return (
    <div class={error ? "sk-field sk-field--error" : "sk-field"}>
      <fieldset aria-describedby={describedBy(name, hint, error)}>
        <legend class={asHeading ? "sk-label sk-label--heading" : "sk-label"}>
          {asHeading ? <h1>{legend}</h1> : legend}
        </legend>
        <HintAndError t={t} name={name} hint={hint} error={error} />
        <div class={inline ? "sk-choices sk-choices--inline" : "sk-choices"}>
          {options.map((option, index) => {
            const id = index === 0 ? name : `${name}-${index + 1}`;
            return (
              <div class="sk-choice" key={option.value}>
                <input
                  type={kind}
                  id={id}
                  name={name}
                  value={option.value}
                  checked={chosen.includes(option.value)}
                  disabled={option.disabled}
                  aria-describedby={option.hint ? `${id}-item-hint` : undefined}
                />
                <label for={id}>{option.label}</label>
                {option.hint ? (
                  <span id={`${id}-item-hint`} class="sk-hint sk-choice__hint">
                    {option.hint}
                  </span>
                ) : null}
              </div>
            );
          })}
        </div>
      </fieldset>
    </div>
  );
}

export function Radios({ value, ...props }: ChoicesProps & { value?: string | undefined }) {
  return <Choices {...props} kind="radio" chosen={value === undefined ? [] : [value]} />;
}

export function Checkboxes({ values, ...props }: ChoicesProps & { values?: readonly string[] | undefined }) {
  return <Choices {...props} kind="checkbox" chosen={values ?? []} />;
}

export function Select(props: FieldProps & { options: readonly Choice[]; value?: string | undefined }) {
  const { t, name, label, hint, options, value } = props;
  const error = errorOf(props);
  return (
    <div class={error ? "sk-field sk-field--error" : "sk-field"}>
      <label class="sk-label" for={name}>
        {label}
      </label>
      <HintAndError t={t} name={name} hint={hint} error={error} />
      <select
        class="sk-input sk-select"
        id={name}
        name={name}
        aria-describedby={describedBy(name, hint, error)}
        aria-invalid={error ? "true" : undefined}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} selected={option.value === value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

interface ButtonProps {
  children: ComponentChildren;
  kind?: "primary" | "secondary" | "warning" | undefined;
  name?: string | undefined;
  value?: string | undefined;
}

export function Button({ children, kind, name, value }: ButtonProps) {
  return (
    <button class={`sk-button sk-button--${kind ?? "primary"}`} type="submit" name={name} value={value}>
      {children}
    </button>
  );
}

/** A link that looks like a button: leads to the next step, changes nothing. */
export function ButtonLink({
  href,
  children,
  kind,
}: {
  href: string;
  children: ComponentChildren;
  kind?: ButtonProps["kind"];
}) {
  return (
    <a class={`sk-button sk-button--${kind ?? "primary"}`} href={href} role="button" draggable={false}>
      {children}
    </a>
  );
}

/** A form that posts and is redirected. `fields` are hidden values that repeat nothing personal. */
export function Form({
  action,
  fields,
  multipart,
  children,
}: {
  action: string;
  fields?: Record<string, string> | undefined;
  multipart?: boolean | undefined;
  children: ComponentChildren;
}) {
  return (
    <form method="post" action={action} noValidate encType={multipart ? "multipart/form-data" : undefined}>
      {Object.entries(fields ?? {}).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {children}
    </form>
  );
}
