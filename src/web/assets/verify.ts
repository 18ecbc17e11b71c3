// Verifying in the browser: camera, photo or text, all on this device. Nothing is sent, not even when something fails.
// The form stays the server's own when the browser lacks what is needed.
// SPDX-License-Identifier: Apache-2.0
import type { Row, VerdictView } from "../public/verdict-view.js";
import type { VerifyReader } from "./verify-reader.js";

interface QrDetector {
  detect(source: ImageBitmapSource): Promise<{ rawValue: string }[]>;
}
declare global {
  var BarcodeDetector: { new (options: { formats: string[] }): QrDetector } | undefined;
  var sakshiVerifyReader: VerifyReader | undefined;
}

const publishedFiles = ["/trust-list.json", "/status-lists.json"];
const find = (id: string) => document.getElementById(id);
const form = find("verify-form") as HTMLFormElement | null;
const result = find("verify-result");
const words: Record<string, string> = JSON.parse(form?.dataset["words"] ?? "{}");
const say = (key: string) => words[key] ?? key;
const tag = `${document.documentElement.lang}-IN-u-nu-latn`;
const day = { day: "numeric", month: "short", year: "numeric" } as const;
const date = (on: string) =>
  new Intl.DateTimeFormat(tag, { weekday: "short", ...day, timeZone: "UTC" }).format(new Date(`${on}T00:00:00Z`));
const instant = (at: Date) =>
  new Intl.DateTimeFormat(tag, {
    ...day,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: "Asia/Kolkata",
  }).format(at);

if (form && result && isSecureContext && "DecompressionStream" in globalThis) enhance(form, result);

function enhance(form: HTMLFormElement, result: HTMLElement): void {
  const note = find("verify-note");
  if (note) note.textContent = form.dataset["note"] ?? "";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // A chosen photo is checked at once: the button pressed after it must not take the answer away.
    if (result.hasChildNodes() && !hasInput(form)) return result.scrollIntoView({ block: "start" });
    void show(result, () => givenText(form));
  });
  find("photo")?.addEventListener("change", () => form.requestSubmit());
  setUpCamera(result);
  void keepForOffline(form, note);
}

function hasInput(form: HTMLFormElement): boolean {
  const typed = form.elements.namedItem("text") as HTMLTextAreaElement;
  return typed.value.trim() !== "" || Boolean((find("photo") as HTMLInputElement | null)?.files?.length);
}

/** The text in a chosen photo, else the typed text. Both fields are emptied for the next person. */
async function givenText(form: HTMLFormElement): Promise<string> {
  const input = find("photo") as HTMLInputElement | null;
  const photo = input?.files?.[0];
  const typed = form.elements.namedItem("text") as HTMLTextAreaElement;
  const text = typed.value;
  typed.value = "";
  if (!photo && text.trim() === "") throw new Error("input.missing");
  if (!photo) return text;
  input.value = "";
  if (photo.type === "application/pdf") {
    const printed = (await loadReader()).textInPdf(new Uint8Array(await photo.arrayBuffer()));
    if (!printed) throw new Error("photo.unreadable");
    return printed;
  }
  const bitmap = await createImageBitmap(photo).catch(() => undefined);
  const found = bitmap && (await readPicture(bitmap, bitmap.width, bitmap.height));
  if (!found) throw new Error("photo.unreadable");
  return found;
}

/** Shows the verdict on what `text` gives, or the message that it fails with. */
async function show(result: HTMLElement, text: () => Promise<string>): Promise<void> {
  result.replaceChildren(element("p", "sk-lead", say("working")));
  try {
    const reader = await loadReader();
    const verdict = await reader.verify(await text(), await published(), new Date());
    result.replaceChildren(section(reader.viewOf(verdict, { say, date, instant })));
  } catch (error) {
    const key = (error as Error).message;
    result.replaceChildren(element("p", "sk-banner sk-banner--warning", say(key in words ? key : "reader.failed")));
  }
  result.querySelector<HTMLElement>("[tabindex]")?.focus();
  result.scrollIntoView({ block: "start" });
}

/** The same for everybody, and kept for offline: fetching them says nothing about the certificate. */
async function published(): Promise<{ trustList: unknown; statusLists: unknown }> {
  const [trustList, statusLists] = await Promise.all(
    publishedFiles.map(async (path) => (await fetch(path)).json() as Promise<unknown>),
  );
  return { trustList, statusLists };
}

let loading: Promise<VerifyReader> | undefined;
function loadReader(): Promise<VerifyReader> {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = form?.dataset["reader"] ?? "";
    script.addEventListener("load", () =>
      globalThis.sakshiVerifyReader ? resolve(globalThis.sakshiVerifyReader) : reject(new Error("reader.failed")),
    );
    script.addEventListener("error", () => {
      loading = undefined;
      reject(new Error("reader.failed"));
    });
    document.head.append(script);
  });
  return loading;
}

// jsQR finds a dense code at some sizes and not at others.
const longestSides = [1400, 2200, 1000, 1800, 700];

/** First with the browser's own detector, where there is one; then with ours, at sizes that suit phone photos. */
async function readPicture(
  source: CanvasImageSource & ImageBitmapSource,
  width: number,
  height: number,
  sides = longestSides,
): Promise<string | undefined> {
  const Detector = globalThis.BarcodeDetector;
  const detector = Detector && new Detector({ formats: ["qr_code"] });
  const [seen] = (await detector?.detect(source).catch(() => [])) ?? [];
  if (seen?.rawValue) return seen.rawValue;
  const reader = await loadReader();
  for (const side of sides) {
    const factor = Math.min(1, side / Math.max(width, height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(width * factor));
    canvas.height = Math.max(1, Math.round(height * factor));
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) return undefined;
    context.imageSmoothingQuality = "high";
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    const text = reader.readPicture(context.getImageData(0, 0, canvas.width, canvas.height));
    if (text) return text;
  }
  return undefined;
}

function setUpCamera(result: HTMLElement): void {
  const video = find("verify-video") as HTMLVideoElement | null;
  const button = find("verify-camera-button") as HTMLButtonElement | null;
  const panel = find("verify-camera");
  const hint = find("verify-camera-hint");
  if (!video || !button || !panel || !hint || !("mediaDevices" in navigator)) return;
  panel.hidden = false;
  let stream: MediaStream | undefined;
  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = undefined;
    video.hidden = hint.hidden = true;
    button.textContent = say("camera.start");
  };
  const look = async () => {
    while (stream) {
      const text =
        video.videoWidth > 0 ? await readPicture(video, video.videoWidth, video.videoHeight, [1400]) : undefined;
      if (text && stream) {
        stop();
        return show(result, async () => text);
      }
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  };
  const begin = async () => {
    try {
      const wanted = { facingMode: "environment", width: { ideal: 1920 } };
      stream = await navigator.mediaDevices.getUserMedia({ video: wanted });
      video.srcObject = stream;
      video.hidden = hint.hidden = false;
      button.textContent = say("camera.stop");
      await video.play();
      await look();
    } catch {
      stop();
      result.replaceChildren(element("p", "sk-banner sk-banner--warning", say("camera.failed")));
    }
  };
  button.addEventListener("click", () => (stream ? stop() : void begin()));
}

/** Hands the service worker the list of what this page needs, so that it also opens without a network. */
async function keepForOffline(form: HTMLFormElement, note: HTMLElement | null): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register("/verify-sw.js", { scope: location.pathname });
    const { active } = await navigator.serviceWorker.ready;
    const parts = document.querySelectorAll<HTMLLinkElement | HTMLScriptElement | HTMLImageElement>(
      "link[href], script[src], img[src]",
    );
    const addresses = Array.from(parts, (part) => ("href" in part ? part.href : part.src));
    const kept = new MessageChannel();
    kept.port1.addEventListener("message", ({ data }) => {
      if (data === "kept" && note) note.textContent += ` ${say("offlineReady")}`;
    });
    kept.port1.start();
    const keep = [location.pathname, form.dataset["reader"] ?? "", ...publishedFiles, ...addresses];
    active?.postMessage({ page: location.pathname, keep }, [kept.port2]);
  } catch {
    // Private windows have no service workers. Verifying works all the same while there is a network.
  }
}

function section(view: VerdictView): HTMLElement {
  const box = element("section", `sk-verdict sk-verdict--${view.outcome}`);
  box.tabIndex = -1;
  box.setAttribute("aria-labelledby", "verdict");
  const heading = element("h2", "", "");
  heading.id = "verdict";
  const sign = element("span", "sk-verdict__sign", view.sign);
  sign.setAttribute("aria-hidden", "true");
  heading.append(sign, view.heading);
  box.append(
    heading,
    element("p", "sk-verdict__words", view.words),
    ...view.reasons.map((reason) => element("p", "", reason)),
  );
  if (view.facts.length > 0) box.append(summaryList(view.facts));
  if (view.compare) box.append(element("p", "", view.compare));
  if (view.details.length > 0) {
    const details = element("details", "sk-details");
    const inside = element("div", "");
    inside.append(summaryList(view.details));
    details.append(element("summary", "", view.detailsHeading), inside);
    box.append(details);
  }
  return box;
}

function summaryList(rows: readonly Row[]): HTMLElement {
  const list = element("dl", "sk-summary");
  for (const { key, value } of rows) {
    const row = element("div", "sk-summary__row");
    row.append(element("dt", "", key), element("dd", "", value));
    list.append(row);
  }
  return list;
}

function element(name: string, className: string, text?: string): HTMLElement {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}
