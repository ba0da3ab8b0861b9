/* The box under a chat: what is typed there goes to Holdfast, and one types on meanwhile. */

import * as cards from "./cards.js";
import { draft, keep } from "./drafts.js";

const WHERE = "chat";

export class Composer {
  constructor(chat) {
    this.chat = chat;
    this.form = chat.section.querySelector(".say");
    this.box = this.form.querySelector("textarea");
    this.button = this.form.querySelector("button");
    this.refusal = this.form.querySelector("[data-whole]");
    this.hints = this.form.querySelectorAll("[data-hint-at]");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.say();
    });
    this.box.addEventListener("input", () => this.typed());
    this.enter();
  }

  typed() {
    keep(this.chat.person, WHERE, this.box.value);
    this.look();
  }

  /* An empty box does not invite to send it, and says why when one tries. */
  look() {
    this.button.setAttribute("aria-disabled", !this.box.value.trim());
    this.hint("");
  }

  hint(name) {
    for (const place of this.hints) place.hidden = place.dataset.hintAt !== name;
  }

  leave() {
    this.box.value = "";
  }

  enter() {
    this.put(draft(this.chat.person, WHERE) ?? "");
    cards.say(this.refusal, "");
  }

  put(text) {
    this.box.value = text;
    this.look();
  }

  async say() {
    const { person } = this.chat;
    const text = this.box.value;
    if (this.isSending) return;
    if (!text.trim()) return this.nothing();
    this.isSending = true;
    cards.say(this.refusal, "");
    this.put("");
    this.chat.follow();
    this.chat.focus.forget();
    try {
      await this.chat.column.act("/api/say", { text });
      keep(person, WHERE, person === this.chat.person ? this.box.value : null);
      this.chat.column.refresh();
    } catch (error) {
      if (person === this.chat.person) this.failed(text, error.message);
    }
    this.isSending = false;
  }

  /* What was typed is there again, before what was typed meanwhile. */
  failed(text, words) {
    this.put([text, this.box.value].filter(Boolean).join("\n"));
    this.typed();
    cards.say(this.refusal, words);
  }

  /* Whoever wrote in a card and presses here is led to the button that sends it. */
  nothing() {
    const form = this.begun();
    this.hint(form ? "card" : "empty");
    if (form) this.chat.showCard(form);
    else this.box.focus();
  }

  /* A card that somebody wrote in and did not send. */
  begun() {
    const written = [...this.chat.list.querySelectorAll("form.card textarea")].reverse();
    return written.find((each) => each.value.trim() && each.getClientRects().length)?.form;
  }
}
