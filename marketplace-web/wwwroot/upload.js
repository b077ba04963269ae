// Sends files in parts, and goes on where it stopped after a break. What arrives is told by the server, on the page.
const Pauses = [500, 1000, 2000, 4000, 8000, 15000, 30000, 30000];
const pause = time => new Promise(done => setTimeout(done, time));

/** Takes files that are chosen with an input or dropped on a zone. The page says where they go, once there are any. */
export function attach(input, zone, page) {
  const take = async files => {
    if (files.length === 0) return;
    const place = await page.invokeMethodAsync('WhereTo');
    if (!place) return;
    for (const file of files) await send(place, file);
  };
  let running = Promise.resolve();
  const queue = list => { const files = [...list]; running = running.then(() => take(files)).catch(error => page.invokeMethodAsync('Failed', String(error?.message ?? error).slice(0, 200))); };
  input.addEventListener('change', () => { queue(input.files); input.value = ''; });
  for (const name of ['dragenter', 'dragover']) zone.addEventListener(name, event => { event.preventDefault(); zone.classList.add('over'); });
  for (const name of ['dragleave', 'drop']) zone.addEventListener(name, () => zone.classList.remove('over'));
  zone.addEventListener('drop', event => { event.preventDefault(); queue(event.dataTransfer.files); });
}

async function send(place, file) {
  const answer = await ask(place, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name: file.name, bytes: file.size }) });
  if (!answer.ok) return; // The page shows why, beside the file's name.
  const { file: number, received, part } = await answer.json();
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
      if (tries === Pauses.length) throw new Error('The upload broke off, and the server does not answer. Choose the file again to go on.');
    }
    await pause(Pauses[tries]);
  }
}
