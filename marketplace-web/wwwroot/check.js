// Checks a downloaded zip of outputs in the browser: unpacks it, hashes every tensor, and compares the root with the one on chain.
import { Wrong, told } from './wrong.js';
import { errorDigest, hex, outputsDigest, resultRoot, tensorDigest } from './digests.js';

const Largest = 1 << 30, MostFiles = 1_000_000;
const Types = { b1: 9, i1: 3, u1: 2, i2: 5, u2: 4, i4: 6, u4: 12, i8: 7, u8: 13, f2: 10, f4: 1, f8: 11, c8: 14, c16: 15 };

/** Lets a person choose the zip, and tells the page what came of it. */
export function attach(input, results, place, page) {
  input.addEventListener('change', async () => {
    const [file] = input.files;
    input.value = '';
    if (!file) return;
    await page.invokeMethodAsync('Begin');
    try {
      const found = await check(file);
      const result = results.find(r => r.root === found.root);
      if (!result) throw new Wrong('other-root');
      const onChain = await isOnChain(result, place);
      if (onChain === false) throw new Wrong('not-on-chain');
      await page.invokeMethodAsync('Found', found.root, found.tasks, onChain === true);
    } catch (error) {
      await page.invokeMethodAsync('Wrong', ...told(error));
    }
  });
}

/** Whether the chain has a result where the server says, as the reader's own wallet tells it; null where no wallet tells. */
async function isOnChain({ root, transaction }, { chain, market, event, job }) {
  try {
    const provider = await (await import('./wallet.js')).reader(chain);
    const receipt = await provider?.request({ method: 'eth_getTransactionReceipt', params: [transaction] });
    return receipt ? receipt.logs.some(log => log.address.toLowerCase() === market && log.topics[0] === event && log.topics[1] === job && '0x' + log.data.slice(-64) === root) : null;
  } catch {
    return null;
  }
}

/** The root of the outputs in a zip. */
export async function check(file) {
  if (!globalThis.crypto?.subtle) throw new Wrong('insecure');
  const files = await open(file);
  const receipt = JSON.parse(new TextDecoder().decode(await files.read('receipt.json')));
  const tasks = [];
  for (const [index, task] of receipt.tasks.entries()) {
    if (task.task !== index) throw new Wrong('misplaced-task', index);
    tasks.push(task.error ? { error: true, digest: await knownError(task.digest) } : { error: false, digest: await digestOf(files, task.outputs) });
  }
  return { root: '0x' + hex(await resultRoot(tasks)), tasks: tasks.length };
}

async function knownError(digest) {
  for (const code of [1, 2, 3]) {
    const known = await errorDigest(code);
    if (hex(known) === digest) return known;
  }
  throw new Wrong('unknown-error', digest);
}

async function digestOf(files, outputs) {
  const digests = [];
  for (const { file } of outputs) {
    const bytes = await files.read(file), { type, dims, data } = file.endsWith('.npy') ? readNpy(bytes) : readTensors(bytes);
    digests.push(await tensorDigest(type, dims, data));
  }
  return outputsDigest(outputs.map(o => o.name), digests);
}

function readNpy(bytes) {
  const start = bytes[6] === 1 ? 10 : 12, view = new DataView(bytes.buffer, bytes.byteOffset), length = bytes[6] === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const header = new TextDecoder().decode(bytes.subarray(start, start + length));
  const kind = /'descr': '[<|]([a-z]\d{1,2})'/.exec(header)?.[1], shape = /'shape': \(([\d, ]*)\)/.exec(header)?.[1];
  if (!(kind in Types) || shape === undefined) throw new Wrong('no-npy');
  return { type: Types[kind], dims: shape.split(',').map(d => d.trim()).filter(d => d).map(Number), data: bytes.subarray(start + length) };
}

function readTensors(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset), name = view.getUint16(7), type = bytes[9 + name], rank = bytes[10 + name];
  const dims = Array.from({ length: rank }, (_, i) => Number(view.getBigUint64(11 + name + i * 8)));
  return { type, dims, data: bytes.subarray(11 + name + rank * 8 + 8) };
}

/** Reads a zip's directory; files are read one at a time. */
async function open(file) {
  const part = async (from, to) => new Uint8Array(await file.slice(from, to).arrayBuffer());
  const end = await part(Math.max(0, file.size - 65_557), file.size), tail = new DataView(end.buffer);
  let at = end.length - 22;
  while (at >= 0 && tail.getUint32(at, true) !== 0x06054b50) at--;
  if (at < 0) throw new Wrong('no-zip');
  const count = tail.getUint16(at + 10, true), from = tail.getUint32(at + 16, true), entries = new Map();
  if (from === 0xffffffff || count === 0xffff || count > MostFiles) throw new Wrong('large-zip');
  const directory = await part(from, from + tail.getUint32(at + 12, true)), view = new DataView(directory.buffer);
  for (let i = 0, p = 0; i < count; i++) {
    const length = view.getUint16(p + 28, true), name = new TextDecoder().decode(directory.subarray(p + 46, p + 46 + length));
    entries.set(name, { method: view.getUint16(p + 10, true), packed: view.getUint32(p + 20, true), size: view.getUint32(p + 24, true), offset: view.getUint32(p + 42, true) });
    p += 46 + length + view.getUint16(p + 30, true) + view.getUint16(p + 32, true);
  }
  return {
    read: async name => {
      const entry = entries.get(name);
      if (!entry || entry.size > Largest || entry.packed > Largest) throw new Wrong('no-file', name);
      const head = new DataView((await part(entry.offset, entry.offset + 30)).buffer), start = entry.offset + 30 + head.getUint16(26, true) + head.getUint16(28, true);
      const packed = file.slice(start, start + entry.packed);
      return entry.method === 0 ? new Uint8Array(await packed.arrayBuffer()) : inflate(packed.stream(), entry.size);
    },
  };
}

/** Unpacks as many bytes as announced, and no more. */
async function inflate(stream, size) {
  const all = new Uint8Array(size), reader = stream.pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  let at = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    if (at + next.value.length > size) throw new Wrong('large-file');
    all.set(next.value, at);
    at += next.value.length;
  }
  return all.subarray(0, at);
}
