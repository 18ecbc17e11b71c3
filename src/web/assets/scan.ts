// Enhancement only: reads the slip's QR with the camera and posts the form. Pictures stay in the browser.
// Without a camera the text field does the same.
// SPDX-License-Identifier: Apache-2.0
import type { VerifyReader } from "./verify-reader.js";

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
declare const BarcodeDetector:
  | { new (options: { formats: string[] }): Detector; getSupportedFormats(): Promise<string[]> }
  | undefined;

const form = document.querySelector<HTMLFormElement>("form[data-scan]");
const start = form?.querySelector<HTMLButtonElement>("[data-scan-start]");
const stop = form?.querySelector<HTMLButtonElement>("[data-scan-stop]");
const view = form?.querySelector<HTMLElement>("[data-scan-view]");
const video = form?.querySelector("video");
const status = form?.querySelector<HTMLElement>("[data-scan-status]");
const field = form?.elements.namedItem("token") as HTMLInputElement | undefined;

let stream: MediaStream | undefined;

function end(): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = undefined;
  if (view) view.hidden = true;
  if (start) start.hidden = false;
}

/** A reader of the browser's own, or ours. */
async function reader(): Promise<(video: HTMLVideoElement) => Promise<string | undefined>> {
  if (typeof BarcodeDetector !== "undefined" && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (from) => (await detector.detect(from))[0]?.rawValue;
  }
  const script = document.createElement("script");
  script.src = form?.dataset["decoder"] ?? "";
  await new Promise((resolve, reject) => {
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.head.append(script);
  });
  const { sakshiVerifyReader } = globalThis as { sakshiVerifyReader?: VerifyReader };
  const canvas = document.createElement("canvas");
  return async (from) => {
    canvas.width = from.videoWidth;
    canvas.height = from.videoHeight;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context || !sakshiVerifyReader || canvas.width === 0) return undefined;
    context.drawImage(from, 0, 0);
    return sakshiVerifyReader.readPicture(context.getImageData(0, 0, canvas.width, canvas.height));
  };
}

async function scan(video: HTMLVideoElement): Promise<void> {
  const read = await reader();
  stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  video.srcObject = stream;
  await video.play();
  while (stream) {
    const text = await read(video);
    if (text && field && form) {
      field.value = text;
      end();
      return form.submit();
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

if (form && start && stop && view && video && typeof navigator.mediaDevices?.getUserMedia === "function") {
  start.hidden = false;
  start.addEventListener("click", () => {
    start.hidden = true;
    view.hidden = false;
    if (status) status.textContent = "";
    scan(video).catch(() => {
      end();
      if (status) status.textContent = form.dataset["failed"] ?? "";
    });
  });
  stop.addEventListener("click", end);
}
