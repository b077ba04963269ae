// Sends files in parts, and goes on where it stopped after a break. What arrives is told by the server, on the page.
import { Wrong, told } from './wrong.js';

const Pauses = [500, 1000, 2000, 4000, 8000, 15000, 30000, 30000];
const MostInVain = 8;
/** What will be no better for the next file. */
const Silent = ['server-away', 'busy'];
const pause = time => new Promise(done => setTimeout(done, time));

/** Takes files that are chosen with an input or dropped on a zone. The page says where they go, once there are any. Of files with some endings a module makes others. */
export function attach(input, zone, makers, scripts, page) {
  const take = async chosen => {
    if (chosen.length === 0) return;
    const place = await page.invokeMethodAsync('WhereTo');
    if (!place) return;
    const files = [];
    for (const file of chosen) {
      const maker = makers[/\.[^.]*$/.exec(file.name)?.[0].toLowerCase()];
      files.push(...maker ? await madeOf(file, maker, scripts, page) : [file]);
    }
    await deliver(place, files, broke);
  };
  // Sent again when its owner says so; other files are taken meanwhile.
  const broke = async (files, error) => { if (await tell('Broke', files[0].name, files.length - 1, ...told(error))) queue(files); };
  // While the line is away, the page cannot be told; it is when it is back, if it is still the same.
  const tell = async (...what) => {
    for (;;) {
      try { return await page.invokeMethodAsync(...what); } catch { if (!input.isConnected) return; }
      await pause(1000);
    }
  };
  let running = Promise.resolve();
  const queue = list => { const files = [...list]; running = running.then(() => take(files)).catch(error => tell('Failed', ...told(error))); };
  input.addEventListener('change', () => { queue(input.files); input.value = ''; });
  for (const name of ['dragenter', 'dragover']) zone.addEventListener(name, event => { event.preventDefault(); zone.classList.add('over'); });
  for (const name of ['dragleave', 'drop']) zone.addEventListener(name, () => zone.classList.remove('over'));
  zone.addEventListener('drop', event => { event.preventDefault(); queue(event.dataTransfer.files); });
}

/** Sends files to a place. `broke` hears which are not there and why: one that was refused, or all that are left when nobody answers. */
export async function deliver(place, files, broke) {
  let left = files;
  const drop = file => { left = left.filter(other => other !== file); };
  const attempt = async (file, act) => {
    try {
      return await act();
    } catch (error) {
      if (Silent.includes(error.message)) throw error;
      drop(file);
      broke([file], error);
    }
  };
  try {
    // All are announced first: before the last is here, the page does not take them for whole.
    const announced = [];
    for (const file of files) announced.push([file, await attempt(file, () => announce(place, file))]);
    for (const [file, answer] of announced) if (answer) { await attempt(file, () => send(place, file, answer)); drop(file); }
  } catch (error) {
    broke(left, error);
  }
}

/** What a module makes of a file; nothing if it cannot, and the page shows why. */
async function madeOf(file, maker, scripts, page) {
  let why = [null, []];
  const tell = (done, pages) => page.invokeMethodAsync('Making', file.name, done, pages);
  try {
    await tell(0, 0);
    const { make } = await import(maker);
    return await make(file, tell, scripts);
  } catch (error) {
    why = told(error);
    return [];
  } finally {
    await page.invokeMethodAsync('Made', file.name, ...why);
  }
}

/** Tells the server of a file; it answers under which number it takes it, and how much it has. */
async function announce(place, file) {
  const answer = await ask(place, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name: file.name, bytes: file.size }) });
  return answer.ok ? answer.json() : refused(answer);
}

async function send(place, file, { file: number, received, part }) {
  const path = `${place}/${number}`;
  for (let offset = received, vain = 0; offset < file.size;) {
    const put = await ask(`${path}?offset=${offset}`, { method: 'PUT', body: file.slice(offset, offset + part) }, path);
    // Its owner removed it meanwhile.
    if (put.status === 410) return;
    const next = put.ok || put.status === 409 ? Number(put.headers.get('Upload-Offset') ?? NaN) : NaN;
    if (!Number.isSafeInteger(next) || next < 0) await refused(put);
    vain = next > offset ? 0 : vain + 1;
    if (vain === MostInVain) throw new Wrong('in-vain');
    offset = next;
  }
}

/** Why the server, or what stands before it, does not take something. */
async function refused(answer) {
  const problem = answer.headers.get('Content-Type')?.includes('json') ? await answer.json().catch(() => null) : null;
  throw problem?.detail ? new Wrong(problem.detail) : new Wrong('refused', answer.status);
}

/** Asks again after breaks; if parts were sent meanwhile, whoever asks learns where the file stands. */
async function ask(path, request, stands) {
  for (let tries = 0; ; tries++) {
    let why = 'server-away';
    try {
      const answer = await fetch(tries === 0 || !stands ? path : stands, tries === 0 || !stands ? request : { method: 'HEAD' });
      // Who asks too often is told when to come back; other refusals do not pass.
      const busy = answer.status === 429 && answer.headers.has('Retry-After');
      if (!busy && ![502, 503, 504].includes(answer.status)) return answer;
      if (busy) why = 'busy';
    } catch {
      // No answer.
    }
    if (tries === Pauses.length) throw new Wrong(why);
    await pause(Pauses[tries]);
  }
}
