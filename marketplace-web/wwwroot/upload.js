// Sends files in parts, and goes on where it stopped after a break. What arrives is told by the server, on the page.
import { Wrong, told } from './wrong.js';

const Pauses = [500, 1000, 2000, 4000, 8000, 15000, 30000, 30000];
const pause = time => new Promise(done => setTimeout(done, time));

/** Takes files that are chosen with an input or dropped on a zone. The page says where they go, once there are any. PDF files become pictures of their pages, if there are scripts for that. */
export function attach(input, zone, scripts, page) {
  const take = async chosen => {
    if (chosen.length === 0) return;
    const place = await page.invokeMethodAsync('WhereTo');
    if (!place) return;
    const files = [];
    for (const file of chosen) files.push(...scripts && /\.pdf$/i.test(file.name) ? await pagesOf(file, scripts, page) : [file]);
    // All are announced first: before the last is here, the page does not take them for whole.
    const announced = [];
    for (const file of files) announced.push([file, await announce(place, file)]);
    for (const [file, answer] of announced) if (answer) await send(place, file, answer);
  };
  let running = Promise.resolve();
  const queue = list => { const files = [...list]; running = running.then(() => take(files)).catch(error => page.invokeMethodAsync('Failed', ...told(error))); };
  input.addEventListener('change', () => { queue(input.files); input.value = ''; });
  for (const name of ['dragenter', 'dragover']) zone.addEventListener(name, event => { event.preventDefault(); zone.classList.add('over'); });
  for (const name of ['dragleave', 'drop']) zone.addEventListener(name, () => zone.classList.remove('over'));
  zone.addEventListener('drop', event => { event.preventDefault(); queue(event.dataTransfer.files); });
}

/** Pictures of a PDF file's pages; none if it cannot be drawn, and the page shows why. */
async function pagesOf(file, scripts, page) {
  let why = [null, []];
  try {
    await page.invokeMethodAsync('Drawing', file.name, 0, 0);
    const { draw } = await import('/pages.js');
    return await draw(scripts, file, (done, pages) => page.invokeMethodAsync('Drawing', file.name, done, pages));
  } catch (error) {
    why = told(error);
    return [];
  } finally {
    await page.invokeMethodAsync('Drawn', file.name, ...why);
  }
}

/** Tells the server of a file; it answers under which number it takes it, and how much it has. Where it refuses, the page shows why. */
async function announce(place, file) {
  const answer = await ask(place, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name: file.name, bytes: file.size }) });
  return answer.ok ? answer.json() : null;
}

async function send(place, file, { file: number, received, part }) {
  const path = `${place}/${number}`;
  for (let offset = received; offset < file.size;) {
    const put = await ask(`${path}?offset=${offset}`, { method: 'PUT', body: file.slice(offset, offset + part) }, path);
    if (!put.ok && put.status !== 409) return;
    const next = Number(put.headers.get('Upload-Offset'));
    if (!Number.isSafeInteger(next) || next < 0) return;
    offset = next;
  }
}

/** Asks again after breaks; if parts were sent meanwhile, whoever asks learns where the file stands. */
async function ask(path, request, stands) {
  for (let tries = 0; ; tries++) {
    try {
      const answer = await fetch(tries === 0 || !stands ? path : stands, tries === 0 || !stands ? request : { method: 'HEAD' });
      if (answer.status !== 429 && answer.status < 502) return answer;
      if (tries === Pauses.length) return answer;
    } catch (error) {
      if (tries === Pauses.length) throw new Wrong('server-away');
    }
    await pause(Pauses[tries]);
  }
}
