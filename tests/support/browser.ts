// A real Chromium for the page tests: Debian's, or an installed Chrome. SAKSHI_CHROMIUM names another one.
// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const macs = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The browser's path, or undefined if none is installed. */
export function findBrowser(): string | undefined {
  const asked = process.env.SAKSHI_CHROMIUM;
  if (asked) return asked;
  const folders = ["/usr/bin", ...(process.env.PATH ?? "").split(delimiter)];
  return [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...macs].find((path) =>
    existsSync(path),
  );
}

/** `more` are further command-line switches. */
export function openBrowser(more: readonly string[] = []): Promise<Browser> {
  const executablePath = findBrowser();
  if (!executablePath)
    throw new Error("No Chromium or Chrome is installed: install one, or name it in SAKSHI_CHROMIUM.");
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...more,
    ],
  });
}
