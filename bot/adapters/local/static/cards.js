/* A card: reading what was filled in, and showing at each field what was refused. */

const count = (field) => Number(field.dataset.count);

export const fields = (form) => [...form.querySelectorAll(".field")];

function chosen(field) {
  return [...field.querySelectorAll("input:checked:not([data-instead])")].map((input) => input.value);
}

const skipped = (field) => (field.hasAttribute("data-may-skip") ? { skip: true } : "");

function day(field) {
  const instead = field.querySelector("[data-instead]:checked");
  const date = field.querySelector("input[type=date]").value;
  if (instead) return instead.value;
  return date ? { date } : null;
}

/* What stands in a field; nothing counts as skipped where several are asked and that is allowed. */
function value(field, alone) {
  const empty = alone ? "" : skipped(field);
  switch (field.dataset.control) {
    case "list":
      return chosen(field);
    case "radios":
      return chosen(field)[0] ?? empty;
    case "scale_radios":
      return chosen(field).length ? Number(chosen(field)[0]) : empty;
    case "day":
    case "day_in_form":
      return day(field) ?? empty;
    default:
      return field.querySelector("textarea, select")?.value.trim() || empty;
  }
}

export function filledIn(form) {
  const all = fields(form);
  const alone = all.length === 1;
  return {
    dialogue: form.dataset.dialogue,
    inputs: Object.fromEntries(all.map((field) => [field.dataset.key, value(field, alone)])),
    counts: Object.fromEntries(all.map((field) => [field.dataset.key, count(field)])),
  };
}

/* A card of no dialogue is a menu: what is done there is one choice. */
export const isMenu = (form) => form.hasAttribute("data-delivery");

export function picked(form, filled) {
  const [[key, raw]] = Object.entries(filled.inputs);
  return { delivery: form.dataset.delivery, key, raw };
}

export function tapped(form, button) {
  const field = button.closest(".field");
  const meant = { skip: { skip: true }, number: Number(button.value), code: button.value };
  return {
    dialogue: form.dataset.dialogue,
    inputs: { [field.dataset.key]: meant[button.dataset.send] },
    counts: { [field.dataset.key]: count(field) },
  };
}

/* While something is under way nothing can be pressed, so that it is not sent twice. */
export function lock(form, locked) {
  form.toggleAttribute("data-locked", locked);
  for (const control of form.querySelectorAll("button, input, select, textarea")) {
    control.disabled = locked;
  }
  if (!locked) fields(form).forEach(limitTicks);
}

export function say(place, words) {
  place.textContent = words ?? "";
  place.hidden = !words;
}

/* A word that is no refusal, where one goes on. */
export function hint(form, words) {
  const place = form.querySelector("[data-whole]");
  say(place, words);
  place.classList.toggle("hint", Boolean(words));
}

export function refuse(form, refusals) {
  hint(form, "");
  for (const field of fields(form)) {
    const words = refusals[field.dataset.key];
    say(field.querySelector("[data-why]"), words);
    for (const control of field.querySelectorAll("textarea, select, input")) {
      control.toggleAttribute("aria-invalid", false);
      if (words) control.setAttribute("aria-invalid", "true");
    }
  }
  const keys = fields(form).map((field) => field.dataset.key);
  const others = Object.keys(refusals).filter((key) => !keys.includes(key));
  say(form.querySelector("[data-whole]"), others.map((key) => refusals[key]).join(" "));
  const first = fields(form).find((field) => refusals[field.dataset.key]);
  first?.querySelector("textarea, select, input, button")?.focus();
}

/* Of a list with a limit the rest cannot be ticked any more. */
export function limitTicks(field) {
  const most = Number(field.dataset.most);
  if (!most) return;
  const full = chosen(field).length >= most;
  for (const input of field.querySelectorAll("input")) input.disabled = full && !input.checked;
}

/* A day and a choice instead of it exclude each other. */
export function either(input) {
  const field = input.closest(".field");
  if (input.matches("[data-instead]") && input.checked) {
    field.querySelector("input[type=date]").value = "";
    for (const other of field.querySelectorAll("[data-instead]")) {
      if (other !== input) other.checked = false;
    }
  } else if (input.type === "date" && input.value) {
    for (const other of field.querySelectorAll("[data-instead]")) other.checked = false;
  }
}

export function counted(textarea) {
  const longest = Number(textarea.dataset.longest);
  const place = textarea.parentElement.querySelector(".counter");
  if (!longest || !place) return;
  const length = [...textarea.value.trim()].length;
  place.textContent = `${length} / ${longest}`;
  place.classList.toggle("over", length > longest);
}

export function openWriting(button) {
  const field = button.closest(".field");
  writtenAgain(field);
  field.querySelector("textarea").focus();
}

/* What stands in a field again is seen. */
export function writtenAgain(field) {
  const button = field.querySelector("[data-write]");
  if (button) {
    field.querySelector(".writing").hidden = false;
    field.querySelector("[data-written]").hidden = false;
    button.setAttribute("aria-expanded", "true");
    button.hidden = true;
  }
  field.querySelectorAll("textarea").forEach(counted);
}

/* A field to write in that nothing was written in is put away again. */
export function closeWriting(form) {
  const button = form.querySelector("[data-write]");
  const textarea = form.querySelector(".writing textarea");
  if (!button?.hidden || textarea.value.trim()) return;
  form.querySelector(".writing").hidden = true;
  form.querySelector("[data-written]").hidden = true;
  button.setAttribute("aria-expanded", "false");
  button.hidden = false;
  button.focus();
}
