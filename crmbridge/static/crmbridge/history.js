// Opens the card of a value when it has come; without this file the link leads to a page.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "history-card") return;
  event.target.showPopover();
  event.target.querySelector("h2")?.focus();
});
