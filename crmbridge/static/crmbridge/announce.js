// Says to screen readers what a live fragment's data-announce holds, each time that it says something new.
"use strict";
document.addEventListener("htmx:afterSettle", () => {
  const said = document.getElementById("announcement");
  const fragment = document.querySelector("[data-announce]");
  if (said && fragment && said.textContent !== fragment.dataset.announce) {
    said.textContent = fragment.dataset.announce;
  }
});
