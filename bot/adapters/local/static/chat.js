/* A person's chat: what was said, the cards to answer in, and the box to type in. */

import * as cards from "./cards.js";
import { Focus, isFree } from "./focus.js";
import { choiceOf, clear, goBack, isSure, showNotice } from "./notice.js";

const NEAR_THE_END_PX = 80;
const UNLOCK_AFTER_MS = 1500;
const FOLLOW_FOR_MS = 4000;

const fromHtml = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
};

export class Chat {
  constructor(column) {
    const { section } = column;
    this.column = column;
    this.section = section;
    this.window = section.querySelector(".messages");
    this.list = this.window.querySelector("ol");
    this.box = section.querySelector(".say textarea");
    this.focus = new Focus(this.list);
    this.shown = this.person;
    this.drafts = new Map(); // person → what they had typed and not sent
    this.answered = new WeakMap(); // a card that is open again → what it was
    this.followUntil = 0;
    this.isAtTheEnd = true;
    this.listen();
    this.prepare(this.list);
    this.toTheEnd();
  }

  get person() {
    return this.column.person;
  }

  leave() {
    this.drafts.set(this.person, this.box.value);
    this.list.replaceChildren();
    this.focus.forget();
    this.shown = null;
  }

  enter() {
    this.box.value = this.drafts.get(this.person) ?? "";
    cards.say(this.section.querySelector(".say [data-whole]"), "");
  }

  /* Show the present state; what did not change stays as it is, with what is typed in it. */
  show(state) {
    const other = state.person !== this.shown;
    const justDone = performance.now() < this.followUntil;
    const follow = justDone || this.isNearTheEnd();
    this.shown = state.person;
    this.section.querySelector("[data-nothing]").hidden = state.items.length > 0;
    const added = this.showItems(state.items);
    if (other) this.toTheEnd();
    else if (follow && added) this.reveal(added);
    if (justDone) this.focus.goOn(added);
    else this.focus.forget();
  }

  showItems(items) {
    let added = null;
    let after = null;
    const wanted = new Set(items.map((item) => item.id));
    for (const child of [...this.list.children]) if (!wanted.has(child.id)) child.remove();
    for (const item of items) {
      let element = document.getElementById(item.id);
      if (!element || element.dataset.mark !== item.mark) {
        const fresh = fromHtml(item.html);
        if (element) this.replace(element, fresh);
        else if (after) after.after(fresh);
        else this.list.prepend(fresh);
        if (!element) added ??= fresh;
        element = fresh;
        this.prepare(fresh);
      }
      after = element;
    }
    return added;
  }

  replace(old, fresh) {
    const hadFocus = old.contains(document.activeElement);
    old.replaceWith(fresh);
    if (hadFocus) fresh.focus();
  }

  prepare(element) {
    element.querySelectorAll("textarea").forEach(cards.counted);
    element.querySelectorAll(".field").forEach(cards.limitTicks);
  }

  isNearTheEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.window;
    return scrollHeight - scrollTop - clientHeight < NEAR_THE_END_PX;
  }

  toTheEnd() {
    this.window.scrollTop = this.window.scrollHeight;
  }

  /* Show what was added from its beginning, should it be longer than the window. */
  reveal(added) {
    const top = added.offsetTop - NEAR_THE_END_PX / 2;
    this.window.scrollTop = Math.min(top, this.window.scrollHeight);
  }

  /* Somebody did something and wants to see what comes of it. */
  follow() {
    this.followUntil = performance.now() + FOLLOW_FOR_MS;
  }

  /* Everything done in a card or typed under the chat; whoever is at its end stays there. */
  listen() {
    this.window.addEventListener("scroll", () => {
      if (this.window.clientHeight) this.isAtTheEnd = this.isNearTheEnd();
    });
    new ResizeObserver(() => this.isAtTheEnd && this.toTheEnd()).observe(this.window);
    this.list.addEventListener("click", (event) => this.clicked(event));
    this.list.addEventListener("submit", (event) => {
      event.preventDefault();
      this.press(event.target, cards.filledIn(event.target));
    });
    this.list.addEventListener("input", (event) => this.changed(event.target));
    const say = this.section.querySelector(".say");
    say.addEventListener("submit", (event) => {
      event.preventDefault();
      this.say(say);
    });
    this.section.addEventListener("keydown", (event) => this.keyed(event));
  }

  clicked(event) {
    const button = event.target.closest("button");
    const form = button?.closest("form.card");
    if (!button) return;
    if (button.dataset.does === "choose") this.send(form, "/api/choose", choiceOf(button));
    else if (button.dataset.does) goBack(form, button);
    else if (button.dataset.send) this.press(form, cards.tapped(form, button));
    else if (button.dataset.command) this.putOff(form, button);
    else if (button.dataset.edit) this.edit(button);
    else if (button.hasAttribute("data-write")) cards.openWriting(button);
    else if (button.hasAttribute("data-cancel")) this.close(form);
  }

  changed(target) {
    if (target.matches("textarea")) cards.counted(target);
    if (target.matches("[type=checkbox]")) cards.limitTicks(target.closest(".field"));
    if (target.matches("[data-instead], [type=date]")) cards.either(target);
  }

  keyed(event) {
    if (event.key === "Escape") this.escaped(event.target);
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("textarea")) return;
    const sends = event.target.closest(".say") ? !event.shiftKey : event.ctrlKey || event.metaKey;
    if (!sends) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  }

  /* What was opened closes: a notice, an answer to change, a field to write in that is empty. */
  escaped(target) {
    const form = target.closest("form.card");
    if (!form || form.hasAttribute("data-locked")) return;
    const back = form.querySelector("[data-does=back]");
    if (back) goBack(form, back);
    else if (this.answered.has(form)) this.close(form);
    else cards.closeWriting(form);
  }

  press(form, filled) {
    if (cards.isMenu(form)) return this.send(form, "/api/choose", cards.picked(form, filled));
    return this.send(form, "/api/press", { ...filled, sure: isSure(form) });
  }

  putOff(form, button) {
    const { command, key } = button.dataset;
    return this.send(form, "/api/put_off", { dialogue: form.dataset.dialogue, key, command });
  }

  async send(form, path, what) {
    if (form.hasAttribute("data-locked")) return;
    this.focus.leave(form);
    cards.lock(form, true);
    this.follow();
    try {
      const heard = await this.column.act(path, what);
      if (heard.notice || Object.keys(heard.refusals).length) {
        this.unlock(form);
        cards.refuse(form, heard.refusals);
        if (heard.notice) showNotice(form, heard.notice);
        return;
      }
      cards.refuse(form, {});
      this.heard(form, heard);
    } catch (error) {
      this.unlock(form);
      cards.refuse(form, { "": error.message });
    }
  }

  unlock(form) {
    cards.lock(form, false);
    this.focus.back(form);
  }

  /* The card is replaced by what was answered; should that not come, it can be used again. */
  heard(form, heard) {
    this.follow();
    if (form.querySelector("[data-notice]")) this.unlock(form);
    clear(form);
    if (heard.replacement) this.put(form.closest(".content"), heard.replacement);
    else if (this.answered.has(form)) this.close(form);
    else setTimeout(() => this.unlock(form), UNLOCK_AFTER_MS);
    this.column.refresh();
  }

  async edit(button) {
    const content = button.closest(".content");
    const { dialogue } = button.closest("[data-dialogue]").dataset;
    const what = { dialogue, key: button.dataset.edit, count: Number(button.dataset.count) };
    const place = content.querySelector("[data-at-edit]");
    const hadFocus = button === document.activeElement;
    button.disabled = true;
    cards.say(place, "");
    try {
      const heard = await this.column.act("/api/edit", what);
      const refused = Object.values(heard.refusals).join(" ");
      if (heard.replacement) this.open(content, heard.replacement);
      else cards.say(place, refused);
    } catch (error) {
      cards.say(place, error.message);
    }
    button.disabled = false;
    if (hadFocus && isFree(button)) button.focus();
  }

  open(content, html) {
    const was = [...content.childNodes];
    this.put(content, html);
    const form = content.querySelector("form.card");
    if (!form) return;
    this.answered.set(form, was);
    form.querySelector("textarea, select, input:checked, [aria-pressed=true], input, button")?.focus();
    content.closest("li").scrollIntoView({ block: "nearest" });
  }

  close(form) {
    const content = form.closest(".content");
    content.replaceChildren(...this.answered.get(form));
    content.querySelector("[data-edit]")?.focus();
  }

  put(content, html) {
    content.innerHTML = html;
    this.prepare(content);
  }

  async say(form) {
    const { box, person } = this;
    const place = form.querySelector("[data-whole]");
    const text = box.value;
    if (!text.trim() || form.hasAttribute("data-locked")) return;
    cards.lock(form, true);
    cards.say(place, "");
    this.follow();
    try {
      await this.column.act("/api/say", { text });
      this.drafts.delete(person);
      if (person === this.person) box.value = "";
      this.column.refresh();
    } catch (error) {
      if (person === this.person) cards.say(place, error.message);
    }
    cards.lock(form, false);
    if (isFree(form)) box.focus();
  }
}
