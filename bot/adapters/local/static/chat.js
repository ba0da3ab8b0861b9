/* A person's chat: what was said, the cards to answer in, and the box to type in. */

import * as cards from "./cards.js";
import { Composer } from "./composer.js";
import * as drafts from "./drafts.js";
import { Focus, isFree } from "./focus.js";
import { choiceOf, clear, goBack, isSure, showNotice } from "./notice.js";
import { Settling } from "./settling.js";
import { showColumn, showNewest, showWhole } from "./sight.js";

const NEAR_THE_END_PX = 80;
const FOLLOW_FOR_MS = 4000;

const SENDS = "[data-send], [data-command], [data-does=choose], [type=submit]";

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
    this.focus = new Focus(this.list);
    this.settling = new Settling(this.window);
    this.shown = this.person;
    this.answered = new WeakMap(); // a card that is open again → what it was
    this.followUntil = 0;
    this.isAtTheEnd = true;
    this.height = this.window.clientHeight;
    this.isSought = false; // whether the focus goes to what came last, once that is there
    this.composer = new Composer(this);
    this.listen();
    this.prepare(this.list);
    showNewest(this.window);
  }

  get person() {
    return this.column.person;
  }

  leave() {
    this.composer.leave();
    this.list.replaceChildren();
    this.focus.forget();
    this.shown = null;
  }

  /* Show the present state; what did not change stays as it is, with what is typed in it. */
  show(state) {
    const other = state.person !== this.shown;
    const justDone = performance.now() < this.followUntil;
    const follow = other || justDone || this.isAtTheEnd;
    this.shown = state.person;
    this.section.querySelector("[data-nothing]").hidden = state.items.length > 0;
    const added = this.showItems(state.items);
    if (added && follow) this.reveal();
    if (added && justDone && !other && this.window.clientHeight) showColumn(this.section);
    const isThere = this.isSought && (other || added);
    this.isSought = false;
    if (isThere) this.found();
    else if (justDone) this.focus.goOn(added);
    else this.focus.forget();
  }

  /* Go to what came last, and to what the next look brings. */
  seek() {
    this.isSought = true;
    if (this.shown === this.person) this.found();
  }

  found() {
    const asking = [...this.list.querySelectorAll("form.card")].at(-1);
    showNewest(this.window);
    (asking?.closest(".bubble") ?? this.list.lastElementChild)?.focus();
    showColumn(this.section);
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
    element.querySelectorAll("form.card").forEach((form) => {
      drafts.restore(this.person, form).forEach(cards.writtenAgain);
    });
    element.querySelectorAll(".field").forEach(cards.limitTicks);
    this.settling.arrived(element.matches(".content") ? [element] : element.querySelectorAll(".content"));
  }

  isNearTheEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.window;
    return scrollHeight - scrollTop - clientHeight < NEAR_THE_END_PX;
  }

  /* What cannot be seen now is shown as soon as it can be. */
  reveal() {
    this.isAtTheEnd = true;
    showNewest(this.window);
  }

  /* Somebody did something and wants to see what comes of it. */
  follow(milliseconds = FOLLOW_FOR_MS) {
    this.followUntil = performance.now() + milliseconds;
  }

  /* Everything done in a card or typed under the chat; whoever is at its end stays there. */
  listen() {
    this.window.addEventListener("scroll", () => {
      if (this.window.clientHeight) this.isAtTheEnd = this.isNearTheEnd();
    });
    new ResizeObserver(() => this.resized()).observe(this.window);
    this.list.addEventListener("click", (event) => this.clicked(event));
    this.list.addEventListener("submit", (event) => {
      event.preventDefault();
      this.press(event.target, cards.filledIn(event.target));
    });
    this.list.addEventListener("input", (event) => this.changed(event.target));
    this.section.addEventListener("keydown", (event) => this.keyed(event));
  }

  /* Whoever comes back to a chat sees what came meanwhile. */
  resized() {
    const { clientHeight, scrollHeight } = this.window;
    if (clientHeight && this.isAtTheEnd && this.height) this.window.scrollTop = scrollHeight;
    else if (clientHeight && this.isAtTheEnd) showNewest(this.window);
    this.height = clientHeight;
  }

  clicked(event) {
    const button = event.target.closest("button");
    const form = button?.closest("form.card");
    if (!button) return;
    if (button.matches(SENDS) && this.settling.isTooSoon(event)) return event.preventDefault();
    if (button.dataset.does === "choose") this.send(form, "/api/choose", choiceOf(button));
    else if (button.dataset.does) goBack(form, button);
    else if (button.dataset.send) this.press(form, cards.tapped(form, button));
    else if (button.dataset.command) this.putOff(form, button);
    else if (button.dataset.edit) this.edit(button);
    else if (button.hasAttribute("data-write")) {
      cards.openWriting(button);
      this.showCard(form);
    }
    else if (button.hasAttribute("data-cancel")) this.close(form);
  }

  changed(target) {
    if (target.matches("textarea")) cards.counted(target);
    if (target.matches("[type=checkbox]")) cards.limitTicks(target.closest(".field"));
    if (target.matches("[data-instead], [type=date]")) cards.either(target);
    const field = target.closest(".field");
    if (field) drafts.keepField(this.person, field);
  }

  showCard(form) {
    showWhole(this.window, form.closest(".bubble"), form);
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
    const { person } = this;
    this.focus.leave(form);
    cards.lock(form, true);
    this.follow();
    try {
      const heard = await this.column.act(path, what);
      if (heard.notice || Object.keys(heard.refusals).length) {
        this.unlock(form);
        cards.refuse(form, heard.refusals);
        if (!heard.notice) return;
        drafts.drop(person, form); // words that are kept nowhere are no draft either
        return showNotice(form, heard.notice);
      }
      cards.refuse(form, {});
      drafts.drop(person, form);
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
    else setTimeout(() => this.unlock(form), Number(this.window.dataset.unlockMs));
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
    this.showCard(form);
  }

  close(form) {
    drafts.drop(this.person, form);
    const content = form.closest(".content");
    content.replaceChildren(...this.answered.get(form));
    content.querySelector("[data-edit]")?.focus();
  }

  put(content, html) {
    content.innerHTML = html;
    this.prepare(content);
  }
}
