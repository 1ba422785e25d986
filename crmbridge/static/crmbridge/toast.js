// Announces each notice, takes it away after six seconds unless somebody reads it, and keeps errors.
"use strict";
{
  const list = document.getElementById("toasts");
  const SECONDS = 6;

  function leaveLater(toast) {
    let timer;
    const start = () => { timer = setTimeout(() => toast.remove(), SECONDS * 1000); };
    const stop = () => clearTimeout(timer);
    toast.addEventListener("mouseenter", stop);
    toast.addEventListener("focusin", stop);
    toast.addEventListener("mouseleave", start);
    toast.addEventListener("focusout", start);
    start();
  }

  function show(toast) {
    const close = document.createElement("button");
    close.type = "button";
    close.className = "toast-close";
    close.setAttribute("aria-label", list.dataset.close);
    close.textContent = "×";
    close.addEventListener("click", () => toast.remove());
    toast.append(close);
    if (!toast.classList.contains("error")) leaveLater(toast);
  }

  if (list) {
    const toasts = [...list.children];
    list.replaceChildren();
    // Those that come later, with a part of the page, are shown the same way.
    const watcher = new MutationObserver((changes) => {
      for (const { addedNodes } of changes) [...addedNodes].filter((node) => node.matches?.(".toast")).forEach(show);
    });
    watcher.observe(list, { childList: true });
    // A live region speaks only of what comes into it after the page is there.
    setTimeout(() => list.append(...toasts), 100);
  }
}
