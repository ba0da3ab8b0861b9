/* The page: two sides, a clock, and news as it comes. */

import { get, postOnce } from "./net.js";
import { Side } from "./side.js";

const CLOCK_EVERY_MS = 20000;
const MARK = "• ";

const words = document.body.dataset;
const clock = document.getElementById("clock");
const turned = document.getElementById("turned");
const notice = document.getElementById("notice");
const sides = ["left", "right"].map((name) => new Side(document.getElementById(name), refresh));
const sideOf = (name) => sides.find((side) => side.name === name);
const chosen = Object.fromEntries(sides.map((side) => [side.name, side.person]));

let looking = false;
let lookAgain = false;

function warn(text) {
  notice.textContent = text;
  notice.hidden = !text;
}

/* One look at a time; what comes in meanwhile is one look more. */
async function refresh() {
  lookAgain = true;
  if (looking) return;
  looking = true;
  try {
    while (lookAgain) {
      lookAgain = false;
      const { left, right } = chosen;
      const query = new URLSearchParams({ left, right, language: words.language });
      const state = await get(`/api/state?${query}`);
      if (left === chosen.left && right === chosen.right) show(state);
      else lookAgain = true;
    }
    warn("");
  } catch (error) {
    warn(error.status === 403 ? words.refused : error.message);
  } finally {
    looking = false;
  }
}

function show(state) {
  clock.textContent = state.clock.text;
  clock.dateTime = state.clock.iso;
  for (const side of sides) side.show(state[side.name]);
}

/* Whom one sees. */
function choose(name, person) {
  chosen[name] = person;
  sideOf(name).turnTo(person);
  unmark(person);
  const query = new URLSearchParams({ language: words.language, ...chosen });
  history.replaceState(null, "", `/?${query}`);
  for (const link of document.querySelectorAll("[data-language-link]")) {
    query.set("language", link.lang);
    link.href = `/?${query}`;
  }
  refresh();
}

function visit(person) {
  const shown = sides.find((side) => side.person === person);
  if (shown) shown.section.scrollIntoView({ block: "nearest" });
  else choose("left", person);
}

const optionsOf = (person) => document.querySelectorAll(`[data-who] option[value="${person}"]`);

function mark(person) {
  if (Object.values(chosen).includes(person)) return;
  for (const option of optionsOf(person)) {
    if (!option.text.startsWith(MARK)) option.text = MARK + option.text;
  }
}

function unmark(person) {
  for (const option of optionsOf(person)) option.text = option.text.replace(MARK, "");
}

for (const select of document.querySelectorAll("[data-who]")) {
  select.addEventListener("change", () => choose(select.closest(".side").id, select.value));
}

/* The clock. */
function tell(text, people = []) {
  turned.classList.remove("busy");
  turned.replaceChildren(text);
  for (const person of people) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = person.name;
    button.addEventListener("click", () => visit(person.id));
    turned.append(" ", button);
  }
}

async function turn(path) {
  const buttons = [...document.querySelectorAll("[data-turn]")];
  const pressed = document.activeElement;
  for (const button of buttons) button.disabled = true;
  turned.classList.add("busy");
  turned.replaceChildren(words.turning);
  for (const side of sides) side.follow();
  try {
    const answer = await postOnce(`${path}?language=${words.language}`);
    tell(answer.said, answer.people);
    for (const side of sides) side.follow();
    await refresh();
  } catch (error) {
    tell(error.message);
  }
  for (const button of buttons) button.disabled = false;
  pressed?.focus();
}

for (const button of document.querySelectorAll("[data-turn]")) {
  button.addEventListener("click", () => turn(button.dataset.turn));
}

setInterval(() => document.hidden || refresh(), CLOCK_EVERY_MS);

/* News. The browser connects again by itself, and then looks what it missed. */
const news = new EventSource("/api/live");
news.addEventListener("open", refresh);
news.addEventListener("message", (event) => {
  const { people, everything } = JSON.parse(event.data);
  people.forEach(mark);
  if (everything || people.some((person) => Object.values(chosen).includes(person))) refresh();
});
news.addEventListener("error", () => {
  warn(words.lost);
  if (news.readyState === EventSource.CLOSED) refresh();
});
