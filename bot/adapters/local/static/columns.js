/* The columns: how many, whom each shows, and on a narrow screen which of them one sees. */

import { Column } from "./column.js";
import { forgetOthers } from "./drafts.js";

const MARK = "• ";

const words = document.body.dataset;

export class Columns {
  constructor(place, refresh) {
    this.place = place;
    this.refresh = refresh;
    this.switcher = document.querySelector(".shown");
    this.all = [...place.children].map((section) => this.column(section));
    this.marked = new Set(); // the people with news that nobody looked at
    this.visible = 0; // on a narrow screen
    for (const button of this.buttons) {
      button.addEventListener("click", () => this.become(Number(button.dataset.columns)));
    }
    this.addressed();
    this.narrow();
  }

  get people() {
    return this.all.map((column) => column.person);
  }

  get buttons() {
    return document.querySelectorAll(".count [data-columns]");
  }

  column(section) {
    const column = new Column(section, this.refresh);
    const select = section.querySelector("[data-who]");
    select.addEventListener("change", () => this.choose(column, select.value));
    return column;
  }

  choose(column, person) {
    column.turnTo(person);
    this.addressed();
    this.refresh();
  }

  /* Show as many columns; a new one comes from the server as it is, with somebody else in it. */
  async become(number) {
    while (this.all.length > number) this.all.pop().section.remove();
    if (this.all.length < number) await this.add(number);
    this.addressed();
    this.narrow();
    this.refresh();
  }

  async add(number) {
    const others = [...this.all[0].section.querySelectorAll("[data-who] option")];
    const free = others.map((option) => option.value).filter((id) => !this.people.includes(id));
    const people = [...this.people, ...free].slice(0, number).join(",");
    const query = new URLSearchParams({ language: words.language, people, as: words.as });
    const answer = await fetch(`/?${query}`, { credentials: "same-origin", cache: "no-store" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const sections = [...page.querySelectorAll(".column")].slice(this.all.length);
    for (const section of sections) {
      this.place.append(document.adoptNode(section));
      this.all.push(this.column(section));
    }
  }

  /* The address of the page and of its other languages names who is shown; so does a reload. */
  addressed() {
    this.place.dataset.columns = this.all.length;
    for (const button of this.buttons) {
      button.setAttribute("aria-pressed", Number(button.dataset.columns) === this.all.length);
    }
    for (const column of this.all) this.unmark(column.person);
    history.replaceState(null, "", this.address());
    for (const link of document.querySelectorAll("[data-language-link]")) {
      link.href = this.address({ language: link.lang });
    }
    const back = document.querySelector("[data-own-eyes]");
    if (back) back.href = this.address({ as: "" });
  }

  /* The address of the page as it is, or as it is with other eyes or in another language. */
  address({ language = words.language, as = words.as } = {}) {
    const query = new URLSearchParams({ language, people: this.people.join(",") });
    if (as) query.set("as", as);
    return `/?${query.toString().replaceAll("%2C", ",")}`;
  }

  show(state) {
    forgetOthers(state.people.map((person) => person.id));
    for (const shown of state.columns) {
      const column = this.all[shown.number - 1];
      column.offer(state.people);
      column.show(shown);
    }
    for (const person of this.marked) this.mark(person);
    if (state.columns.some((shown) => shown.gone)) this.addressed();
    this.narrow();
  }

  /* Somebody who got news and is not looked at is marked wherever one can choose them. */
  mark(person) {
    const number = this.people.indexOf(person);
    if (number >= 0) {
      if (this.all[number].isHidden) this.tellSwitch(number);
      return;
    }
    this.marked.add(person);
    for (const option of this.optionsOf(person)) {
      if (!option.text.startsWith(MARK)) option.text = MARK + option.text;
    }
  }

  unmark(person) {
    this.marked.delete(person);
    for (const option of this.optionsOf(person)) option.text = option.text.replace(MARK, "");
  }

  optionsOf(person) {
    return document.querySelectorAll(`[data-who] option[value="${person}"]`);
  }

  /* See somebody: in the column they are in, else in the first one, or the one on the screen. */
  visit(person) {
    const number = this.people.indexOf(person);
    const column = this.all[number] ?? this.all[this.visible] ?? this.all[0];
    if (number < 0) this.choose(column, person);
    this.look(this.all.indexOf(column));
    column.seek();
    this.refresh();
  }

  /* The people whom one sees now: on a narrow screen not all that are there. */
  get seen() {
    return this.all.filter((column) => !column.isHidden).map((column) => column.person);
  }

  follow(milliseconds) {
    for (const column of this.all) column.follow(milliseconds);
  }

  /* The switch between people of a narrow screen, where one column is seen at a time. */
  narrow() {
    while (this.switcher.children.length > this.all.length) this.switcher.lastChild.remove();
    while (this.switcher.children.length < this.all.length) {
      const number = this.switcher.children.length;
      const button = document.createElement("button");
      button.type = "button";
      button.addEventListener("click", () => this.look(number));
      this.switcher.append(button);
    }
    this.all.forEach((column, number) => {
      const name = this.switcher.children[number];
      if (name.dataset.person === column.person) return;
      name.dataset.person = column.person;
      name.textContent = column.name;
    });
    this.skips();
    this.look(Math.min(this.visible, this.all.length - 1));
  }

  /* With the keyboard one gets to each of them at once. */
  skips() {
    const links = document.querySelector(".skips");
    while (links.children.length > this.all.length) links.lastChild.remove();
    this.all.forEach((column, number) => {
      const link = links.children[number] ?? links.appendChild(links.firstElementChild.cloneNode());
      const text = `${links.dataset.to} ${column.name}`;
      link.href = `#${column.section.id}`;
      if (link.textContent !== text) link.textContent = text;
    });
  }

  look(number) {
    this.visible = number;
    this.all.forEach((column, each) => {
      const isSeen = each === number;
      const name = this.switcher.children[each];
      name?.setAttribute("aria-pressed", isSeen);
      column.section.toggleAttribute("data-seen", isSeen);
      if (isSeen && name) name.textContent = column.name;
    });
  }

  tellSwitch(number) {
    const name = this.switcher.children[number];
    if (!name || name.querySelector(".news")) return;
    const news = document.createElement("span");
    news.className = "news";
    const told = document.createElement("span");
    told.className = "unseen";
    told.textContent = words.hasNews;
    name.append(news, told);
  }
}
