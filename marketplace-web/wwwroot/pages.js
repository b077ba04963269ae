// Draws the pages of a PDF file as pictures, in the browser of whoever has it. Loaded when the first such file is chosen.
import { Wrong, inTime } from './wrong.js';

const Most = { bytes: 256 * 2 ** 20, together: 2 ** 30, pages: 200, side: 4096, pixels: 12e6, image: 50e6, milliseconds: 60_000 };
const DotsPerPoint = 200 / 72;

/** Gives a PNG file for each page, or tells in an error why there are none. `tell` hears how far it is, and says whether to go on. */
export async function make(file, tell, scripts) {
  await look(file);
  const pdf = await import(`${scripts}/build/pdf.min.mjs`).catch(() => { throw new Wrong('no-reader'); });
  pdf.GlobalWorkerOptions.workerSrc = `${scripts}/build/pdf.worker.min.mjs`;
  const opening = pdf.getDocument({
    data: new Uint8Array(await file.arrayBuffer()), maxImageSize: Most.image, verbosity: pdf.VerbosityLevel.ERRORS,
    useWasm: false, disableWorkerRendering: true, enableXfa: false,
    wasmUrl: `${scripts}/wasm/`, cMapUrl: `${scripts}/cmaps/`, standardFontDataUrl: `${scripts}/standard_fonts/`,
  });
  try {
    return await drawAll(await inTime(opening.promise, Most.milliseconds, new Wrong('slow-opening', Most.milliseconds / 1000)), file.name, tell);
  } catch (error) {
    throw reason(error);
  } finally {
    await opening.destroy();
  }
}

/** Refuses what needs no reader to be refused. */
async function look(file) {
  if (file.size === 0) throw new Wrong('empty');
  if (file.size > Most.bytes) throw new Wrong('large', file.size, Most.bytes);
  if (!(await file.slice(0, 1024).text()).includes('%PDF-')) throw new Wrong('no-pdf');
}

async function drawAll(document, name, tell) {
  const count = document.numPages;
  if (count > Most.pages) throw new Wrong('many-pages', count, Most.pages);
  const canvas = globalThis.document.createElement('canvas');
  const pictures = [];
  for (let number = 1, bytes = 0; number <= count; number++) {
    if (!await tell(number - 1, count)) throw new Wrong('stopped', number - 1, count);
    const png = await inTime(drawPage(document, number, canvas), Most.milliseconds, new Wrong('slow-page', number, Most.milliseconds / 1000));
    bytes += png.size;
    if (bytes > Most.together) throw new Wrong('large-pages', number, bytes, Most.together, count);
    pictures.push(new File([png], `${name}, page ${number}.png`, { type: 'image/png' }));
  }
  canvas.width = canvas.height = 0;
  return pictures;
}

async function drawPage(document, number, canvas) {
  const page = await document.getPage(number);
  const { width, height } = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: Math.min(DotsPerPoint, Most.side / Math.max(width, height), Math.sqrt(Most.pixels / (width * height))) });
  [canvas.width, canvas.height] = [Math.max(1, Math.floor(viewport.width)), Math.max(1, Math.floor(viewport.height))];
  // As it would be printed: the browser draws that in a hidden tab too.
  await page.render({ canvas, viewport, intent: 'print' }).promise;
  page.cleanup();
  return new Promise((done, fail) => canvas.toBlob(blob => blob ? done(blob) : fail(new Wrong('large-page', number)), 'image/png'));
}

function reason(error) {
  if (error?.name === 'PasswordException') return new Wrong('locked');
  if (error?.name === 'InvalidPDFException') return new Wrong('damaged', error.message);
  return error;
}
