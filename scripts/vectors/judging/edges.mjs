// What random cases hardly ever reach: shapes, attributes and types that no honest execution has, and what each judge refuses.
import { encodeFunctionData } from "viem";
import { answer, compareCall, Distance, Finding, judgeCall } from "./cases.mjs";
import { abi as linkAbi } from "./links.mjs";
import { descriptor, float, H, hex, initializerLeaf, inputLeaf, int64, Kind, outputLeaf, pathOf, rootOf, Tensor, traceLeaf, u32, u8 } from "./tensors.mjs";

const size = (dims) => dims.reduce((a, b) => a * b, 1);
const counted = (dims, kind = Kind.float) => new Tensor(kind, dims, Array.from({ length: size(dims) }, (_, i) => i));
const all = (tensor) => [...tensor.values.keys()];
// Everything is opened; the output's elements too, unless it has none.
const ask = (op, inputs, output, rest = {}, change = {}) => judgeCall({ op, inputs, ...rest }, output, 0, inputs.map((x) => (x ? all(x) : [])), { output: output.open(...all(output)), ...change });
const cases = (expected, rows) => rows.map(([name, call]) => ({ name, call, answer: answer(expected) }));
const x = counted([2, 3]), one = float([1], [1]);
const liar = new Tensor(Kind.float, [7], x.values), notNode = hex(Buffer.concat([u8(0x11), descriptor({ op: "Relu", sources: [[3, 0, 0]] }).subarray(1)]));

export const copyEdges = () => [
  ...cases(Finding.Wrong, [
    ["Transpose into another type", ask("Transpose", [x], counted([3, 2], Kind.int32))],
    ["Transpose by too few axes", ask("Transpose", [x], counted([3, 2]), { attributes: { perm: [1] } })],
    ["Transpose into the same shape", ask("Transpose", [x], x)],
    ["Transpose by axes that are not there", ask("Transpose", [x], counted([3, 2]), { attributes: { perm: [1, -1] } })],
    ["an empty output where there must be one", ask("Transpose", [x], counted([0, 2]))],
    ["a header that is no tensor's", ask("Transpose", [x], liar)],
    ["Concat along an axis that is not there", ask("Concat", [x, x], counted([4, 3]), { attributes: { axis: 2 } })],
    ["Concat of shapes that do not fit", ask("Concat", [x, counted([2, 2])], counted([4, 3]), { attributes: { axis: 0 } })],
    ["Concat into too many rows", ask("Concat", [x, x], counted([5, 3]), { attributes: { axis: 0 } })],
    ["Concat of two types", ask("Concat", [x, counted([2, 3], Kind.int32)], float([4, 3], Array(12).fill(9)), { attributes: { axis: 0 } })],
    ["Gather into another shape", ask("Gather", [x, int64([1])], counted([2, 3]))],
    ["Gather along an axis that is not there", ask("Gather", [x, int64([1])], counted([1, 3]), { attributes: { axis: 2 } })],
    ["Gather of a row that is not there", ask("Gather", [x, int64([2])], counted([1, 3]))],
    ["Slice with more ends than starts", ask("Slice", [x, int64([0]), int64([1, 1])], counted([1, 3]))],
    ["Slice with more axes than starts", ask("Slice", [x, int64([0]), int64([1]), int64([0, 1])], counted([1, 3]))],
    ["Slice along an axis that is not there", ask("Slice", [x, int64([0]), int64([1]), int64([2])], counted([1, 3]))],
    ["Slice by no step", ask("Slice", [x, int64([0]), int64([1]), int64([0]), int64([0])], counted([1, 3]))],
    ["Slice into too many rows", ask("Slice", [x, int64([0]), int64([1])], counted([2, 3]))],
    ["Slice of version 9 into too many rows", ask("Slice", [x], counted([2, 3]), { opset: 9, attributes: { starts: [0], ends: [1] } })],
    ["Slice into another rank", ask("Slice", [x, int64([0]), int64([1])], counted([3]))],
    ["Identity into another shape", ask("Identity", [x], counted([3, 2]))],
    ["Flatten along an axis that is not there", ask("Flatten", [x], counted([6, 1]), { attributes: { axis: 3 } })],
    ["Reshape that copies a dimension it does not have", ask("Reshape", [x, int64([0, -1])], counted([3, 2]))],
    ["Reshape into another rank", ask("Reshape", [x, int64([6])], counted([6, 1]))],
    ["Unsqueeze by an axis twice", ask("Unsqueeze", [x, int64([0, 0])], counted([1, 1, 2, 3]))],
    ["Unsqueeze into other dimensions", ask("Unsqueeze", [x, int64([0])], counted([1, 3, 2]))],
    ["Unsqueeze by too many axes", ask("Unsqueeze", [x, int64([0, 1])], counted([1, 2, 3]))],
  ]),
  ...cases(Finding.Right, [
    ["Slice of version 9", ask("Slice", [x], float([1, 3], [3, 4, 5]), { opset: 9, attributes: { starts: [1], ends: [2] } })],
    ["Slice with steps but without axes", ask("Slice", [x, int64([-1]), int64([-100]), null, int64([-1])], float([2, 3], [3, 4, 5, 0, 1, 2]))],
  ]),
  ...cases("KindUnsupported(uint8,uint8)", [
    ["elements of 16 bytes", ask("Transpose", [new Tensor(15, [1], [1, 2])], new Tensor(15, [1], [1, 2]), {}, { output: new Tensor(15, [1], [1, 2]).open(0) })],
    ["a shape of floats", ask("Reshape", [one, float([1], [1])], one)],
  ]),
  ...cases("ParameterTooLong(uint256,uint256)", [["a shape of 65 dimensions", ask("Reshape", [one, int64(Array(65).fill(1))], one)]]),
  ...cases("OperatorUnsupported(bytes32,uint64)", [["an operator that is no copy", ask("Relu", [x], x)], ["Concat of version 1", ask("Concat", [x], x, { opset: 3, attributes: { axis: 0 } })]]),
  ...cases("AttributeType(uint8,uint8)", [["an axis that is a float", ask("Flatten", [x], counted([2, 3]), { attributes: { axis: { float: 1 } } })]]),
  ...cases("NotNode(uint8,uint8)", [["bytes that are no node", ask("Identity", [x], x, {}, { accused: { node: notNode } })]]),
  ...cases("HeaderUnsound(bytes32)", [["an input that is no tensor", ask("Identity", [liar], counted([7]))]]),
];

export const exactEdges = () => [
  ...cases(Finding.Wrong, [
    ["operands that do not broadcast", ask("Add", [counted([2]), counted([3])], counted([3]))],
    ["another type of output", ask("Relu", [x], counted([2, 3], Kind.int32))],
    ["an empty output where there must be one", ask("Relu", [x], counted([0, 3]))],
    ["a header that is no tensor's", ask("Relu", [x], liar)],
  ]),
  ...cases(Finding.Indeterminate, [["the least of one that is NaN", ask("Min", [float([1], [NaN])], one)], ["infinity by zero", ask("Div", [float([1], [Infinity]), float([1], [0])], one)]]),
  ...cases("OperatorUnsupported(bytes32,uint64)", [
    ["Add of version 6", ask("Add", [one, one], one, { opset: 6 })], ["Max of version 6", ask("Max", [one, one], one, { opset: 6 })], ["Relu of version 5", ask("Relu", [one], one, { opset: 5 })],
    ["Add of one", ask("Add", [one], one)], ["Add of one that is left out", ask("Add", [one, null], one)], ["Softmax", ask("Softmax", [one], one)],
  ]),
  ...cases("KindUnsupported(uint8,uint8)", [["integers", ask("Add", [int64([1]), int64([1])], int64([2]))]]),
  ...cases("ElementBeyond(uint256,uint256)", [["an element beyond the output", judgeCall({ op: "Relu", inputs: [one] }, one, 1, [[0]], { output: one.open(0) })]]),
];

const image = counted([1, 1, 5]), kernel = counted([1, 1, 3]), vector = counted([2]), matrix = counted([2, 2]), scalar = float([], [1]);
export const sumEdges = () => [
  ...cases(Finding.Wrong, [
    ["MatMul of a scalar", ask("MatMul", [scalar, matrix], counted([2, 2]))],
    ["MatMul of two vectors into a row", ask("MatMul", [vector, vector], one)],
    ["MatMul whose batches do not broadcast", ask("MatMul", [counted([2, 1, 2]), counted([3, 2, 1])], counted([3, 1, 1]))],
    ["MatMul of depths that do not fit", ask("MatMul", [matrix, counted([3, 2])], matrix)],
    ["Gemm of a vector", ask("Gemm", [vector, matrix], matrix)],
    ["Gemm with a C that does not stretch", ask("Gemm", [matrix, matrix, counted([3])], matrix)],
    ["Gemm of depths that do not fit", ask("Gemm", [matrix, counted([3, 2])], matrix)],
    ["Conv with a bias of another length", ask("Conv", [image, kernel, vector], counted([1, 1, 3]))],
    ["Conv with a kernel of another rank", ask("Conv", [image, counted([1, 1, 1, 3])], counted([1, 1, 3]))],
    ["Conv of groups that do not fit", ask("Conv", [image, kernel], counted([1, 1, 3]), { attributes: { group: 2 } })],
    ["Conv with too many strides", ask("Conv", [image, kernel], counted([1, 1, 3]), { attributes: { strides: [1, 1] } })],
    ["Conv with a stride of nothing", ask("Conv", [image, kernel], counted([1, 1, 3]), { attributes: { strides: [0] } })],
    ["Conv with a kernel that is too wide", ask("Conv", [image, counted([1, 1, 7])], counted([1, 1, 3]))],
    ["Conv into one too many", ask("Conv", [image, kernel], counted([1, 1, 4]))],
    ["Gemm scaled by nothing", ask("Gemm", [matrix, matrix], float([2, 2], [5, 5, 5, 5]), { attributes: { alpha: { float: 0 } } })],
    ["an empty output where there must be one", ask("MatMul", [matrix, matrix], counted([0, 2]))],
  ]),
  ...cases(Finding.Right, [
    ["MatMul of two vectors", ask("MatMul", [vector, vector], scalar)],
    ["Gemm scaled by 2⁴⁰", ask("Gemm", [matrix, matrix], float([2, 2], [2 * 2 ** 40, 0, 0, 0]), { attributes: { alpha: { float: 2 ** 40 } } })],
    ["Conv of which nothing lies inside", ask("Conv", [counted([1, 1, 1]), counted([1, 1, 1])], float([1, 1, 3], [0, 0, 0]), { attributes: { pads: [1, 1] } })],
  ]),
  ...cases(Finding.Indeterminate, [
    ["Gemm scaled by infinity", ask("Gemm", [matrix, matrix], matrix, { attributes: { alpha: { float: Infinity } } })],
    ["Gemm scaled beyond 2¹¹²", ask("Gemm", [matrix, matrix], matrix, { attributes: { alpha: { float: 2 ** 115 } } })],
  ]),
  ...cases("OperatorUnsupported(bytes32,uint64)", [
    ["Conv of three spatial dimensions", ask("Conv", [counted([1, 1, 2, 2, 2]), counted([1, 1, 1, 1, 1])], counted([1, 1, 2, 2, 2]))], ["Gemm of version 6", ask("Gemm", [matrix, matrix], matrix, { opset: 6 })],
  ]),
];

// A double beyond 32-bit floats has an infinite scale, and nothing can be said; the smallest scales say nothing either.
export const replicaEdges = () => {
  const pair = (a, b, index = 0) => compareCall(new Tensor(Kind.double, [2], a), new Tensor(Kind.double, [2], b), index, 500_000);
  return cases(Distance.Within, [["doubles beyond the scale", pair([1e300, 1], [1e200, 2], 1)], ["doubles of which both scales are tiny", pair([1e-40, 0], [1.01e-40, 0], 1)]]);
};

// Models whose one node has a source that leads nowhere.
export const linkEdges = () => [[[3, 0, 0, 1], "SourceUnsupported(uint8,uint8)"], [[1, 0, 5], "NumberBeyond(uint256,uint256)"], [[2, 9, 0], "PartBeyond(uint256,uint256)"]].map(([from, error]) => {
  const node = descriptor({ op: "Relu", sources: [from] }), digest = H(Buffer.from("output"));
  const leaves = [H(node), initializerLeaf(0, digest), inputLeaf(0, "x"), outputLeaf(0, [1, 0, 0], "y")];
  const header = Buffer.concat([u8(0x12), ...[1, 1, 1, 1].map(u32), rootOf(leaves)]), trace = [traceLeaf(0, [digest])];
  const links = { model: hex(header), nodePath: pathOf(leaves, 0).map(hex), outputs: [hex(digest)], tracePath: [], origins: [{ digests: [hex(digest)], path: [] }] };
  return { name: `a source of ${from}`, call: encodeFunctionData({ abi: linkAbi, functionName: "find", args: [links, hex(node), hex(H(header)), hex(trace[0]), [hex(digest)]] }), answer: answer(error) };
});
