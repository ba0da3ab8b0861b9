/* What is said at a form whose words were not taken; the words stay in their field. */

import * as cards from "./cards.js";

const SURE = new WeakMap(); // form → the words that their writer means as an answer

const words = (form) => JSON.stringify(cards.filledIn(form).inputs);

/* Whether just these words were said to be meant. */
export const isSure = (form) => SURE.has(form) && SURE.get(form) === words(form);

export function showNotice(form, notice) {
  clear(form);
  const fields = cards.fields(form);
  const field = fields.find((each) => each.dataset.key === notice.field) ?? fields[0];
  const template = document.createElement("template");
  template.innerHTML = notice.html.trim();
  const held = template.content.firstElementChild;
  held.dataset.field = field.dataset.key;
  form.append(held);
  form.setAttribute("data-held", "");
  held.focus();
}

export function clear(form) {
  form.querySelector("[data-notice]")?.remove();
  form.removeAttribute("data-held");
}

/* Back to the field: to change it, or because these very words are meant. */
export function goBack(form, button) {
  const { field } = button.closest("[data-notice]").dataset;
  clear(form);
  if (button.dataset.does === "sure") SURE.set(form, words(form));
  const place = cards.fields(form).find((each) => each.dataset.key === field);
  cards.hint(form, button.dataset.says);
  place?.querySelector("textarea, select, input, button")?.focus();
}

export const choiceOf = (button) => ({
  delivery: null,
  key: button.closest("[data-notice]").dataset.notice,
  raw: button.value,
});
