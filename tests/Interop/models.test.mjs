// docs/judging.md, "Model", once more in JavaScript, from the bytes of the files: every published vector must come out the same.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { canonicalTensor, H, initializerLeaf, inputLeaf, pathOf, rootOf, u16, u32, u64, u8 } from "../../scripts/vectors/judging/tensors.mjs";

const vectors = JSON.parse(readFileSync(new URL("../vectors/judging/models.json", import.meta.url)));

const varint = (bytes, at) => { let value = 0n; for (let shift = 0n; ; shift += 7n) { const b = bytes[at++]; value |= BigInt(b & 127) << shift; if (b < 128) return [value, at]; } };
// The fields of a protobuf message: [number, value], a varint as a number, anything else as bytes.
const fields = (bytes) => {
  const found = [];
  for (let at = 0, value; at < bytes.length;) {
    let tag;
    [tag, at] = varint(bytes, at);
    const kind = Number(tag & 7n);
    if (kind === 0) [value, at] = varint(bytes, at);
    else {
      let length = { 1: 8n, 5: 4n }[kind];
      if (length === undefined) [length, at] = varint(bytes, at);
      value = bytes.subarray(at, (at += Number(length)));
    }
    found.push([Number(tag >> 3n), value]);
  }
  return found;
};
const all = (message, number) => message.filter(([n]) => n === number).map(([, v]) => v);
const last = (message, number) => all(message, number).at(-1);
const name = (bytes) => (bytes ?? Buffer.alloc(0)).toString();
const numbers = (values) => values.flatMap((v) => { if (typeof v === "bigint") return [v]; const list = []; for (let at = 0, n; at < v.length;) { [n, at] = varint(v, at); list.push(n); } return list; });
const swapped = (bytes) => Buffer.concat(Array.from({ length: bytes.length / 4 }, (_, i) => Buffer.from(bytes.subarray(4 * i, 4 * i + 4)).reverse()));
const text = (bytes, length = u8) => Buffer.concat([length(bytes.length), bytes]);

const tensor = (bytes) => {
  const message = fields(bytes), kind = Number(last(message, 2)), width = { 1: 4, 7: 8 }[kind];
  const typed = numbers([...all(message, 5), ...all(message, 7), ...all(message, 11)]).map((n) => { const b = Buffer.alloc(8); b.writeBigUInt64LE(n); return b.subarray(0, width); });
  return [name(last(message, 8)), canonicalTensor(kind, numbers(all(message, 1)), last(message, 9) ?? Buffer.concat([...all(message, 4), ...typed]))];
};

const typesSeen = new Set();
const attributeValue = (message, opsets, outer) => ({
  1: () => swapped(last(message, 2)), 2: () => u64(last(message, 3)), 3: () => last(message, 4), 4: () => tensor(last(message, 5))[1],
  5: () => H(graph(last(message, 6), opsets, outer).header), 6: () => swapped(Buffer.concat(all(message, 7))), 7: () => Buffer.concat(numbers(all(message, 8)).map(u64)),
  8: () => Buffer.concat(all(message, 9).map((s) => text(s, u32))),
})[typesSeen.add(Number(last(message, 20))) && Number(last(message, 20))]();

const describe = (bytes, index, opsets, sourceOf, scopes) => {
  const message = fields(bytes), domain = name(last(message, 7)), outputs = all(message, 2);
  const attributes = all(message, 5).map(fields).sort((a, b) => Buffer.compare(last(a, 1), last(b, 1))).map((a) => Buffer.concat([
    text(last(a, 1)), u8(Number(last(a, 20))), text(Buffer.from(attributeValue(a, opsets, scopes)), u32)]));
  return [outputs.map(name), Buffer.concat([
    u8(0x10), u32(index), text(Buffer.from(domain)), text(last(message, 4)), u64(opsets[domain]), u16(all(message, 1).length), ...all(message, 1).map((i) => sourceOf(name(i))),
    u16(outputs.length), ...outputs.map((o) => u8(o.length ? 1 : 0)), u16(attributes.length), ...attributes])];
};

const place = (up, kind, number, output) => Buffer.concat([u8(up), u8(kind), u32(number), u16(output)]);
const graph = (bytes, opsets, outer = []) => {
  const message = fields(bytes), values = new Map(), scopes = [values, ...outer];
  const sourceOf = (n) => { if (n === "") return place(0, 0, 0, 0); const up = scopes.findIndex((s) => s.has(n)); return place(up, ...scopes[up].get(n)); };
  const initializers = all(message, 5).map(tensor), inputs = [];
  initializers.forEach(([n], i) => values.set(n, [2, i, 0]));
  for (const n of all(message, 11).map((v) => name(last(fields(v), 1)))) if (!values.has(n)) { values.set(n, [3, inputs.length, 0]); inputs.push(n); }
  const nodes = all(message, 1).map((node, i) => {
    const [outputs, descriptor] = describe(node, i, opsets, sourceOf, scopes);
    outputs.forEach((o, j) => { if (o) values.set(o, [1, i, j]); });
    return descriptor;
  });
  const outputs = all(message, 12).map((v) => name(last(fields(v), 1))).map((n) => ({ name: n, source: sourceOf(n) }));
  const leaves = [
    ...nodes.map((n) => H(n)), ...initializers.map(([, digest], i) => initializerLeaf(i, digest)), ...inputs.map((n, i) => inputLeaf(i, n)),
    ...outputs.map((o, i) => H(u8(0x13), u32(i), o.source, text(Buffer.from(o.name), u32))),
  ];
  const header = Buffer.concat([u8(0x12), ...[nodes, initializers, inputs, outputs].map((p) => u32(p.length)), rootOf(leaves)]);
  return { header, leaves, nodes, initializers: initializers.map(([, d]) => d), inputs, outputs };
};

for (const vector of vectors) {
  test(`model: ${vector.name}`, () => {
    const file = fields(Buffer.from(vector.file, "hex")), opsets = Object.fromEntries(all(file, 8).map(fields).map((o) => [name(last(o, 1)), last(o, 2)]));
    const found = graph(last(file, 7), opsets), hex = (b) => Buffer.from(b).toString("hex");
    assert.deepEqual(found.nodes.map(hex), vector.nodes.map((n) => n.descriptor));
    assert.deepEqual(found.initializers.map(hex), vector.initializers.map((i) => i.digest));
    assert.deepEqual(found.inputs, vector.inputs.map((i) => i.name));
    assert.deepEqual(found.outputs.map((o) => [o.name, hex(o.source)]), vector.outputs.map((o) => [o.name, o.source]));
    assert.equal(hex(found.header), vector.header);
    assert.equal(hex(H(found.header)), vector.root);
    const parts = [...vector.nodes, ...vector.initializers, ...vector.inputs, ...vector.outputs];
    parts.forEach((part, i) => assert.deepEqual(part.path, pathOf(found.leaves, i).map(hex)));
  });
}

test("the vectors cover every type of attribute that has a canonical form, but lists of tensors and graphs", () => {
  assert.deepEqual([...typesSeen].sort((a, b) => a - b), [1, 2, 3, 4, 5, 6, 7, 8]);
});
