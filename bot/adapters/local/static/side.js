/* One side of the page: a person's chat and what stands beside it. */

import * as cards from "./cards.js";
import { act } from "./net.js";

const NEAR_THE_END_PX = 80;
const UNLOCK_AFTER_MS = 1500;
const FOLLOW_FOR_MS = 4000;

const fromHtml = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
};

export class Side {
  constructor(section, refresh) {
    this.section = section;
    this.name = section.id;
    this.window = section.querySelector(".messages");
    this.list = this.window.querySelector("ol");
    this.about = section.querySelector(".about");
    this.refresh = refresh;
    this.answered = new WeakMap(); // a card that is open again → what it was
    this.followUntil = 0;
    this.listen();
    this.list.querySelectorAll(".field").forEach(cards.limitTicks);
    this.list.querySelectorAll("textarea").forEach(cards.counted);
    this.toTheEnd();
  }

  get person() {
    return this.section.dataset.person;
  }

  /* Show the present state; what did not change stays as it is, with what is typed in it. */
  show(state) {
    const other = state.person !== this.person;
    const follow = performance.now() < this.followUntil || this.isNearTheEnd();
    this.section.dataset.person = state.person;
    this.section.querySelector("h2").textContent = state.title;
    this.section.querySelector("[data-who]").value = state.person;
    this.section.querySelector("[data-local]").textContent = state.local;
    this.section.querySelector("[data-nothing]").hidden = state.items.length > 0;
    this.labelMessage(state);
    if (other) this.list.replaceChildren();
    this.window.lang = state.language;
    const added = this.showItems(state.items);
    this.showAbout(state.about);
    if (other) this.toTheEnd();
    else if (follow && added) this.reveal(added);
  }

  labelMessage(state) {
    this.section.querySelector("[data-message-label]").textContent = state.message_label;
    this.section.querySelector(".say textarea").lang = state.language;
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

  showAbout(about) {
    if (this.about.dataset.mark === about.mark) return;
    this.about.innerHTML = about.html;
    this.about.dataset.mark = about.mark;
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

  /* Everything done in a card or typed under the chat. */
  listen() {
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
    if (button.dataset.send) this.press(form, cards.tapped(form, button));
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
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("textarea")) return;
    const sends = event.target.closest(".say") ? !event.shiftKey : event.ctrlKey || event.metaKey;
    if (!sends) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  }

  body(more) {
    return { person: this.person, side: this.name, ...more };
  }

  press(form, filled) {
    return this.send(form, "/api/press", filled);
  }

  putOff(form, button) {
    const { command, key } = button.dataset;
    return this.send(form, "/api/put_off", { dialogue: form.dataset.dialogue, key, command });
  }

  async send(form, path, what) {
    if (form.hasAttribute("data-locked")) return;
    cards.lock(form, true);
    this.follow();
    try {
      const heard = await act(path, this.body(what));
      if (Object.keys(heard.refusals).length) {
        cards.lock(form, false);
        cards.refuse(form, heard.refusals);
        return;
      }
      cards.refuse(form, {});
      this.heard(form, heard);
    } catch (error) {
      cards.lock(form, false);
      cards.refuse(form, { "": error.message });
    }
  }

  /* The card is replaced by what was answered; should that not come, it can be used again. */
  heard(form, heard) {
    if (heard.replacement) this.put(form.closest(".content"), heard.replacement);
    else if (this.answered.has(form)) this.close(form);
    else setTimeout(() => cards.lock(form, false), UNLOCK_AFTER_MS);
    this.refresh();
  }

  async edit(button) {
    const content = button.closest(".content");
    const dialogue = button.closest("[data-dialogue]").dataset.dialogue;
    const what = { dialogue, key: button.dataset.edit, count: Number(button.dataset.count) };
    const place = content.querySelector("[data-at-edit]");
    button.disabled = true;
    cards.say(place, "");
    try {
      const heard = await act("/api/edit", this.body(what));
      const refused = Object.values(heard.refusals).join(" ");
      if (heard.replacement) this.open(content, heard.replacement);
      else cards.say(place, refused);
    } catch (error) {
      cards.say(place, error.message);
    }
    button.disabled = false;
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
    const textarea = form.querySelector("textarea");
    const place = form.querySelector("[data-whole]");
    const text = textarea.value;
    if (!text.trim() || form.hasAttribute("data-locked")) return;
    cards.lock(form, true);
    cards.say(place, "");
    this.follow();
    try {
      await act("/api/say", this.body({ text }));
      textarea.value = "";
      this.refresh();
    } catch (error) {
      cards.say(place, error.message);
    }
    cards.lock(form, false);
    textarea.focus();
  }
}
