// Enhancement only: counts the observation minutes down. The page says the time without it.
// SPDX-License-Identifier: Apache-2.0
const shown = document.querySelector<HTMLElement>("[data-observe-minutes]");
const words: string[] = JSON.parse(shown?.dataset["observeWords"] ?? "[]");
const endsAt = Date.now() + Number(shown?.dataset["observeMinutes"]) * 60_000;

function show(): void {
  const left = Math.max(0, Math.ceil((endsAt - Date.now()) / 60_000));
  if (shown && words[left]) shown.textContent = words[left];
  if (left > 0) setTimeout(show, 15_000);
}
if (shown) setTimeout(show, 15_000);
