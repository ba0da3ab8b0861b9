/* Where the keyboard goes on after an answer: a card that was sent cannot hold the focus. */

const CONTROLS = "button, input, select, textarea";

const canBeUsed = (control) => !control.disabled && control.getClientRects().length > 0;

const firstControl = (bubble) =>
  [...bubble.querySelectorAll("form.card")]
    .flatMap((form) => [...form.querySelectorAll(CONTROLS)])
    .find(canBeUsed);

/* Nobody is busy outside a place: the focus is in it, or fell to the body. */
export function isFree(place) {
  const focused = document.activeElement ?? document.body;
  return focused === document.body || Boolean(place?.contains(focused));
}

export class Focus {
  constructor(list) {
    this.list = list;
    this.left = null; // where one was busy, until the focus has its next place
  }

  /* Remember the place in a card; once it is locked, nothing in it has the focus any more. */
  leave(form) {
    const from = document.activeElement;
    const isEdit = form.hasAttribute("data-reopened");
    this.left = form.contains(from)
      ? { form, from, isEdit, bubble: form.closest(".bubble").id }
      : null;
  }

  /* The card can be used again. */
  back(form) {
    const { left } = this;
    if (left?.form !== form) return;
    this.left = null;
    if (isFree(form)) left.from.focus();
  }

  forget() {
    this.left = null;
  }

  /* Something is shown anew: go to what is asked now, else to what was said last. */
  goOn(added) {
    const { left } = this;
    if (!left || (!added && left.form.isConnected)) return;
    const bubble = document.getElementById(left.bubble);
    if (!isFree(bubble)) this.forget();
    else if (added || !left.isEdit) this.toNewest(added);
    else if (!bubble?.contains(document.activeElement)) bubble?.focus();
  }

  toNewest(added) {
    const bubbles = [...this.list.querySelectorAll(".bubble")];
    const newest = bubbles.at(-1);
    const isNew = (bubble) =>
      bubble === added || added?.compareDocumentPosition(bubble) & Node.DOCUMENT_POSITION_FOLLOWING;
    const latest = [newest, ...bubbles.filter(isNew).reverse()];
    const asking = latest.find((each) => each && firstControl(each));
    if (asking) {
      firstControl(asking).focus();
      this.forget();
    } else if (newest) {
      newest.focus();
      this.left.bubble = newest.id;
    }
  }
}
