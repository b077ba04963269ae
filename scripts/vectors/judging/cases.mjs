// Calls to the judging contracts (docs/judging.md) with the answers that they must give: from plain loops over whole tensors, which
// share nothing with the contracts' arithmetic on places.
import { encodeFunctionData, parseAbi, toFunctionSelector, toHex } from "viem";
import { Chance } from "./chance.mjs";
import { apply } from "./floats.mjs";
import { descriptor, float, floatBits, floatOf, hex, int64, Kind, nothing, Tensor } from "./tensors.mjs";

const opening = "(bytes header, (uint64 first, bytes data, bytes32[] path)[] runs)";
export const abi = parseAbi([
  `function judge((bytes node, bytes32 output, bytes32[] inputs) accused, ${opening} output, ${opening}[] inputs, uint256 index) pure returns (uint8)`,
  `function compare(bytes32 first, ${opening} a, bytes32 second, ${opening} b, uint256 index, uint256 tolerance, uint256 floor) pure returns (uint8)`,
  `function isScaleFalse(bytes32 digest, ${opening} opening, uint256 index) pure returns (bool)`,
  "function isUnsound(bytes32 digest, bytes header) pure returns (bool)",
]);
export const Finding = { Indeterminate: 0, Right: 1, Wrong: 2 };
export const Distance = { Within: 0, Apart: 1, FirstScaleFalse: 2, SecondScaleFalse: 3 };
export const answer = (value) => (typeof value === "number" ? toHex(value, { size: 32 }) : toFunctionSelector(value));
const zero = toHex(0, { size: 32 });

// `node` is {op, opset, attributes, inputs: (Tensor | null)[]}; `opened` says which elements of each input are opened.
export const judgeCall = (node, output, index, opened, change = {}) => {
  const sources = node.inputs.map((x, i) => (x ? [3, i, 0] : null));
  return encodeFunctionData({ abi, functionName: "judge", args: [
    { node: hex(descriptor({ ...node, sources })), output: hex(output.digest), inputs: node.inputs.map((x) => (x ? hex(x.digest) : zero)), ...change.accused },
    change.output ?? output.open(index), change.inputs ?? node.inputs.map((x, i) => (x ? x.open(...opened[i]) : nothing)), BigInt(index),
  ] });
};
export const compareCall = (a, b, index, tolerance, floor = 0) => encodeFunctionData({ abi, functionName: "compare", args: [hex(a.digest), a.open(index), hex(b.digest), b.open(index), BigInt(index), BigInt(tolerance), BigInt(floor)] });

const size = (dims) => dims.reduce((a, b) => a * b, 1);
const coordinates = (dims) => dims.reduce((all, d) => all.flatMap((at) => Array.from({ length: d }, (_, i) => [...at, i])), [[]]);
const strides = (dims) => dims.map((_, i) => size(dims.slice(i + 1)));
const placeOf = (at, dims) => { const by = strides(dims); return at.reduce((sum, c, i) => sum + c * by[i], 0); };
const counted = (dims, kind = Kind.float, from = 0) => new Tensor(kind, dims, Array.from({ length: size(dims) }, (_, i) => i + from));
const changed = (tensor, index, value, dims = tensor.dims) => new Tensor(tensor.kind, dims, tensor.values.map((v, i) => (i === index ? value : v)));

// --- copies: where each element of the output comes from, as [input, place]
const copies = {
  transpose(chance) {
    const dims = Array.from({ length: 1 + chance.below(4) }, () => 1 + chance.below(4)), turned = chance.below(4) === 0;
    const perm = turned ? dims.map((_, i) => dims.length - 1 - i) : chance.shuffle(dims.keys());
    const to = perm.map((p) => dims[p]);
    return { op: "Transpose", attributes: turned ? {} : { perm }, inputs: [counted(dims, chance.pick([Kind.float, Kind.int64, Kind.uint8, Kind.double]))], dims: to,
      from: coordinates(to).map((at) => { const source = []; perm.forEach((p, i) => (source[p] = at[i])); return [0, placeOf(source, dims)]; }) };
  },
  concat(chance) {
    const dims = Array.from({ length: 1 + chance.below(3) }, () => 1 + chance.below(3)), axis = chance.below(dims.length);
    const inputs = Array.from({ length: 1 + chance.below(4) }, (_, i) => counted(dims.map((d, j) => (j === axis ? chance.below(4) : d)), Kind.float, 1000 * i));
    if (inputs.every((x) => x.dims[axis] === 0)) inputs.push(counted(dims, Kind.float, 9000));
    const rows = inputs.flatMap((x, i) => Array.from({ length: x.dims[axis] }, (_, r) => [i, r]));
    const to = dims.map((d, j) => (j === axis ? rows.length : d));
    return { op: "Concat", attributes: { axis: chance.below(2) ? axis : axis - dims.length }, inputs, dims: to,
      from: coordinates(to).map((at) => { const [i, r] = rows[at[axis]]; return [i, placeOf(at.map((c, j) => (j === axis ? r : c)), inputs[i].dims)]; }) };
  },
  gather(chance) {
    const dims = Array.from({ length: 1 + chance.below(3) }, () => 1 + chance.below(4)), axis = chance.below(dims.length);
    const shape = Array.from({ length: chance.below(3) }, () => 1 + chance.below(3)), rows = Array.from({ length: size(shape) }, () => chance.below(dims[axis]));
    const indices = new Tensor(chance.pick([Kind.int32, Kind.int64]), shape, rows.map((r) => (chance.below(2) ? r : r - dims[axis])));
    const to = [...dims.slice(0, axis), ...shape, ...dims.slice(axis + 1)];
    return { op: "Gather", attributes: { axis: chance.below(2) ? axis : axis - dims.length }, inputs: [counted(dims), indices], dims: to,
      from: coordinates(to).map((at) => [0, placeOf([...at.slice(0, axis), rows[placeOf(at.slice(axis, axis + shape.length), shape)], ...at.slice(axis + shape.length)], dims)]) };
  },
  slice(chance) {
    const dims = Array.from({ length: 1 + chance.below(3) }, () => 1 + chance.below(5)), axes = chance.shuffle(dims.keys()).slice(0, 1 + chance.below(dims.length));
    const picks = dims.map((d) => Array.from({ length: d }, (_, i) => i)), starts = [], ends = [], steps = [];
    for (const axis of axes) {
      // As Python slices a list, with places that may lie far outside.
      const d = dims[axis], step = chance.pick([1, 1, 2, 3, -1, -2]), first = chance.below(d), clamp = (v, a, b) => Math.max(a, Math.min(b, v));
      const start = chance.pick([first, first - d, step > 0 ? -100 : 100]), end = chance.pick([chance.below(d), -1 - chance.below(d), step > 0 ? 2 ** 40 : -(2 ** 40)]);
      const from = step > 0 ? clamp(start < 0 ? start + d : start, 0, d) : clamp(start < 0 ? start + d : start, 0, d - 1);
      const to = step > 0 ? clamp(end < 0 ? end + d : end, 0, d) : clamp(end < 0 ? end + d : end, -1, d - 1);
      picks[axis] = [];
      for (let i = from; step > 0 ? i < to : i > to; i += step) picks[axis].push(i);
      starts.push(start); ends.push(end); steps.push(step);
    }
    const to = picks.map((p) => p.length), old = chance.below(4) === 0 && steps.every((s) => s === 1);
    const node = old ? { opset: 9, attributes: { starts, ends, axes }, inputs: [counted(dims)] } : { inputs: [counted(dims), int64(starts), int64(ends), int64(axes.map((a) => (chance.below(2) ? a : a - dims.length))), int64(steps)] };
    return { op: "Slice", ...node, dims: to, from: coordinates(to).map((at) => [0, placeOf(at.map((c, i) => picks[i][c]), dims)]) };
  },
};

export const copyCases = (seed, count) => {
  const chance = new Chance(`${seed} copies`), cases = [];
  while (cases.length < count) {
    const name = chance.pick(Object.keys(copies)), node = copies[name](chance);
    if (node.from.length === 0) continue;
    const values = node.from.map(([i, place]) => node.inputs[i].values[place]);
    const output = new Tensor(node.inputs[0].kind, node.dims, values), index = chance.below(values.length);
    const opened = node.inputs.map((x, i) => (node.from[index][0] === i ? [node.from[index][1]] : []));
    for (let i = 1; i < node.inputs.length && name !== "concat"; i++) opened[i] = [...node.inputs[i].values.keys()];
    const other = changed(output, index, Number(values[index]) + 1), turned = changed(output, -1, 0, [...node.dims, 1]);
    cases.push(
      { name: `${name}: the copied element is right`, call: judgeCall(node, output, index, opened), answer: answer(Finding.Right) },
      { name: `${name}: another value is wrong`, call: judgeCall(node, other, index, opened), answer: answer(Finding.Wrong) },
      { name: `${name}: another shape is wrong`, call: judgeCall(node, turned, index, opened), answer: answer(Finding.Wrong) },
    );
  }
  return [...cases, ...reshapings()];
};

// Operators that keep the payload: judged by the headers alone.
const reshapings = () => {
  const x = counted([2, 3, 4]), ones = counted([1, 3, 1, 4]), as = (t, dims) => new Tensor(t.kind, dims, t.values);
  const rows = [
    ["Identity", [x], {}, [2, 3, 4], [2, 12]], ["Flatten", [x], {}, [2, 12], [6, 4]], ["Flatten", [x], { axis: -1 }, [6, 4], [2, 12]], ["Flatten", [x], { axis: 3 }, [24, 1], [24]],
    ["Reshape", [x, int64([4, -1])], {}, [4, 6], [6, 4]], ["Reshape", [x, int64([0, 0, 2, 2])], {}, [2, 3, 2, 2], [2, 3, 4]], ["Reshape", [x, int64([24])], { allowzero: 1 }, [24], [24, 1]],
    ["Squeeze", [ones], {}, [3, 4], [1, 3, 4]], ["Squeeze", [ones, int64([0])], {}, [3, 1, 4], [3, 4]], ["Squeeze", [ones], { axes: [-2] }, [1, 3, 4], [3, 4], 11],
    ["Unsqueeze", [x, int64([0, -1])], {}, [1, 2, 3, 4, 1], [1, 1, 2, 3, 4]], ["Unsqueeze", [x], { axes: [1] }, [2, 1, 3, 4], [1, 2, 3, 4], 11],
  ];
  return rows.flatMap(([op, inputs, attributes, right, wrong, opset = 17]) => {
    const node = { op, inputs, attributes, opset }, opened = [[], [...(inputs[1]?.values.keys() ?? [])]];
    const call = (output) => judgeCall(node, output, 0, opened, { output: { ...output.open(0), runs: [] } });
    return [
      { name: `${op} to [${right}] is right`, call: call(as(inputs[0], right)), answer: answer(Finding.Right) },
      { name: `${op} to [${wrong}] is wrong`, call: call(as(inputs[0], wrong)), answer: answer(Finding.Wrong) },
      { name: `${op} with another payload is wrong`, call: call(changed(as(inputs[0], right), 5, 77)), answer: answer(Finding.Wrong) },
    ];
  });
};

// --- exactly rounded operators, broadcast
export const exactCases = (seed, count) => {
  const chance = new Chance(`${seed} exact`), cases = [], value = () => chance.pick([chance.unit(), 1e30, -1e-42, 0, Infinity, NaN, 3, 1 / 3]);
  while (cases.length < count) {
    const op = chance.pick(["Add", "Sub", "Mul", "Div", "Sqrt", "Relu", "Min", "Max"]), dims = Array.from({ length: 1 + chance.below(3) }, () => 1 + chance.below(4));
    const operands = op === "Sqrt" || op === "Relu" ? 1 : op === "Min" || op === "Max" ? 1 + chance.below(3) : 2;
    const shapes = Array.from({ length: operands }, (_, i) => (i === operands - 1 ? dims : dims.map((d) => (chance.below(3) ? d : 1)).slice(chance.below(dims.length))));
    const inputs = shapes.map((shape) => float(shape, Array.from({ length: size(shape) }, value)));
    const placesAt = (at) => shapes.map((shape) => placeOf(shape.map((d, i) => (d === 1 ? 0 : at[i + dims.length - shape.length])), shape));
    const expected = coordinates(dims).map((at) => {
      const bits = placesAt(at).map((p, i) => floatBits(inputs[i].values[p] === 0 ? 0 : inputs[i].values[p]));
      if (bits.length === 1 && (op === "Min" || op === "Max")) return bits[0] === 0x7fc00000 ? undefined : bits[0];
      return bits.length === 1 ? apply(op, bits[0]) : bits.slice(1).reduce((a, b) => (a === undefined ? a : apply(op, a, b)), bits[0]);
    });
    const output = float(dims, expected.map((e) => floatOf(e ?? 0x40400000))), index = chance.below(expected.length), opened = placesAt(coordinates(dims)[index]).map((p) => [p]);
    const node = { op, inputs }, known = expected[index] !== undefined, other = changed(output, index, floatOf(expected[index] === 0x7fc00000 ? 1 : (expected[index] ?? 0) ^ 1));
    cases.push(
      { name: `${op}: the value of every machine`, call: judgeCall(node, output, index, opened), answer: answer(known ? Finding.Right : Finding.Indeterminate) },
      { name: `${op}: a value one step away`, call: judgeCall(node, other, index, opened), answer: answer(known ? Finding.Wrong : Finding.Indeterminate) },
      { name: `${op}: another shape is wrong`, call: judgeCall(node, changed(output, -1, 0, [1, ...dims, 1]), index, opened), answer: answer(Finding.Wrong) },
    );
  }
  return cases;
};

// --- replicas: |a − b| · 10⁹ > tolerance · scale, in rational numbers
const exactOf = (kind, v) => {
  const value = kind === Kind.float16 ? halfOf(v) : kind === Kind.bfloat16 ? floatOf(v << 16) : v;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0), exponent = (bits >> 52n) & 0x7ffn, fraction = bits & ((1n << 52n) - 1n);
  const magnitude = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n);
  return bits >> 63n ? -magnitude : magnitude; // in units of 2⁻¹⁰⁷⁴
};
const halfOf = (w) => { const e = (w >> 10) & 31, f = w & 1023; return (w >> 15 ? -1 : 1) * (e === 0 ? f * 2 ** -24 : e === 31 ? (f ? NaN : Infinity) : (1 + f / 1024) * 2 ** (e - 15)); };
const abs = (v) => (v < 0n ? -v : v);
const worthOf = (kind, v) => (kind === Kind.float16 ? halfOf(v) : kind === Kind.bfloat16 ? floatOf(v << 16) : v);

const replicaValue = (chance, kind) => {
  if (kind === Kind.float16 || kind === Kind.bfloat16) return chance.below(1 << 16) & (chance.below(9) ? 0xffff : 0x7fff);
  if (kind === Kind.int8) return chance.below(256) - 128;
  const v = chance.pick([chance.unit(), chance.unit() * 2 ** chance.below(60), chance.unit() * 2 ** -chance.below(140), NaN, Infinity, -Infinity, 0, 1]);
  return kind === Kind.double ? v * (1 + 2 ** -40) : Math.fround(v);
};
const nearby = (chance, kind, v, scale) => {
  if (kind === Kind.int8 || kind === Kind.float16 || kind === Kind.bfloat16) return chance.below(2) ? v : replicaValue(chance, kind);
  const moved = v + chance.pick([1, -1]) * scale * chance.pick([0, 1e-9, 1e-7, 4.99e-4, 5e-4, 5.01e-4, 1]);
  return kind === Kind.double ? moved : Math.fround(moved);
};
const expectedDistance = (kind, a, b, index, tolerance, floor) => {
  if (kind === Kind.int8) return a.values[index] === b.values[index] ? Distance.Within : Distance.Apart;
  const s = exactOf(Kind.double, floatOf(a.scale)), t = exactOf(Kind.double, floatOf(b.scale)), larger = s > t ? s : t, limit = BigInt(tolerance);
  const slack = kind === Kind.double ? 240n : 0n;
  const isApart = (distance, more) => distance > (limit + more) * larger && distance - more * larger > BigInt(floor) << 1074n;
  if (isApart(abs(s - t) * 1_000_000_000n, slack)) return Distance.Apart;
  const [x, y] = [worthOf(kind, a.values[index]), worthOf(kind, b.values[index])];
  if (!Number.isFinite(x) || !Number.isFinite(y)) return Object.is(x, y) ? Distance.Within : Distance.Apart;
  return isApart(abs(exactOf(kind, a.values[index]) - exactOf(kind, b.values[index])) * 1_000_000_000n, 0n) ? Distance.Apart : Distance.Within;
};

export const replicaCases = (seed, count) => {
  const chance = new Chance(`${seed} replicas`), cases = [];
  while (cases.length < count) {
    const kind = chance.pick([Kind.float, Kind.float, Kind.float, Kind.double, Kind.float16, Kind.bfloat16, Kind.int8]), tolerance = chance.pick([0, 1, 500_000, 500_000, 500_000, 100_000_000]), floor = chance.pick([0, 0, 1, 1_000, 100_000_000]);
    const values = Array.from({ length: 6 }, () => replicaValue(chance, kind)), finite = values.map((v) => worthOf(kind, v)).filter(Number.isFinite);
    const scale = Math.max(0, ...finite.map(Math.abs)), index = chance.below(values.length);
    const moved = values.map((v) => nearby(chance, kind, v, scale)).map((v, i) => (chance.below(3) === 0 || i === index ? v : values[i]));
    const [a, b] = [new Tensor(kind, [2, 3], values), new Tensor(kind, [2, 3], moved)];
    if (kind === Kind.double && Math.max(...[a, b].map((t) => t.scale)) < 0x0d800000) continue;
    cases.push({ name: `type ${kind}, tolerance ${tolerance}, floor ${floor}`, call: compareCall(a, b, index, tolerance, floor), answer: answer(expectedDistance(kind, a, b, index, tolerance, floor)) });
  }
  return [...cases, ...lyingScales()];
};

const lyingScales = () => {
  const honest = float([3], [1, -2, 3]), small = new Tensor(Kind.float, [3], [1, -2, 3], floatBits(2.5)), large = new Tensor(Kind.float, [3], [1, -2, 3], floatBits(3.5));
  const check = (t, index) => encodeFunctionData({ abi, functionName: "isScaleFalse", args: [hex(t.digest), t.open(index), BigInt(index)] });
  const other = new Tensor(Kind.int32, [3], [1, 2, 3]), shape = float([3, 1], [1, -2, 3]);
  const sound = (t, header = t.header) => encodeFunctionData({ abi, functionName: "isUnsound", args: [hex(t.digest), hex(header)] });
  const claim = (dims, count, scale) => new Tensor(Kind.float, dims, Array.from({ length: count }, () => 1), scale);
  return [
    { name: "a scale that an element exceeds is false", call: check(small, 2), answer: answer(1) },
    { name: "another element does not show it", call: check(small, 1), answer: answer(0) },
    { name: "a true scale", call: check(honest, 2), answer: answer(0) },
    { name: "the first one's scale is false", call: compareCall(small, honest, 2, 500_000_000), answer: answer(Distance.FirstScaleFalse) },
    { name: "the second one's scale is false", call: compareCall(honest, small, 2, 500_000_000), answer: answer(Distance.SecondScaleFalse) },
    { name: "a scale stated too large lies apart itself", call: compareCall(honest, large, 0, 500_000), answer: answer(Distance.Apart) },
    { name: "another type lies apart", call: compareCall(honest, other, 0, 500_000), answer: answer(Distance.Apart) },
    { name: "another shape lies apart", call: compareCall(honest, shape, 0, 500_000), answer: answer(Distance.Apart) },
    { name: "a tolerance of more than all is refused", call: compareCall(honest, honest, 0, 1_000_000_001), answer: answer("ToleranceBeyond(uint256,uint256)") },
    { name: "a floor of more than one is refused", call: compareCall(honest, honest, 0, 500_000, 1_000_000_001), answer: answer("ToleranceBeyond(uint256,uint256)") },
    { name: "a sound header", call: sound(honest), answer: answer(0) },
    { name: "dimensions that the payload does not fill", call: sound(claim([4], 3)), answer: answer(1) },
    { name: "dimensions whose product leaves 64 bits", call: sound(claim([2 ** 40, 2 ** 40], 3)), answer: answer(1) },
    { name: "a scale that is no number", call: sound(claim([3], 3, 0x7fc00000)), answer: answer(1) },
    { name: "a header of another digest is refused", call: sound(honest, shape.header), answer: answer("HeaderMismatch(bytes32,bytes32)") },
  ];
};
