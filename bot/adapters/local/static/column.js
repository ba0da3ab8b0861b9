/* One column of the page: whom one watches, with their chat, plan and log. */

import { Chat } from "./chat.js";
import { act, say } from "./net.js";
import { Tabs } from "./tabs.js";
import { Veil } from "./veil.js";

const TOLD_FOR_MS = 8000;

export class Column {
  constructor(section, refresh) {
    this.section = section;
    this.refresh = refresh;
    this.select = section.querySelector("[data-who]");
    this.chat = section.querySelector(".messages") ? new Chat(this) : new Veil();
    this.tabs = new Tabs(section.querySelector("[role=tablist]"));
    this.pieces = ["coming", "plan", "log"];
    for (const button of section.querySelectorAll("[data-speaks]")) {
      button.addEventListener("click", () => this.speak(button.dataset.speaks));
    }
    section.addEventListener("click", (event) => {
      if (event.target.closest("button") && !this.toldStays) this.tell("");
      if (event.target.closest("[data-print]")) this.print();
    });
  }

  get number() {
    return Number(this.section.dataset.number);
  }

  get person() {
    return this.section.dataset.person;
  }

  /* Who taps here: the person of this column, or whoever one chose to read a channel as. */
  get actor() {
    return this.section.classList.contains("channel") ? this.reader.value : this.person;
  }

  get reader() {
    return this.section.querySelector("[data-reader] select");
  }

  get name() {
    return this.select.selectedOptions[0]?.text.replace("• ", "") ?? "";
  }

  get isHidden() {
    return this.section.getClientRects().length === 0;
  }

  piece(name) {
    return this.section.querySelector(`.${name}[data-mark]`);
  }

  /* From here on all that is done is another's: what was begun for one is never sent as another. */
  turnTo(person) {
    if (person === this.person) return;
    this.chat.leave();
    this.section.dataset.person = person;
    this.select.value = person;
    this.chat.composer.enter();
    this.tell("");
    for (const name of this.pieces) {
      this.piece(name).replaceChildren();
      this.piece(name).dataset.mark = "";
    }
  }

  /* Whom one may choose: who was erased cannot be any more. */
  offer(people) {
    const there = [...this.select.options].map((option) => option.value).join();
    if (there === people.map((person) => person.id).join()) return;
    this.putOptions(this.select, people, this.person);
    if (!this.reader) return;
    const readers = people.filter((person) => !person.is_channel);
    this.putOptions(this.reader, readers, this.reader.value);
  }

  putOptions(select, people, chosen) {
    select.replaceChildren(...people.map((person) => new Option(person.name, person.id)));
    select.value = chosen;
    if (!select.value) select.selectedIndex = 0;
  }

  show(state) {
    this.turnTo(state.person);
    this.select.value = state.person;
    this.section.lang = state.language;
    this.section.classList.toggle("channel", state.is_channel);
    this.reader?.closest("[data-reader]").toggleAttribute("hidden", !state.is_channel);
    this.section.querySelector(".face").textContent = [...state.name][0] ?? "";
    this.section.querySelector("[data-local]").textContent = state.local;
    for (const button of this.section.querySelectorAll("[data-speaks]")) {
      button.setAttribute("aria-pressed", button.dataset.speaks === state.language);
    }
    this.word(state.words);
    for (const name of this.pieces) this.put(this.piece(name), state[name]);
    this.chat.show(state);
    if (state.gone) this.tell(state.gone, { stays: true });
  }

  /* The texts that stand still, in the person's language. */
  word(words) {
    for (const [kind, put] of [
      ["word", (element, text) => element.textContent !== text && (element.textContent = text)],
      ["label", (element, text) => element.setAttribute("aria-label", text)],
      ["hint", (element, text) => element.setAttribute("placeholder", text)],
    ]) {
      for (const element of this.section.querySelectorAll(`[data-${kind}]`)) {
        put(element, words[element.dataset[kind]] ?? "");
      }
    }
  }

  put(place, piece) {
    if (place.dataset.mark === piece.mark) return;
    const hadFocus = place !== document.activeElement && place.contains(document.activeElement);
    place.innerHTML = piece.html;
    place.dataset.mark = piece.mark;
    if (hadFocus) place.querySelector("button, a")?.focus();
  }

  async speak(language) {
    if (this.section.lang === language) return;
    const { person } = this;
    try {
      const { said } = await say("/api/language", { person, language });
      await this.refresh();
      if (person === this.person) this.tell(said);
    } catch (error) {
      this.tell(error.message);
    }
  }

  /* A word about this column, which goes away by itself unless it matters more. */
  tell(text, { stays = false } = {}) {
    const place = this.section.querySelector("[data-told]");
    clearTimeout(this.untell);
    place.textContent = text;
    this.toldStays = stays;
    if (text && !stays) this.untell = setTimeout(() => (place.textContent = ""), TOLD_FOR_MS);
  }

  follow(milliseconds) {
    this.chat.follow(milliseconds);
  }

  /* See what came last in the chat, and be there. */
  seek() {
    this.tabs.show(this.tabs.tabs[0]);
    this.chat.seek();
  }

  /* On paper comes whom one asked it for; the browser's own menu prints all who are shown. */
  print() {
    const columns = this.section.parentElement;
    columns.toggleAttribute("data-one-on-paper", true);
    this.section.toggleAttribute("data-on-paper", true);
    const over = () => {
      columns.removeAttribute("data-one-on-paper");
      this.section.removeAttribute("data-on-paper");
    };
    window.addEventListener("afterprint", over, { once: true });
    window.print();
  }

  act(path, what) {
    return act(path, { person: this.actor, column: this.number, ...what });
  }
}
