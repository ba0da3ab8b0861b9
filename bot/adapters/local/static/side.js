/* One side of the page: a person's chat and what stands beside it. */

import * as cards from "./cards.js";
import { Focus, isFree } from "./focus.js";
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
    this.box = section.querySelector(".say textarea");
    this.focus = new Focus(this.list);
    this.refresh = refresh;
    this.shown = this.person;
    this.drafts = new Map(); // person → what they had typed and not sent
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

  /* From here on all that is done is another's: what was begun for one is never sent as another. */
  turnTo(person) {
    if (person === this.person) return;
    this.drafts.set(this.person, this.box.value);
    this.box.value = this.drafts.get(person) ?? "";
    cards.say(this.section.querySelector(".say [data-whole]"), "");
    this.section.dataset.person = person;
    this.list.replaceChildren();
    this.about.replaceChildren();
    delete this.about.dataset.mark;
    this.shown = null;
    this.focus.forget();
  }

  /* Show the present state; what did not change stays as it is, with what is typed in it. */
  show(state) {
    this.turnTo(state.person);
    const other = state.person !== this.shown;
    const justDone = performance.now() < this.followUntil;
    const follow = justDone || this.isNearTheEnd();
    this.shown = state.person;
    this.section.querySelector("h2").textContent = state.title;
    this.section.querySelector("[data-who]").value = state.person;
    this.section.querySelector("[data-local]").textContent = state.local;
    this.section.querySelector("[data-nothing]").hidden = state.items.length > 0;
    this.labelMessage(state);
    this.window.lang = state.language;
    const added = this.showItems(state.items);
    this.showAbout(state.about);
    if (other) this.toTheEnd();
    else if (follow && added) this.reveal(added);
    if (justDone) this.focus.goOn(added);
    else this.focus.forget();
  }

  labelMessage(state) {
    this.section.querySelector("[data-message-label]").textContent = state.message_label;
    this.box.lang = state.language;
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
    this.focus.leave(form);
    cards.lock(form, true);
    this.follow();
    try {
      const heard = await act(path, this.body(what));
      if (Object.keys(heard.refusals).length) {
        this.unlock(form);
        cards.refuse(form, heard.refusals);
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
    if (heard.replacement) this.put(form.closest(".content"), heard.replacement);
    else if (this.answered.has(form)) this.close(form);
    else setTimeout(() => this.unlock(form), UNLOCK_AFTER_MS);
    this.refresh();
  }

  async edit(button) {
    const content = button.closest(".content");
    const dialogue = button.closest("[data-dialogue]").dataset.dialogue;
    const what = { dialogue, key: button.dataset.edit, count: Number(button.dataset.count) };
    const place = content.querySelector("[data-at-edit]");
    const hadFocus = button === document.activeElement;
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
      await act("/api/say", this.body({ text }));
      this.drafts.delete(person);
      if (person === this.person) box.value = "";
      this.refresh();
    } catch (error) {
      if (person === this.person) cards.say(place, error.message);
    }
    cards.lock(form, false);
    if (isFree(form)) box.focus();
  }
}
