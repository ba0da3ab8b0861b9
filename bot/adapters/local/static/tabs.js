/* Tabs: one panel at a time, with the arrow keys along them. */

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export class Tabs {
  constructor(list) {
    this.tabs = [...list.querySelectorAll("[role=tab]")];
    for (const tab of this.tabs) tab.addEventListener("click", () => this.show(tab));
    list.addEventListener("keydown", (event) => this.keyed(event));
  }

  show(chosen) {
    for (const tab of this.tabs) {
      const isChosen = tab === chosen;
      tab.setAttribute("aria-selected", isChosen);
      tab.tabIndex = isChosen ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !isChosen;
    }
  }

  keyed(event) {
    const from = this.tabs.indexOf(event.target);
    const ends = { Home: 0, End: this.tabs.length - 1 };
    const to = ends[event.key] ?? (from + STEPS[event.key] + this.tabs.length) % this.tabs.length;
    if (from < 0 || Number.isNaN(to)) return;
    event.preventDefault();
    this.show(this.tabs[to]);
    this.tabs[to].focus();
  }
}
