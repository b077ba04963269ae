// Elements of MatMul, Gemm and Conv as machines compute them, and as they do not: judged against the bound in exact rational numbers.
import { Chance } from "./chance.mjs";
import { answer, Finding, judgeCall } from "./cases.mjs";
import { float, floatBits, floatOf, int64, Tensor } from "./tensors.mjs";

const size = (dims) => dims.reduce((a, b) => a * b, 1);
const fround = Math.fround;

// A float as an integer, in units of 2⁻¹⁴⁹.
const exact = (value) => {
  const bits = floatBits(value), exponent = (bits >>> 23) & 255, fraction = BigInt(bits & 0x7fffff);
  const magnitude = exponent === 0 ? fraction : (fraction | 0x800000n) << BigInt(exponent - 1);
  return bits >>> 31 ? -magnitude : magnitude;
};
const abs = (v) => (v < 0n ? -v : v);

// Terms [a, b] in any order and association, each product and each sum rounded: an honest machine.
const honest = (chance, { terms, alpha = 1, beta, c }) => {
  let parts = chance.shuffle(terms).map(([a, b]) => fround(a * b));
  if (parts.length === 0) parts = [0];
  while (parts.length > 1) {
    const i = chance.below(parts.length - 1);
    parts.splice(i, 2, fround(parts[i] + parts[i + 1]));
  }
  const scaled = fround(alpha * parts[0]);
  return c === undefined ? scaled : fround(scaled + fround(beta * c));
};

// What can be said of a claim, with the bound as an exact fraction; undefined within a millionth of the bound.
const expected = (claim, { terms, alpha = 1, beta, c, roundings }) => {
  if (!Number.isFinite(claim)) return Finding.Wrong;
  // Units of 2⁻⁴⁴⁷: three floats multiplied.
  const one = 1n << 149n, products = terms.map(([a, b]) => exact(a) * exact(b) * exact(alpha));
  if (c !== undefined) products.push(exact(beta) * exact(c) * one);
  const n = BigInt(roundings), total = products.reduce((a, b) => a + b, 0n), magnitude = products.reduce((a, b) => a + abs(b), 0n);
  const difference = abs(exact(claim) * one * one - total) * ((1n << 24n) - n) * 1_000_000n, bound = n * magnitude;
  return difference > bound * 1_000_001n ? Finding.Wrong : difference < bound * 999_999n ? Finding.Right : undefined;
};

const values = (chance, dims) => float(dims, Array.from({ length: size(dims) }, () => fround(chance.unit() * chance.pick([1, 1, 100, 0.01]))));

const builders = {
  matMul(chance) {
    const [m, k, n] = [1 + chance.below(4), 8 + chance.below(24), 1 + chance.below(4)], kind = chance.below(4);
    const [left, right] = kind === 0 ? [[k], [k, n]] : kind === 1 ? [[m, k], [k]] : kind === 2 ? [[2, 1, m, k], [3, k, n]] : [[m, k], [k, n]];
    const [a, b] = [values(chance, left), values(chance, right)], dims = kind === 0 ? [n] : kind === 1 ? [m] : kind === 2 ? [2, 3, m, n] : [m, n];
    const index = chance.below(size(dims)), row = kind === 0 ? 0 : kind === 1 ? index : Math.floor(index / n) % m, column = kind === 1 ? 0 : index % n;
    const batch = kind === 2 ? Math.floor(index / (m * n)) : 0, columns = kind === 1 ? 1 : n;
    const placesA = Array.from({ length: k }, (_, t) => (Math.floor(batch / 3) * m + row) * k + t), placesB = placesA.map((_, t) => ((batch % 3) * k + t) * columns + column);
    return { node: { op: "MatMul", inputs: [a, b] }, dims, index, opened: [placesA, placesB], terms: placesA.map((p, t) => [a.values[p], b.values[placesB[t]]]), roundings: k };
  },
  gemm(chance) {
    const [m, k, n] = [1 + chance.below(4), 8 + chance.below(24), 1 + chance.below(4)], [transA, transB] = [chance.below(2), chance.below(2)];
    const a = values(chance, transA ? [k, m] : [m, k]), b = values(chance, transB ? [n, k] : [k, n]), shape = chance.pick([undefined, [n], [1, n], [m, 1], [m, n], [], [1]]);
    const alpha = chance.pick([1, 1, fround(0.3), -7]), beta = chance.pick([1, 1, 0.5, 0]), index = chance.below(m * n), [i, j] = [Math.floor(index / n), index % n];
    const placesA = Array.from({ length: k }, (_, t) => (transA ? t * m + i : i * k + t)), placesB = placesA.map((_, t) => (transB ? j * k + t : t * n + j));
    const third = shape && values(chance, shape), at = shape && (shape.length === 2 ? (shape[0] === 1 ? 0 : i) * shape[1] + (shape[1] === 1 ? 0 : j) : size(shape) === 1 ? 0 : j);
    const hasC = third && beta !== 0;
    return {
      node: { op: "Gemm", attributes: { ...(transA && { transA }), ...(transB && { transB }), alpha: { float: alpha }, beta: { float: beta } }, inputs: third ? [a, b, third] : [a, b] },
      dims: [m, n], index, opened: [placesA, placesB, third ? [at] : []], terms: placesA.map((p, t) => [a.values[p], b.values[placesB[t]]]), alpha,
      ...(hasC && { beta, c: third.values[at] }), roundings: k + 1 + (hasC ? 2 : 0),
    };
  },
  conv(chance) {
    const flat = chance.below(3) === 0, group = 1 + chance.below(2), channels = 1 + chance.below(3), per = 1 + chance.below(2), batch = 1 + chance.below(2);
    const pick = (list) => (flat ? [chance.pick(list)] : [chance.pick(list), chance.pick(list)]);
    const extent = pick([5, 6, 7]), kernel = pick([1, 2, 3]), strides = pick([1, 2]), dilations = pick([1, 2]), begin = pick([0, 1, 2]), end = pick([0, 1]);
    const x = values(chance, [batch, channels * group, ...extent]), w = values(chance, [per * group, channels, ...kernel]);
    const out = extent.map((d, i) => Math.floor((d + begin[i] + end[i] - dilations[i] * (kernel[i] - 1) - 1) / strides[i]) + 1);
    const dims = [batch, per * group, ...out], index = chance.below(size(dims)), bias = chance.below(2) ? values(chance, [per * group]) : undefined;
    const [H, W] = flat ? [1, extent[0]] : extent, [kh, kw] = flat ? [1, kernel[0]] : kernel, two = (list, absent) => (flat ? [absent, list[0]] : list);
    const [sy, sx] = two(strides, 1), [dy, dx] = two(dilations, 1), [py, px] = two(begin, 0), ow = out.at(-1), oh = flat ? 1 : out[0];
    const column = index % ow, row = Math.floor(index / ow) % oh, map = Math.floor(index / (ow * oh)) % (per * group), image = Math.floor(index / (ow * oh * per * group));
    const placesX = [], placesW = [];
    let clipped = false;
    for (let c = 0; c < channels; c++) for (let i = 0; i < kh; i++) for (let j = 0; j < kw; j++) {
      const [r, s] = [row * sy - py + i * dy, column * sx - px + j * dx];
      if (r < 0 || r >= H || s < 0 || s >= W) { clipped = true; continue; }
      placesX.push(((image * channels * group + Math.floor(map / per) * channels + c) * H + r) * W + s);
      placesW.push(((map * channels + c) * kh + i) * kw + j);
    }
    return {
      node: { op: "Conv", attributes: { group, strides, dilations, pads: [...begin, ...end], kernel_shape: kernel }, inputs: bias ? [x, w, bias] : [x, w] }, dims, index,
      opened: [placesX, clipped ? [...w.values.keys()] : placesW, bias ? [map] : []], terms: placesX.map((p, t) => [x.values[p], w.values[placesW[t]]]),
      ...(bias && { beta: 1, c: bias.values[map] }), roundings: placesX.length + (bias ? 2 : 0),
    };
  },
};

const claimed = ({ dims, index }, value) => float(dims, Array.from({ length: size(dims) }, (_, i) => (i === index ? value : 0)));

export const sumCases = (seed, count) => {
  const chance = new Chance(`${seed} sums`), cases = [];
  while (cases.length < count) {
    const name = chance.pick(Object.keys(builders)), sum = builders[name](chance), { node, index, opened } = sum;
    const call = (value, dims = sum.dims) => judgeCall(node, claimed({ dims, index }, value), index, opened);
    const true_ = honest(chance, sum), magnitude = sum.terms.reduce((t, [a, b]) => t + Math.abs(a * b * (sum.alpha ?? 1)), Math.abs((sum.beta ?? 0) * (sum.c ?? 0)));
    cases.push({ name: `${name}: an honest machine's sum is right`, call: call(true_), answer: answer(Finding.Right) });
    for (const factor of [0.7, 0.95, 1.05, 1.5, 1e4]) {
      const claim = fround(true_ + chance.pick([1, -1]) * factor * sum.roundings * 2 ** -24 * magnitude), finding = expected(claim, sum);
      if (finding !== undefined) cases.push({ name: `${name}: ${finding === Finding.Wrong ? "beyond" : "within"} the bound`, call: call(claim), answer: answer(finding) });
    }
    if (sum.dims[0] > 1) cases.push({ name: `${name}: another shape is wrong`, call: call(true_, [sum.dims[0] + 1, ...sum.dims.slice(1)]), answer: answer(Finding.Wrong) });
    cases.push({ name: `${name}: infinity without reason is wrong`, call: call(Infinity), answer: answer(Finding.Wrong) });
  }
  return [...cases, ...limits()];
};

// Where nothing can be said, and what is refused.
const limits = () => {
  const dot = (a, b, y, change) => {
    const [k, inputs] = [a.length, [float([1, a.length], a), float([b.length, 1], b)]];
    return judgeCall({ op: "MatMul", inputs }, float([1, 1], [y]), 0, [[...Array(k).keys()], [...Array(k).keys()]], change);
  };
  const conv = (attributes, w, y = 0) => {
    const inputs = [float([1, 1, 3], [1, 2, 3]), float([1, 1, 2], w)];
    return judgeCall({ op: "Conv", attributes, inputs }, float([1, 1, 4], [y, 0, 0, 0]), 0, [[0], [0]]);
  };
  const many = Array(65_537).fill(1), long = [float([1, many.length], many), float([many.length, 1], many)];
  const whole = { op: "MatMul", inputs: [new Tensor(6, [1, 1], [1]), new Tensor(6, [1, 1], [1])] };
  return [
    { name: "an operand that is infinite says nothing", call: dot([Infinity, 1], [1, 1], 5), answer: answer(Finding.Indeterminate) },
    { name: "an operand that is NaN says nothing", call: dot([NaN, 1], [1, 1], 5), answer: answer(Finding.Indeterminate) },
    { name: "operands near the end of 32-bit floats say nothing", call: dot([3e38, -3e38], [1, 1], 5), answer: answer(Finding.Indeterminate) },
    { name: "operands of 2⁴⁷ say nothing", call: dot([2 ** 47, 1], [1, 1], 5), answer: answer(Finding.Indeterminate) },
    { name: "large sums below that are judged", call: dot([1e14, -1e14], [1, 1], 1e14), answer: answer(Finding.Wrong) },
    { name: "sums of denormal products are not wrong", call: dot([1e-30, 1e-30], [1e-15, 1e-15], 0), answer: answer(Finding.Right) },
    { name: "nor is a denormal result that is one step off", call: dot([1e-22], [1e-22], floatOf(8)), answer: answer(Finding.Right) },
    { name: "a small sum that is off by far is wrong", call: dot([1e-10, 1e-10], [1e-10, 1e-10], 3e-20), answer: answer(Finding.Wrong) },
    { name: "a kernel's infinity on the padding says nothing", call: conv({ pads: [1, 1] }, [Infinity, 1], 7), answer: answer(Finding.Indeterminate) },
    { name: "a kernel on the padding is judged", call: conv({ pads: [1, 1] }, [1, 1], 7), answer: answer(Finding.Wrong) },
    { name: "padding that the runtime works out is refused", call: conv({ auto_pad: "SAME_UPPER" }, [1, 1]), answer: answer("AttributeUnsupported(bytes32,bytes32)") },
    { name: "negative padding is refused", call: conv({ pads: [-1, 1] }, [1, 1]), answer: answer("AttributeUnsupported(bytes32,bytes32)") },
    { name: "integers are refused", call: judgeCall(whole, float([1, 1], [1]), 0, [[0], [0]]), answer: answer("KindUnsupported(uint8,uint8)") },
    { name: "another type of output is wrong", call: judgeCall({ op: "MatMul", inputs: [float([1, 1], [1]), float([1, 1], [1])] }, new Tensor(6, [1, 1], [1]), 0, [[0], [0]]), answer: answer(Finding.Wrong) },
    { name: "an operator of another judge is refused", call: judgeCall({ op: "Add", inputs: [float([1], [1]), float([1], [1])] }, float([1], [2]), 0, [[0], [0]]), answer: answer("OperatorUnsupported(bytes32,uint64)") },
    { name: "an operator of another domain is refused", call: judgeCall({ op: "MatMul", domain: "com.microsoft", inputs: [float([1, 1], [1]), float([1, 1], [1])] }, float([1, 1], [1]), 0, [[0], [0]]), answer: answer("OperatorUnsupported(bytes32,uint64)") },
    { name: "fewer openings than inputs are refused", call: dot([1], [1], 1, { inputs: [] }), answer: answer("InputCount(uint256,uint256)") },
    { name: "fewer digests than inputs are refused", call: dot([1], [1], 1, { accused: { inputs: [] } }), answer: answer("InputCount(uint256,uint256)") },
    { name: "more terms than a contract adds up are refused", call: judgeCall({ op: "MatMul", inputs: long }, float([1, 1], [1]), 0, [[0], [0]]), answer: answer("TermsTooMany(uint256,uint256)") },
    { name: "an element that is not opened is refused", call: judgeCall({ op: "Gemm", inputs: [float([1, 600], Array(600).fill(1)), float([600, 1], Array(600).fill(1))] }, float([1, 1], [600]), 0, [[0], [0, 599]]), answer: answer("ElementNotOpened(uint256,uint256)") },
    { name: "a shape of integers too long is refused by the copies' judge only", call: judgeCall({ op: "Reshape", inputs: [float([1], [1]), int64([1])] }, float([1], [1]), 0, [[0], [0]]), answer: answer("OperatorUnsupported(bytes32,uint64)") },
  ];
};
