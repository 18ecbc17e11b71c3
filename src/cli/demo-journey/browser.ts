// A browser without a screen: cookies, forms as the pages offer them, redirects. It sends what a plain browser
// without JavaScript would send, so the demo journey tries the pages themselves.
// SPDX-License-Identifier: Apache-2.0

export interface Page {
  readonly status: number;
  readonly url: URL;
  readonly type: string;
  readonly body: Buffer;
  readonly text: string;
}

/** One form of a page: where it goes and the values it already holds. */
export interface PageForm {
  readonly action: string;
  readonly fields: ReadonlyMap<string, string>;
}

export interface Browser {
  /** The cookies it holds, as a Cookie header. */
  cookies(): string;
  get(path: string, headers?: Record<string, string>): Promise<Page>;
  post(path: string, fields: Record<string, string | readonly string[]>): Promise<Page>;
  postJson(path: string, value: unknown): Promise<Page>;
  /** Submits the form of `page` whose action contains `action`, with its own values and `fields` over them. */
  submit(page: Page, action: string, fields?: Record<string, string | readonly string[]>): Promise<Page>;
}

function unescape(html: string): string {
  return html
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

function attribute(tag: string, name: string): string | undefined {
  const match = new RegExp(`\\s${name}(?:="([^"]*)")?(?=[\\s/>])`).exec(tag);
  return match ? unescape(match[1] ?? "") : undefined;
}

/** The forms of a page, with the values they would send untouched. */
export function formsOf(page: Page): PageForm[] {
  return [...page.text.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/g)].map(([html]) => {
    const fields = new Map<string, string>();
    for (const [tag] of html.matchAll(/<input\b[^>]*>/g)) {
      const name = attribute(tag, "name");
      const type = attribute(tag, "type");
      const isChoice = type === "radio" || type === "checkbox";
      if (name && (!isChoice || attribute(tag, "checked") !== undefined))
        fields.set(name, attribute(tag, "value") ?? "");
    }
    for (const [select, name] of html.matchAll(/<select\b[^>]*\sname="([^"]*)"[\s\S]*?<\/select>/g)) {
      const options = [...select.matchAll(/<option\b[^>]*>/g)].map(([tag]) => tag);
      const chosen = options.find((tag) => attribute(tag, "selected") !== undefined) ?? options[0];
      if (name && chosen) fields.set(name, attribute(chosen, "value") ?? "");
    }
    return { action: attribute(/<form\b[^>]*>/.exec(html)?.[0] ?? "", "action") ?? "", fields };
  });
}

export function openBrowser(origin: string): Browser {
  const cookies = new Map<string, string>();

  const keepCookies = (response: Response) => {
    for (const line of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split(";");
      const at = pair.indexOf("=");
      const isGone = attributes.some(
        (each) => /^\s*max-age=0$/i.test(each) || /^\s*expires=thu, 01 jan 1970/i.test(each),
      );
      if (isGone) cookies.delete(pair.slice(0, at));
      else cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
  };

  const send = async (path: string, init: RequestInit & { headers?: Record<string, string> }): Promise<Page> => {
    let url = new URL(path, origin);
    let request = init;
    for (let hops = 0; hops < 6; hops++) {
      const cookie = browser.cookies();
      const headers = { origin, "sec-fetch-site": "same-origin", ...request.headers, ...(cookie ? { cookie } : {}) };
      const response = await fetch(url, { ...request, headers, redirect: "manual" });
      keepCookies(response);
      const location = response.headers.get("location");
      if (response.status >= 300 && response.status < 400 && location) {
        await response.arrayBuffer();
        url = new URL(location, url);
        request = { method: "GET" };
        continue;
      }
      const body = Buffer.from(await response.arrayBuffer());
      return {
        status: response.status,
        url,
        type: response.headers.get("content-type") ?? "",
        body,
        text: body.toString("utf8"),
      };
    }
    throw new Error(`too many redirects from ${path}`);
  };

  const encodeForm = (fields: Record<string, string | readonly string[]>) => {
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(fields)) {
      for (const each of typeof value === "string" ? [value] : value) body.append(name, each);
    }
    return body.toString();
  };

  const browser: Browser = {
    cookies: () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
    get: (path, headers = {}) => send(path, { method: "GET", headers }),
    post: (path, fields) =>
      send(path, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: encodeForm(fields),
      }),
    postJson: (path, value) =>
      send(path, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify(value),
      }),
    submit(page, action, fields = {}) {
      const form = formsOf(page).find((each) => each.action.includes(action));
      if (!form) throw new Error(`${page.url.pathname} (${page.status}) has no form that goes to ${action}`);
      return browser.post(form.action || page.url.pathname, { ...Object.fromEntries(form.fields), ...fields });
    },
  };
  return browser;
}
