/* The panel for whoever is here for the first time: put away once, it stays away until asked for. */

import { showColumn } from "./sight.js";

const PUT_AWAY = "holdfast-guide";

/* A browser may refuse to remember anything; then the panel is there each time. */
function remembered() {
  try {
    return localStorage.getItem(PUT_AWAY) === "away";
  } catch {
    return false;
  }
}

function remember() {
  try {
    localStorage.setItem(PUT_AWAY, "away");
  } catch {
    /* then it is there the next time */
  }
}

export function openGuide() {
  const guide = document.getElementById("guide");
  const opener = document.querySelector("[data-guide]");

  function show(open) {
    guide.hidden = !open;
    opener.setAttribute("aria-expanded", open);
  }

  function putAway() {
    show(false);
    remember();
    opener.focus({ preventScroll: true });
    showColumn(document.querySelector(".column[data-seen]"));
  }

  opener.addEventListener("click", () => {
    if (!guide.hidden) return putAway();
    show(true);
    guide.focus();
  });
  guide.querySelector("[data-guide-close]").addEventListener("click", putAway);
  guide.addEventListener("keydown", (event) => event.key === "Escape" && putAway());
  show(!remembered());
}
