/* What was typed and not sent: it is there again after a reload, and when one comes back.
 *
 * It may be sensitive, so it stands in this window alone (sessionStorage), until it is sent, given
 * up, or found to be what is kept nowhere; whoever closes the window leaves nothing behind.
 */

const KEPT = "holdfast-drafts";

/* A browser may refuse to remember anything; then drafts last until a reload. */
function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT)) ?? [];
  } catch {
    return [];
  }
}

function remember() {
  try {
    if (drafts.size) sessionStorage.setItem(KEPT, JSON.stringify([...drafts]));
    else sessionStorage.removeItem(KEPT);
  } catch {
    /* then they last until a reload */
  }
}

const drafts = new Map(remembered()); // "person/where" → what stood there

export const draft = (person, where) => drafts.get(`${person}/${where}`);

export function keep(person, where, what) {
  if (what) drafts.set(`${person}/${where}`, what);
  else drafts.delete(`${person}/${where}`);
  remember();
}

/* Who is there no more leaves no words behind. */
export function forgetOthers(people) {
  for (const key of [...drafts.keys()]) {
    if (!people.includes(key.split("/")[0])) drafts.delete(key);
  }
  remember();
}

const whereOf = (form, field) =>
  `${form.dataset.dialogue ?? form.dataset.delivery}/${field.dataset.key}`;

const fieldsOf = (form) => form.querySelectorAll(".field");

const box = (field) => field.querySelector("textarea, select, input[type=date]");

export function keepField(person, field) {
  const text = box(field)?.value ?? "";
  const ticks = [...field.querySelectorAll("input:checked")].map((input) => input.value);
  keep(person, whereOf(field.closest("form"), field), text || ticks.length ? { text, ticks } : null);
}

/* Put into a form what stood there; give its fields in which something stands again. */
export function restore(person, form) {
  return [...fieldsOf(form)].filter((field) => {
    const was = draft(person, whereOf(form, field));
    if (!was) return false;
    if (box(field)) box(field).value = was.text;
    for (const input of field.querySelectorAll("[type=radio], [type=checkbox]")) {
      input.checked = was.ticks.includes(input.value);
    }
    return true;
  });
}

export function drop(person, form) {
  for (const field of fieldsOf(form)) keep(person, whereOf(form, field), null);
}
