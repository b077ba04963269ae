// What is wrong is told to the page by a name, for which it has words in the viewer's language, and what it is about.
export class Wrong extends Error {
  constructor(name, ...about) {
    super(name);
    this.about = about.map(part => String(part).slice(0, 100));
  }
}

/** Gives up what takes longer than a while, as a file may that keeps its reader busy for ever. */
export function inTime(work, milliseconds, late) {
  let timer;
  return Promise.race([work, new Promise((_, fail) => { timer = setTimeout(() => fail(late), milliseconds); })]).finally(() => clearTimeout(timer));
}

/** The name and what it is about; what nobody foresaw is told in the browser's words. */
export const told = error => [String(error?.message ?? error).slice(0, 300), error?.about ?? []];
