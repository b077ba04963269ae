// docs/results.md once more, in JavaScript: every published vector must come out the same.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import test from "node:test";

const vectors = JSON.parse(readFileSync(new URL("../vectors/results/vectors.json", import.meta.url)));
const H = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const u8 = (n) => Buffer.from([n]);
const u16 = (n) => Buffer.from([n >> 8, n & 255]);
const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32BE(n); return b; };
const u64 = (n) => { const b = Buffer.alloc(8); b.writeBigUInt64BE(BigInt(n)); return b; };

const merkle = (nodes) => {
  while (nodes.length > 1) {
    const next = [];
    for (let i = 0; i < nodes.length; i += 2) next.push(i + 1 < nodes.length ? H(u8(1), nodes[i], nodes[i + 1]) : nodes[i]);
    nodes = next;
  }
  return nodes[0];
};

// One NaN for all, no negative zero; a word of `size` bytes is special when its magnitude lies above the type's infinity.
const canonicalFloats = (data, size, infinity, nan) => {
  const out = Buffer.from(data), bits = BigInt(size * 8), sign = 1n << (bits - 1n);
  for (let i = 0; i < out.length; i += size) {
    let word = 0n;
    for (let j = size - 1; j >= 0; j--) word = (word << 8n) | BigInt(out[i + j]);
    if ((word & (sign - 1n)) > infinity) word = nan;
    else if (word === sign) word = 0n;
    for (let j = 0; j < size; j++, word >>= 8n) out[i + j] = Number(word & 255n);
  }
  return out;
};
const nibbles = (data, count, map) => Buffer.from(Array.from({ length: count }, (_, i) => map((data[i >> 1] >> ((i & 1) * 4)) & 15)));
const count = (dims) => dims.reduce((a, b) => a * b, 1);
const canonical = ({ type, dims }, data) => {
  if (type === 1 || type === 14) return canonicalFloats(data, 4, 0x7f800000n, 0x7fc00000n);
  if (type === 11 || type === 15) return canonicalFloats(data, 8, 0x7ff0000000000000n, 0x7ff8000000000000n);
  if (type === 10) return canonicalFloats(data, 2, 0x7c00n, 0x7e00n);
  if (type === 16) return canonicalFloats(data, 2, 0x7f80n, 0x7fc0n);
  if (type === 17) return canonicalFloats(data, 1, 0x7en, 0x7fn);
  if (type === 19) return canonicalFloats(data, 1, 0x7cn, 0x7en);
  if (type === 9) return Buffer.from(data.map((b) => (b ? 1 : 0)));
  if (type === 21) return nibbles(data, count(dims), (n) => n);
  if (type === 22) return nibbles(data, count(dims), (n) => (n > 7 ? n | 0xf0 : n));
  if (type === 23) return nibbles(data, count(dims), (n) => (n === 8 ? 0 : n));
  return data;
};

const half = (w) => { const e = (w >> 10) & 31, f = w & 1023; return (w & 0x8000 ? -1 : 1) * (e === 0 ? f * 2 ** -24 : e === 31 ? (f ? NaN : Infinity) : (1 + f / 1024) * 2 ** (e - 15)); };
const scale = (type, data) => {
  const view = new DataView(data.buffer, data.byteOffset, data.length), values = [];
  if (type === 1 || type === 14) for (let i = 0; i < data.length; i += 4) values.push(view.getFloat32(i, true));
  if (type === 11 || type === 15) for (let i = 0; i < data.length; i += 8) values.push(view.getFloat64(i, true));
  if (type === 10) for (let i = 0; i < data.length; i += 2) values.push(half(view.getUint16(i, true)));
  if (type === 16) for (let i = 0; i < data.length; i += 2) { const b = Buffer.alloc(4); b.writeUInt16BE(view.getUint16(i, true)); values.push(b.readFloatBE()); }
  const largest = Math.max(0, ...values.map(Math.abs).filter(Number.isFinite));
  const bits = Buffer.alloc(4);
  bits.writeFloatBE(largest);
  if (bits.readFloatBE() < largest) bits.writeUInt32BE(bits.readUInt32BE() + 1);
  return bits;
};

const tensorDigest = (vector) => {
  const data = canonical(vector, Buffer.from(vector.data, "hex")), leaves = [];
  for (let j = 0; j === 0 || j * 2048 < data.length; j++) {
    const chunk = data.subarray(j * 2048, (j + 1) * 2048);
    leaves.push(H(u8(0), u64(j), u32(chunk.length), chunk));
  }
  return H(u8(2), u8(vector.type), u8(vector.dims.length), ...vector.dims.map(u64), u64(data.length), scale(vector.type, data), merkle(leaves));
};

test("there are at least 30 vectors", () => assert.ok(vectors.tensors.length >= 30));

for (const vector of vectors.tensors) test(`tensor: ${vector.name}`, () => assert.equal(tensorDigest(vector).toString("hex"), vector.digest));

test("a task's outputs", () => {
  const { names, tensors, root } = vectors.outputs;
  const leaves = names.map((name, i) => H(u8(6), u32(Buffer.byteLength(name)), Buffer.from(name), Buffer.from(tensors[i], "hex")));
  assert.equal(merkle(leaves).toString("hex"), root);
});

test("errors", () => { for (const { code, root } of vectors.errors) assert.equal(H(u8(0x0b), u32(code)).toString("hex"), root); });

const checkPaths = (leaves, paths, root) => {
  assert.equal(merkle(leaves).toString("hex"), root);
  paths.forEach((path, index) => {
    let node = leaves[index], used = 0;
    for (let at = index, width = leaves.length; width > 1; at >>= 1, width = (width + 1) >> 1) {
      if ((at ^ 1) >= width) continue;
      const sibling = Buffer.from(path[used++], "hex");
      node = at % 2 === 0 ? H(u8(1), node, sibling) : H(u8(1), sibling, node);
    }
    assert.equal(used, path.length);
    assert.equal(node.toString("hex"), root);
  });
};

for (const { tasks, root } of vectors.trees) test(`a tree of ${tasks.length} tasks, and the path of each`, () =>
  checkPaths(tasks.map((t, i) => H(u8(0x0a), u32(i), u8(t.kind), Buffer.from(t.root, "hex"))), tasks.map((t) => t.path), root));

for (const { nodes, root } of vectors.traces) test(`a trace of ${nodes.length} nodes, and the path of each`, () => {
  const leaves = nodes.map(({ outputs }, i) => H(u8(7), u32(i), u16(outputs.length), ...outputs.map((d) => Buffer.from(d, "hex"))));
  leaves.forEach((leaf, i) => assert.equal(leaf.toString("hex"), nodes[i].digest));
  checkPaths(leaves, nodes.map((n) => n.path), root);
});
