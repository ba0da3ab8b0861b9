/* The second tap of a slow double tap does not answer what came to stand under it meanwhile. */

const SAME_PLACE_PX = 40;

export class Settling {
  constructor(messages) {
    this.messages = messages; // its data-settle-ms: for how long what is new cannot be tapped
    this.pressed = null; // where one pressed last
    this.came = new WeakMap(); // a card's place → when it came, and where one had pressed before
    messages.addEventListener("pointerdown", ({ clientX, clientY }) => {
      this.pressed = { clientX, clientY };
    });
  }

  arrived(contents) {
    for (const content of contents) {
      this.came.set(content, { at: performance.now(), pressed: this.pressed });
    }
  }

  /* With the keyboard one goes to a button first: that is never too soon. */
  isTooSoon(click) {
    const { at, pressed } = this.came.get(click.target.closest(".content")) ?? {};
    if (!pressed || click.detail === 0) return false;
    const away = Math.hypot(click.clientX - pressed.clientX, click.clientY - pressed.clientY);
    const isNew = performance.now() - at < Number(this.messages.dataset.settleMs);
    return isNew && away < SAME_PLACE_PX;
  }
}
