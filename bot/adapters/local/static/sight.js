/* What one sees of a chat: the newest message, whole where it fits, and the page along with it. */

const MARGIN_PX = 20;

/* A message that is longer than the window is shown from its beginning. */
export function showNewest(messages) {
  const newest = messages.querySelector("ol").lastElementChild;
  if (!newest) return;
  const fits = newest.offsetHeight + 2 * MARGIN_PX <= messages.clientHeight;
  messages.scrollTop = fits ? messages.scrollHeight : newest.offsetTop - MARGIN_PX;
}

/* A card that grew is seen with its buttons, from its beginning if that leaves room for it. */
export function showWhole(messages, bubble, form) {
  const { top, bottom } = messages.getBoundingClientRect();
  const below = form.getBoundingClientRect().bottom + MARGIN_PX - bottom;
  const above = bubble.getBoundingClientRect().top - MARGIN_PX - top;
  if (below > 0) messages.scrollTop += below;
  else if (above < 0 && below - above < 0) messages.scrollTop += above;
}

/* Where a column is as high as the screen, whoever looks at its chat has it on the screen. */
export function showColumn(section) {
  if (section.getClientRects().length) section.scrollIntoView({ block: "end" });
}
