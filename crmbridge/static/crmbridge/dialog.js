// Shows the page's dialog as a modal one: focus stays inside, Escape leads back. Says so when a form takes a while.
"use strict";
{
  const dialog = document.querySelector("dialog[data-back]");

  const busy = (form, pressed) => {
    if (form.dataset.sent) return false;
    form.dataset.sent = "true";
    if (!pressed?.name && form.dataset.busy) {
      pressed.textContent = form.dataset.busy;
      pressed.setAttribute("aria-busy", "true");
    }
    return true;
  };

  if (dialog) {
    dialog.close();
    dialog.showModal();
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      location.assign(dialog.dataset.back);
    });
    dialog.addEventListener("submit", (event) => {
      if (event.target.method === "post" && !busy(event.target, event.submitter)) event.preventDefault();
    });
    // A page that comes back from the browser's memory may be sent again.
    window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  }
}
