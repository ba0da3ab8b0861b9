/* The clock: to what happens next, a day on, or to a date, one event after another. */

import { post, postOnce } from "./net.js";

const words = document.body.dataset;

/* A clock that is only looked at, such as with borrowed eyes. */
export class Watch {
  constructor(place) {
    this.time = place.querySelector("#clock");
  }

  show(clock) {
    this.time.textContent = clock.text;
    this.time.dateTime = clock.iso;
  }
}

export class Clock extends Watch {
  constructor(place, columns, refresh) {
    super(place);
    this.columns = columns;
    this.refresh = refresh;
    this.turned = place.querySelector("#turned");
    this.way = place.querySelector("#progress");
    this.day = place.querySelector("#day");
    this.stop = place.querySelector("[data-stop]");
    this.controls = [...place.querySelectorAll("[data-turn], #to-date [type=submit], #day")];
    this.isStopped = false;
    for (const button of place.querySelectorAll("[data-turn]")) {
      button.addEventListener("click", () => this.busy(() => this.once(button.dataset.turn)));
    }
    place.querySelector("#to-date").addEventListener("submit", (event) => {
      event.preventDefault();
      this.busy(() => this.towards(this.day.value));
    });
    this.stop.addEventListener("click", () => this.halt());
    for (const done of ["click", "change"]) {
      document.addEventListener(done, (event) => this.elsewhere(event.target));
    }
    place.addEventListener("keydown", (event) => event.key === "Escape" && this.halt());
  }

  show(clock) {
    super.show(clock);
    this.day.min = clock.iso.slice(0, 10);
  }

  halt() {
    this.isStopped = true;
  }

  /* What was wrong here is over once one does something else. */
  elsewhere(target) {
    const isDone = target.closest("button, select") && !target.closest(".clock");
    if (!isDone || !this.turned.classList.contains("wrong")) return;
    this.tell("");
    this.day.removeAttribute("aria-invalid");
  }

  /* While it turns nothing else turns it; what it was pressed with has the focus afterwards. */
  async busy(turn) {
    if (this.controls.some((control) => control.disabled)) return;
    const pressed = document.activeElement;
    for (const control of this.controls) control.disabled = true;
    this.turned.classList.add("busy");
    this.turned.replaceChildren(words.turning);
    this.day.removeAttribute("aria-invalid");
    this.columns.follow(Infinity);
    try {
      await turn();
      await this.refresh();
    } catch (error) {
      this.tell(error.message);
      this.turned.classList.add("wrong");
      if (pressed?.closest("#to-date") && error.status === 400) {
        this.day.setAttribute("aria-invalid", "true");
      }
    }
    this.columns.follow();
    for (const control of this.controls) control.disabled = false;
    const free = document.activeElement === document.body || document.activeElement === this.stop;
    if (free) pressed?.focus({ preventScroll: true });
    this.stop.hidden = true;
  }

  async once(path) {
    const query = new URLSearchParams({ language: words.language, people: this.columns.seen.join() });
    const answer = await postOnce(`${path}?${query}`);
    this.tell(answer.said, answer.people);
  }

  /* A step is asked for again when its answer was lost: it leads no further than the date. */
  async towards(day) {
    const from = new Date(this.time.dateTime);
    const whole = new Date(`${day}T17:00`) - from;
    const got = new Map();
    let answer;
    let sofar = 0;
    this.isStopped = false;
    do {
      const step = { day, going: answer !== undefined, so_far: sofar };
      answer = await post(`/api/clock/towards?language=${words.language}`, step);
      sofar = answer.number;
      for (const person of answer.people) this.add(got, person);
      const names = answer.people.map((person) => person.name).join(", ");
      this.onTheWay([answer.said, names].filter(Boolean).join(" · "), (new Date(answer.at) - from) / whole);
    } while (!answer.done && !this.isStopped);
    this.tell(answer.done ? answer.said : `${words.stopped} ${answer.said}`, [...got.values()]);
  }

  add(got, person) {
    const before = got.get(person.id)?.messages ?? 0;
    got.set(person.id, { ...person, messages: before + person.messages });
  }

  onTheWay(text, part) {
    this.way.querySelector("progress").value = Math.min(Math.max(part, 0), 1) || 0;
    this.way.querySelector("span").textContent = text;
    this.way.hidden = false;
    this.turned.classList.remove("busy");
    this.turned.textContent = "";
    if (!this.stop.hidden) return;
    this.stop.hidden = false;
    this.stop.focus();
  }

  /* Say what happened, and to whom: their names lead to them. */
  tell(text, people = []) {
    this.way.hidden = true;
    this.turned.classList.remove("busy", "wrong");
    const chips = document.createElement("span");
    chips.className = "chips";
    this.turned.replaceChildren(text, ...(people.length ? [" ", chips] : []));
    for (const person of people) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = person.messages > 1 ? `${person.name} ${person.messages}` : person.name;
      button.addEventListener("click", () => this.columns.visit(person.id));
      chips.append(button, " ");
    }
  }
}
