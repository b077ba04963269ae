// How results become digests, as docs/results.md says, in the browser: so that nobody need believe the server.
const text = new TextEncoder();
const bytesOf = (...parts) => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { all.set(part, at); at += part.length; }
  return all;
};
const hash = async (...parts) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytesOf(...parts)));
const u8 = n => Uint8Array.of(n);
const u32 = n => { const b = new Uint8Array(4); new DataView(b.buffer).setUint32(0, n); return b; };
const u64 = n => { const b = new Uint8Array(8); new DataView(b.buffer).setBigUint64(0, BigInt(n)); return b; };
export const hex = bytes => [...bytes].map(b => b.toString(16).padStart(2, '0')).join('');

async function merkle(nodes) {
  while (nodes.length > 1) {
    const next = [];
    for (let i = 0; i < nodes.length; i += 2) next.push(i + 1 < nodes.length ? hash(u8(1), nodes[i], nodes[i + 1]) : nodes[i]);
    nodes = await Promise.all(next);
  }
  return nodes[0];
}

// By ONNX's number of a type: bytes of a word, the bits of infinity, and those of the one NaN.
const Floats = new Map([[1, [4, 0x7f800000n, 0x7fc00000n]], [14, [4, 0x7f800000n, 0x7fc00000n]], [11, [8, 0x7ff0000000000000n, 0x7ff8000000000000n]],
  [15, [8, 0x7ff0000000000000n, 0x7ff8000000000000n]], [10, [2, 0x7c00n, 0x7e00n]], [16, [2, 0x7f80n, 0x7fc0n]], [17, [1, 0x7en, 0x7fn]], [19, [1, 0x7cn, 0x7en]]]);

/** One NaN for all, no negative zero; each of two 4-bit elements a byte of its own. */
function canonical(type, dims, data) {
  if (type === 9) return data.map(b => (b ? 1 : 0));
  if (type >= 21 && type <= 23) {
    const change = type === 22 ? n => (n > 7 ? n | 0xf0 : n) : type === 23 ? n => (n === 8 ? 0 : n) : n => n;
    return Uint8Array.from({ length: dims.reduce((a, b) => a * Number(b), 1) }, (_, i) => change((data[i >> 1] >> ((i & 1) * 4)) & 15));
  }
  if (!Floats.has(type)) return data;
  const [size, infinity, nan] = Floats.get(type), sign = 1n << BigInt(size * 8 - 1), out = data.slice();
  const get = { 1: 'getUint8', 2: 'getUint16', 4: 'getUint32', 8: 'getBigUint64' }[size], set = get.replace('get', 'set');
  const view = new DataView(out.buffer), [bound, negativeZero, rest, quiet, zero] = size === 8 ? [infinity, sign, sign - 1n, nan, 0n] : [infinity, sign, sign - 1n, nan, 0n].map(Number);
  for (let at = 0; at < out.length; at += size) {
    const word = view[get](at, true);
    if (word === negativeZero) view[set](at, zero, true);
    else if ((size === 8 ? word & rest : (word & rest) >>> 0) > bound) view[set](at, quiet, true);
  }
  return out;
}

const half = w => { const e = (w >> 10) & 31, f = w & 1023; return e === 0 ? f * 2 ** -24 : e === 31 ? Infinity : (1 + f / 1024) * 2 ** (e - 15); };

/** The largest finite magnitude, as the bits of a 32-bit float that is not smaller. */
function scaleOf(type, data) {
  const view = new DataView(data.buffer, data.byteOffset, data.length), one = new DataView(new ArrayBuffer(4));
  const widened = w => { one.setUint32(0, w << 16); return one.getFloat32(0); };
  const read = { 1: at => view.getFloat32(at, true), 11: at => view.getFloat64(at, true), 10: at => half(view.getUint16(at, true)), 16: at => widened(view.getUint16(at, true)) }[{ 14: 1, 15: 11 }[type] ?? type];
  if (!read) return u32(0);
  let largest = 0;
  for (let at = 0; at < data.length; at += Floats.get(type)[0]) {
    const value = Math.abs(read(at));
    if (Number.isFinite(value) && value > largest) largest = value;
  }
  one.setFloat32(0, largest);
  if (one.getFloat32(0) < largest) one.setUint32(0, one.getUint32(0) + 1);
  return u32(one.getUint32(0));
}

export async function tensorDigest(type, dims, payload) {
  const Chunk = 2048, AtOnce = 512, data = canonical(type, dims, payload), leaves = [];
  const count = Math.max(1, Math.ceil(data.length / Chunk));
  for (let first = 0; first < count; first += AtOnce) {
    leaves.push(...await Promise.all(Array.from({ length: Math.min(AtOnce, count - first) }, (_, i) => {
      const chunk = data.subarray((first + i) * Chunk, (first + i + 1) * Chunk);
      return hash(u8(0), u64(first + i), u32(chunk.length), chunk);
    })));
  }
  return hash(u8(2), u8(type), u8(dims.length), ...dims.map(u64), u64(data.length), scaleOf(type, data), await merkle(leaves));
}

/** The digest of a task's outputs: their names, and the digests of their tensors. */
export async function outputsDigest(names, tensors) {
  return merkle(await Promise.all(names.map((name, i) => { const t = text.encode(name); return hash(u8(6), u32(t.length), t, tensors[i]); })));
}

/** The digest of a task without outputs. */
export const errorDigest = code => hash(u8(0x0b), u32(code));

/** The root over all tasks, which stands on chain. */
export async function resultRoot(tasks) {
  return merkle(await Promise.all(tasks.map(({ error, digest }, i) => hash(u8(0x0a), u32(i), u8(error ? 1 : 0), digest))));
}
