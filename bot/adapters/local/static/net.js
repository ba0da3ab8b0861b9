/* Talking to Holdfast: every action has an id of its own, so that a retry is the same action. */

const RETRY_AFTER_MS = [300, 1200];
const AWAY = 503;

export class Failure extends Error {
  constructor(words, status) {
    super(words);
    this.status = status;
  }
}

const words = () => document.body.dataset;

const known = (error) => (error instanceof Failure ? error : new Failure(words().lost, 0));

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function ask(path, options) {
  const response = await fetch(path, { ...options, credentials: "same-origin", cache: "no-store" });
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  throw new Failure(answer?.error ?? words().failed, response.status);
}

/* A lost connection is tried again: nobody knows whether the first time arrived. */
async function persist(path, options) {
  for (const wait of [...RETRY_AFTER_MS, null]) {
    try {
      return await ask(path, options);
    } catch (error) {
      const isFinal = error instanceof Failure && error.status !== AWAY;
      if (isFinal || wait === null) throw known(error);
      await pause(wait);
    }
  }
}

export const get = (path) => persist(path, {});

export const post = (path, body) =>
  persist(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

/* What may be said twice, with the same words in the end. */
export const say = (path, body) => post(`${path}?language=${words().language}`, body);

/* The clock is turned once, whatever happens: a second time would be another turn. */
export async function postOnce(path) {
  try {
    return await ask(path, { method: "POST" });
  } catch (error) {
    throw known(error);
  }
}

/* An action that failed and is tried again by hand keeps its id. */
const failed = new Map();

export async function act(path, body) {
  const same = path + JSON.stringify(body);
  const event = failed.get(same) ?? crypto.randomUUID();
  failed.set(same, event);
  const answer = await post(`${path}?language=${words().language}`, { ...body, event });
  failed.delete(same);
  return answer;
}
