// Gives the admin's search boxes for related records the name of their label, which the widget forgets.
"use strict";
{
  const name = (select) => {
    const label = document.querySelector(`label[for="${select.id}"]`);
    const box = select.nextElementSibling?.querySelector(".select2-selection[aria-labelledby]");
    if (!label || !box) return;
    const text = label.textContent.replace(/:\s*$/, "");
    box.removeAttribute("aria-labelledby");
    box.setAttribute("aria-label", text);
    box.querySelector(".select2-selection__rendered")?.setAttribute("aria-label", text);
  };

  // The widget makes its box when it likes: each is named as it comes.
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    new MutationObserver(() => name(select)).observe(select.parentElement, { childList: true });
    name(select);
  }
}
