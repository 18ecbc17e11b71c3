// Enhancement only: focuses the error summary, and warns two minutes before an idle sign-in ends.
// SPDX-License-Identifier: Apache-2.0
document.querySelector<HTMLElement>("[data-autofocus]")?.focus();

const minutes = Number(document.body.dataset["idleMinutes"]);
const words = document.body.dataset["idleWords"];
if (minutes > 2 && words) {
  setTimeout(
    () => {
      const warning = document.createElement("p");
      warning.className = "sk-banner sk-banner--warning sk-idle";
      warning.setAttribute("role", "alert");
      warning.textContent = words;
      document.querySelector("main")?.prepend(warning);
    },
    (minutes - 2) * 60_000,
  );
  // When the sign-in is over, what stands on a shared phone goes too.
  setTimeout(() => location.reload(), minutes * 60_000 + 5_000);
}
