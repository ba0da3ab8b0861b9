/* The guided story: what is told comes from Holdfast, act by act; leaving is not asking for more. */

import { get, say } from "./net.js";
import { showColumn, showNewest } from "./sight.js";

const REMEMBERED = "holdfast-story";
const CONFLICT = 409; // nobody is new to the story
const READ_MS = 1100; // between one answer and the next, so that the eye can follow
const MOST_ACTS = 150; // a step takes some twenty; more, and nothing is coming any more

const place = document.getElementById("story");
const part = (name) => place.querySelector(`[data-${name}]`);
const words = place.dataset;
const isCalm = matchMedia("(prefers-reduced-motion: reduce)");

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/* A browser may refuse to remember anything; then a reload ends the story. */
function remember(told) {
  try {
    if (told) sessionStorage.setItem(REMEMBERED, JSON.stringify(told));
    else sessionStorage.removeItem(REMEMBERED);
  } catch {
    /* then a reload ends the story */
  }
}

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(REMEMBERED));
  } catch {
    return null;
  }
}

class Story {
  constructor() {
    this.told = null; // what was told last; none while no story is told
    this.looked = ""; // whose tab was shown last
    this.widened = false; // whether a second column was asked for
    this.run = 0; // each run of acts has a number, so that an old one knows that it is over
    part("start").addEventListener("click", () => this.start({}));
    part("anyway").addEventListener("click", () => this.start({ anyway: true }));
    part("on").addEventListener("click", () => this.goOn());
    part("leave").addEventListener("click", () => this.leave(this.told.left));
    place.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.told) this.leave(this.told.left);
    });
  }

  /* Where nobody is new to it, one can ask for somebody who is not. */
  async start(how) {
    part("anyway").hidden = true;
    try {
      const told = await say("/api/story/start", how);
      putGuideAway();
      this.open(told);
      part("name").closest(".told-now").querySelector("h2").focus();
      await this.acts(told.number);
    } catch (error) {
      this.end(error.message);
      part("anyway").hidden = error.status !== CONFLICT || how.anyway;
    }
  }

  async resume() {
    const { person, number } = remembered() ?? {};
    if (!person) return;
    const query = new URLSearchParams({ person, language: document.body.dataset.language });
    try {
      const told = await get(`/api/story?${query}`);
      this.open(told);
      if (told.number < number) await this.acts(number);
    } catch {
      this.end("");
    }
  }

  goOn() {
    if (this.isBusy) return;
    if (this.told.last && this.told.state === "over") this.leave(this.told.left);
    else this.acts(this.told.state === "over" ? this.told.number + 1 : this.told.number);
  }

  get isBusy() {
    return part("on").getAttribute("aria-disabled") === "true";
  }

  /* One act after another, until the step is over or somebody leaves. */
  async acts(step) {
    const run = ++this.run;
    const { person } = this.told;
    this.busy(true);
    remember({ person, number: step });
    try {
      for (let act = 0; act < MOST_ACTS; act += 1) {
        const told = await say("/api/story/next", { person, step });
        if (run !== this.run) return;
        this.show(told);
        if (told.state !== "going") break;
        if (told.answered && !isCalm.matches) await pause(READ_MS);
        if (run !== this.run) return;
      }
    } catch (error) {
      if (run === this.run) part("ended").textContent = error.message;
    }
    this.busy(false);
    if (this.told.ended) this.end(this.told.ended);
  }

  busy(isBusy) {
    part("on").setAttribute("aria-disabled", isBusy);
    part("busy-now").hidden = !isBusy;
    part("busy-now").textContent = words.busy;
    if (isBusy) return;
    const isLast = this.told.last && this.told.state === "over";
    part("on").textContent = isLast ? words.finish : words.next;
    part("leave").hidden = isLast;
  }

  open(told) {
    part("invited").hidden = true;
    part("telling").hidden = false;
    part("leave").hidden = false;
    part("ended").textContent = "";
    this.show(told);
    remember({ person: told.person, number: told.number });
  }

  /* What stays the same is left alone, or it would be read out again. */
  show(told) {
    this.told = told;
    const put = (element, text) => element.textContent !== text && (element.textContent = text);
    put(place.querySelector("h2"), told.title);
    for (const name of ["progress", "name", "now", "seen", "why", "source"]) put(part(name), told[name]);
    place.querySelectorAll(".dots li").forEach((dot, number) => {
      dot.classList.toggle("over", number < told.number);
    });
    this.look(told);
  }

  /* Only when it is somewhere else: whoever looks at another tab meanwhile stays there. */
  look({ person, colleague, look, tab }) {
    const where = [person, colleague, look, tab].join();
    if (this.looked === where || !this.hasRoom(colleague)) return;
    this.looked = where;
    seat(person, 1);
    seat(colleague, 2);
    watch(look, look === person ? tab : "chat");
    follow([person, colleague]);
  }

  /* Two people need two columns; they come soon after they were asked for. */
  hasRoom(colleague) {
    if (!colleague || document.querySelectorAll(".column").length > 1) return true;
    if (!this.widened) document.querySelector('.count [data-columns="2"]')?.click();
    this.widened = true;
    return false;
  }

  leave(text) {
    this.end(text);
    part("start").focus();
  }

  end(text) {
    this.run += 1;
    this.told = null;
    this.looked = "";
    follow([]);
    remember(null);
    part("invited").hidden = false;
    part("telling").hidden = true;
    part("ended").textContent = text;
  }
}

/* See the two side by side, as one would choose them: the learner first. */
function seat(person, number) {
  const column = document.querySelector(`.column[data-number="${number}"]`);
  const who = column?.querySelector("[data-who]");
  if (!who || !person || column.dataset.person === person) return;
  who.value = person;
  who.dispatchEvent(new Event("change"));
}

/* See somebody, with the tab that shows what is told. */
function watch(person, tab) {
  const column = columnOf(person);
  document.querySelector(`.shown [data-person="${person}"][aria-pressed="false"]`)?.click();
  column?.querySelector(`[role=tab][id$="-tab-${tab}"][aria-selected="false"]`)?.click();
  if (column) showColumn(column);
}

/* What comes to stand in a chat is seen, until the story is over. */
const following = new MutationObserver((changes) => {
  const messages = changes[0].target.closest(".messages");
  if (!messages) return;
  showNewest(messages);
  showColumn(messages.closest(".column"));
});

function follow(people) {
  following.disconnect();
  for (const person of people) {
    const messages = person && columnOf(person)?.querySelector(".messages");
    if (messages) following.observe(messages, { childList: true, subtree: true });
  }
}

const columnOf = (person) => document.querySelector(`.column[data-person="${person}"]`);

function putGuideAway() {
  const guide = document.getElementById("guide");
  if (guide && !guide.hidden) guide.querySelector("[data-guide-close]").click();
}

new Story().resume();
