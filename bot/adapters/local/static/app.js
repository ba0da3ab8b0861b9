/* The page: columns of people, a clock, and news as it comes. */

import { Clock, Watch } from "./clock.js";
import { Columns } from "./columns.js";
import { borrowEyes } from "./eyes.js";
import { openGuide } from "./guide.js";
import { get } from "./net.js";

const LOOK_EVERY_MS = 20000;

const words = document.body.dataset;
const notice = document.getElementById("notice");
const columns = new Columns(document.querySelector(".columns"), refresh);
const place = document.querySelector(".clock");
const clock = words.as ? new Watch(place) : new Clock(place, columns, refresh);

let looking = false;
let lookAgain = false;

function warn(text) {
  if (notice.textContent !== text) notice.textContent = text;
  notice.hidden = !text;
}

/* One look at a time; what comes in meanwhile is one look more. */
async function refresh() {
  lookAgain = true;
  if (looking) return;
  looking = true;
  try {
    while (lookAgain) {
      lookAgain = false;
      const people = columns.people.join(",");
      const query = new URLSearchParams({ people, language: words.language, as: words.as });
      const state = await get(`/api/state?${query}`);
      if (people === columns.people.join(",")) show(state);
      else lookAgain = true;
    }
    warn("");
  } catch (error) {
    warn(error.status === 403 ? words.refused : error.message);
  } finally {
    looking = false;
  }
}

function show(state) {
  clock.show(state.clock);
  columns.show(state);
}

borrowEyes(columns);
if (!words.as) openGuide();
setInterval(() => document.hidden || refresh(), LOOK_EVERY_MS);

/* News. The browser connects again by itself, and then looks what it missed. */
const news = new EventSource(`/api/live?as=${words.as}`);
news.addEventListener("open", refresh);
news.addEventListener("message", (event) => {
  const { people, everything } = JSON.parse(event.data);
  people.forEach((person) => columns.mark(person));
  if (everything || people.some((person) => columns.people.includes(person))) refresh();
});
news.addEventListener("error", () => {
  warn(words.lost);
  if (news.readyState === EventSource.CLOSED) refresh();
});
