// docs/results.md and docs/judging.md in JavaScript: tensors, their openings, traces, descriptors of nodes, models.
import { createHash } from "node:crypto";

export const H = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
export const u8 = (n) => Buffer.from([n]);
export const u16 = (n) => { const b = Buffer.alloc(2); b.writeUInt16BE(n); return b; };
export const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32BE(n); return b; };
export const u64 = (n) => { const b = Buffer.alloc(8); b.writeBigUInt64BE(BigInt.asUintN(64, BigInt(n))); return b; };
export const hex = (bytes) => "0x" + Buffer.from(bytes).toString("hex");
export const CHUNK = 2048;
export const Kind = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7, string: 8, float16: 10, double: 11, complex64: 14, bfloat16: 16 };

// All levels of a tree, leaves first.
export const levels = (leaves) => {
  const all = [leaves];
  while (all.at(-1).length > 1) {
    const below = all.at(-1), next = [];
    for (let i = 0; i < below.length; i += 2) next.push(i + 1 < below.length ? H(u8(1), below[i], below[i + 1]) : below[i]);
    all.push(next);
  }
  return all;
};
export const rootOf = (leaves) => levels(leaves).at(-1)[0];

// What neighbouring leaves lack up to the root.
export const pathOf = (leaves, first, count = 1) => {
  const path = [];
  let last = first + count - 1;
  for (const level of levels(leaves).slice(0, -1)) {
    if (first % 2 === 1) path.push(level[first - 1]);
    if (last % 2 === 0 && last + 1 < level.length) path.push(level[last + 1]);
    [first, last] = [first >> 1, last >> 1];
  }
  return path;
};

export const floatBits = (value) => { const b = Buffer.alloc(4); b.writeFloatBE(value); return Number.isNaN(value) ? 0x7fc00000 : b.readUInt32BE(); };
export const floatOf = (bits) => { const b = Buffer.alloc(4); b.writeUInt32BE(bits >>> 0); return b.readFloatBE(); };
const halfValue = (w) => { const e = (w >> 10) & 31, f = w & 1023; return (w >> 15 ? -1 : 1) * (e === 0 ? f * 2 ** -24 : e === 31 ? (f ? NaN : Infinity) : (1 + f / 1024) * 2 ** (e - 15)); };

// How each type's elements are written, and what they are worth. 16-bit floats are given by their bits.
const formats = {
  1: [4, (b, at, v) => (Object.is(v, -0) || !v && !Number.isNaN(v) ? b.writeUInt32LE(0, at) : b.writeUInt32LE(floatBits(v), at)), (v) => v],
  2: [1, (b, at, v) => b.writeUInt8(v & 255, at)],
  3: [1, (b, at, v) => b.writeInt8(v, at)],
  6: [4, (b, at, v) => b.writeInt32LE(Number(v), at)],
  7: [8, (b, at, v) => b.writeBigInt64LE(BigInt(v), at)],
  10: [2, (b, at, v) => b.writeUInt16LE(v, at), halfValue],
  11: [8, (b, at, v) => b.writeDoubleLE(v, at), (v) => v],
  14: [4, (b, at, v) => b.writeFloatLE(v, at), (v) => v],
  15: [8, (b, at, v) => b.writeDoubleLE(v, at), (v) => v],
  16: [2, (b, at, v) => b.writeUInt16LE(v, at), (v) => floatOf(v << 16)],
};

export class Tensor {
  // `values` are numbers; of complex tensors the parts. `scale` may lie.
  constructor(kind, dims, values, scale) {
    const [width, write, worth] = formats[kind];
    this.kind = kind; this.dims = dims; this.values = values; this.width = width;
    this.payload = Buffer.alloc(values.length * width);
    values.forEach((v, i) => write(this.payload, i * width, v));
    this.scale = scale ?? (worth ? Tensor.scaleOf(values.map(worth)) : 0);
    this.leaves = [];
    for (let j = 0; j === 0 || j * CHUNK < this.payload.length; j++) {
      const chunk = this.payload.subarray(j * CHUNK, (j + 1) * CHUNK);
      this.leaves.push(H(u8(0), u64(j), u32(chunk.length), chunk));
    }
    this.header = Buffer.concat([u8(2), u8(kind), u8(dims.length), ...dims.map(u64), u64(this.payload.length), u32(this.scale), rootOf(this.leaves)]);
    this.digest = H(this.header);
  }

  // The smallest 32-bit float that no finite magnitude exceeds.
  static scaleOf(values) {
    let most = 0;
    for (const v of values) if (Number.isFinite(v)) most = Math.max(most, Math.abs(v));
    const bits = floatBits(Math.fround(most));
    return floatOf(bits) < most ? bits + 1 : bits;
  }

  // The chunks that hold some elements, neighbours joined.
  open(...elements) {
    const chunks = [...new Set(elements.map((e) => Math.floor((e * this.width) / CHUNK)))].sort((a, b) => a - b);
    const runs = [];
    for (const c of chunks) if (runs.length && runs.at(-1).at(-1) === c - 1) runs.at(-1).push(c); else runs.push([c]);
    return {
      header: hex(this.header),
      runs: runs.map((run) => ({
        first: BigInt(run[0]),
        data: hex(this.payload.subarray(run[0] * CHUNK, (run.at(-1) + 1) * CHUNK)),
        path: pathOf(this.leaves, run[0], run.length).map(hex),
      })),
    };
  }
}

// The digest of a tensor given by its payload: floats are made canonical, integers are as they are.
export const canonicalTensor = (kind, dims, payload) => {
  const read = { 1: (i) => payload.readFloatLE(4 * i), 7: (i) => payload.readBigInt64LE(8 * i) }[kind], width = formats[kind][0];
  return new Tensor(kind, dims, Array.from({ length: payload.length / width }, (_, i) => read(i))).digest;
};
export const nothing = { header: "0x", runs: [] };
export const float = (dims, values) => new Tensor(Kind.float, dims, values.map(Math.fround));
export const int64 = (values, dims = [values.length]) => new Tensor(Kind.int64, dims, values);

const text = (s, length = u8) => Buffer.concat([length(Buffer.byteLength(s)), Buffer.from(s)]);
const attribute = ([name, value]) => {
  const [type, bytes] = typeof value === "string" ? [3, Buffer.from(value)]
    : Array.isArray(value) ? [7, Buffer.concat(value.map(u64))]
    : typeof value === "object" ? [1, u32(floatBits(value.float))] : [2, u64(value)];
  return Buffer.concat([text(name), u8(type), u32(bytes.length), bytes]);
};
// A source is [kind, number, output, up] or null.
export const source = (s) => Buffer.concat([u8(s?.[3] ?? 0), u8(s?.[0] ?? 0), u32(s?.[1] ?? 0), u16(s?.[2] ?? 0)]);
export const descriptor = ({ op, opset = 17, domain = "", index = 0, sources, outputs = 1, attributes = {} }) => Buffer.concat([
  u8(0x10), u32(index), text(domain), text(op), u64(opset), u16(sources.length), ...sources.map(source), u16(outputs), Buffer.alloc(outputs, 1),
  u16(Object.keys(attributes).length), ...Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)).map(attribute),
]);

export const traceLeaf = (node, digests) => H(u8(7), u32(node), u16(digests.length), ...digests);
export const initializerLeaf = (index, digest) => H(u8(0x11), u32(index), digest);
export const outputLeaf = (index, from, name) => H(u8(0x13), u32(index), source(from), text(name, u32));
export const inputLeaf = (index, name) => H(u8(0x14), u32(index), text(name, u32));
