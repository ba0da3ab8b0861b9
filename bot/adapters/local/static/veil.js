/* In the place of a chat that borrowed eyes may not see: there is nothing to show, type or follow. */

const nothing = () => {};

export class Veil {
  composer = { enter: nothing };

  leave() {}

  show() {}

  follow() {}

  seek() {}
}
