// A job of which a contract can judge an execution: a model of one operator, the same inputs in every task, and a provider's claim.
import { encodeFunctionData } from "viem";
import { descriptor, H, hex, initializerLeaf, inputLeaf, outputLeaf, pathOf, rootOf, traceLeaf, u16, u32, u8 } from "../../scripts/vectors/judging/tensors.mjs";

const source = [1, 0, 0], name = Buffer.from("y"), text = (bytes) => Buffer.concat([u32(bytes.length), bytes]);
const hexes = (list) => list.map(hex), ofNode = "0x0001000000000000";

export class ProvableJob {
  // `inputs` are the task's, then come the model's own `weights`; `output` is what the provider claims.
  constructor({ op, attributes, inputs, weights = [], output, tasks = 24, judge }) {
    Object.assign(this, { inputs, weights, output, tasks, judge });
    const sources = [...inputs.map((_, i) => [3, i, 0]), ...weights.map((_, i) => [2, i, 0])];
    this.node = descriptor({ op, attributes, sources });
    this.parts = [H(this.node), ...weights.map((w, i) => initializerLeaf(i, w.digest)), ...inputs.map((_, i) => inputLeaf(i, `x${i}`)), outputLeaf(0, source, "y")];
    this.model = Buffer.concat([u8(0x12), u32(1), u32(weights.length), u32(inputs.length), u32(1), rootOf(this.parts)]);
    this.inputLeaves = Array.from({ length: tasks }, (_, i) => H(u8(0x16), u32(i), u16(inputs.length), ...inputs.map((x) => x.digest)));
    this.head = Buffer.concat([u8(0x15), u8(1), H(Buffer.from("manifest")), H(this.model), rootOf(this.inputLeaves), u32(100_000), u32(500_000), u32(1_000)]);
    this.bundle = hex(H(this.head));
    this.outputs = H(u8(6), text(name), output.digest);
    this.results = Array.from({ length: tasks }, (_, i) => H(u8(0x0a), u32(i), u8(0), this.outputs));
    this.root = hex(rootOf(this.results));
    this.trace = traceLeaf(0, [output.digest]);
  }

  claim(task) { return { bundle: this.bundle, task, tasks: this.tasks, outputs: hex(this.outputs), trace: hex(this.trace) }; }

  // The arguments of answerTrace after spec and point.
  answer(task) { return [0, hex(this.outputs), hexes(pathOf(this.results, task)), hex(this.trace)]; }

  // `opened` says which elements of each input and weight are opened.
  judgement(abi, task, index, opened) {
    const inputs = [...this.inputs, ...this.weights].map((x, i) => x.open(...opened[i]));
    const origins = [...this.inputs.map(() => ({ digests: [], path: [] })), ...this.weights.map((w, i) => ({ digests: [hex(w.digest)], path: hexes(pathOf(this.parts, 1 + i)) }))];
    const links = { model: hex(this.model), nodePath: hexes(pathOf(this.parts, 0)), outputs: [hex(this.output.digest)], tracePath: [], origins };
    return encodeFunctionData({ abi, functionName: "judgeOperator", args: [this.claim(task), {
      head: hex(this.head), links, node: hex(this.node), task: { digests: this.inputs.map((x) => hex(x.digest)), path: hexes(pathOf(this.inputLeaves, task)) },
      judge: this.judge, output: this.output.open(index), inputs, index: BigInt(index),
    }] });
  }

  // That what was committed to is not `shown`, the value that the answered trace ends in.
  comparison(abi, task, shown, index) {
    const trace = traceLeaf(0, [shown.digest]);
    return encodeFunctionData({ abi, functionName: "judgeOutput", args: [{ ...this.claim(task), trace: hex(trace) }, {
      head: hex(this.head), model: hex(this.model), number: 0, source: ofNode, name: hex(name), modelPath: hexes(pathOf(this.parts, this.parts.length - 1)),
      origin: { digests: [hex(shown.digest)], path: [] }, task: { digests: [], path: [] }, place: 0, count: 1, committed: hex(this.output.digest), resultPath: [],
      first: this.output.open(index), second: shown.open(index), index: BigInt(index),
    }] });
  }
}
