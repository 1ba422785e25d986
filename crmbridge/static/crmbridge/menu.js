// Closes an open menu on Escape and on a click elsewhere; "/" goes to the search box.
"use strict";
{
  const open = () => document.querySelector("details.menu[open]");

  document.addEventListener("click", (event) => {
    const menu = open();
    if (menu && !menu.contains(event.target)) menu.open = false;
  });

  document.addEventListener("keydown", (event) => {
    const menu = open();
    if (event.key === "Escape" && menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
    const search = document.getElementById("searchbar");
    if (event.key === "/" && search && !isTyping) {
      event.preventDefault();
      search.focus();
    }
  });
}
