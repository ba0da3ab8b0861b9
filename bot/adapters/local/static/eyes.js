/* Whose eyes look. The server decides what they see, so the page is asked for anew. */

const CHOSEN = "holdfast-eyes";

const words = document.body.dataset;

/* The keyboard goes on where it was: a browser that remembers nothing begins at the top. */
function remember() {
  try {
    sessionStorage.setItem(CHOSEN, "chosen");
  } catch {
    /* then one begins at the top */
  }
}

function wasChosen() {
  try {
    const chosen = sessionStorage.getItem(CHOSEN);
    sessionStorage.removeItem(CHOSEN);
    return chosen !== null;
  } catch {
    return false;
  }
}

export function borrowEyes(columns) {
  const select = document.getElementById("as");
  const back = document.querySelector("[data-own-eyes]");
  select.value = words.as;
  select.addEventListener("change", () => {
    remember();
    location.assign(columns.address({ as: select.value }));
  });
  back?.addEventListener("click", remember);
  if (wasChosen()) select.focus();
}
