// From the roots of a model and of a trace down to the digests of one node, over the models that the C# reader describes.
import { readFileSync } from "node:fs";
import { encodeAbiParameters, encodeFunctionData, parseAbi } from "viem";
import { answer } from "./cases.mjs";
import { H, hex, pathOf, rootOf, traceLeaf, u32 } from "./tensors.mjs";

export const abi = parseAbi([
  "function find((bytes model, bytes32[] nodePath, bytes32[] outputs, bytes32[] tracePath, (bytes32[] digests, bytes32[] path)[] origins) links, bytes descriptor, bytes32 modelRoot, bytes32 traceRoot, bytes32[] taskInputs) pure returns (bytes32, bytes32[])",
  "function checkInput(bytes model, bytes32 root, uint32 index, bytes name, bytes32[] path) pure returns (bool)",
  "function checkOutput(bytes model, bytes32 root, uint32 index, bytes8 source, bytes name, bytes32[] path) pure returns (bool)",
]);
const models = () => JSON.parse(readFileSync(new URL("../../../tests/vectors/judging/models.json", import.meta.url)));
const x = (text) => "0x" + text, other = hex(H(Buffer.from("another")));
const digestOf = (...parts) => H(...parts.map((p) => u32(p)));

// A descriptor's inputs: [up, kind, number, output] each.
const sourcesOf = (descriptor) => {
  const bytes = Buffer.from(descriptor, "hex");
  let at = 5;
  for (let i = 0; i < 2; i++) at += 1 + bytes[at];
  return Array.from({ length: bytes.readUInt16BE(at + 8) }, (_, i) => { const s = at + 10 + 8 * i; return [bytes[s], bytes[s + 1], bytes.readUInt32BE(s + 2), bytes.readUInt16BE(s + 6)]; });
};
const outputsOf = (descriptor) => { const bytes = Buffer.from(descriptor, "hex"), inputs = sourcesOf(descriptor).length; let at = 5; for (let i = 0; i < 2; i++) at += 1 + bytes[at]; return bytes.readUInt16BE(at + 10 + 8 * inputs); };

const linksOf = (model, number) => {
  const outputs = model.nodes.map(({ descriptor }, i) => Array.from({ length: outputsOf(descriptor) }, (_, j) => digestOf(1, i, j))), trace = outputs.map((d, i) => traceLeaf(i, d));
  const inputs = model.inputs.map((_, i) => digestOf(2, i)), node = model.nodes[number], found = [];
  const origins = sourcesOf(node.descriptor).map(([, kind, n, output]) => {
    found.push(hex(kind === 1 ? outputs[n][output] : kind === 2 ? Buffer.from(model.initializers[n].digest, "hex") : kind === 3 ? inputs[n] : Buffer.alloc(32)));
    if (kind === 1) return { digests: outputs[n].map(hex), path: pathOf(trace, n).map(hex) };
    return kind === 2 ? { digests: [x(model.initializers[n].digest)], path: model.initializers[n].path.map(x) } : { digests: [], path: [] };
  });
  const links = { model: x(model.header), nodePath: node.path.map(x), outputs: outputs[number].map(hex), tracePath: pathOf(trace, number).map(hex), origins };
  return { links, args: [x(node.descriptor), x(model.root), hex(rootOf(trace)), inputs.map(hex)], found: [hex(outputs[number][0]), found] };
};

export const linkCases = () => {
  const cases = [], call = (links, args) => encodeFunctionData({ abi, functionName: "find", args: [links, ...args] });
  for (const model of models()) {
    for (const number of model.nodes.keys()) {
      if (sourcesOf(model.nodes[number].descriptor).some(([up]) => up > 0)) continue;
      const { links, args, found } = linksOf(model, number);
      cases.push({ name: `${model.name}: node ${number}`, call: call(links, args), answer: encodeAbiParameters([{ type: "bytes32" }, { type: "bytes32[]" }], found) });
    }
    const root = [x(model.header), x(model.root)], name = (text) => hex(Buffer.from(text)), one = answer(1);
    model.inputs.forEach((p, i) => cases.push({ name: `${model.name}: input ${i}`, call: encodeFunctionData({ abi, functionName: "checkInput", args: [...root, i, name(p.name), p.path.map(x)] }), answer: one }));
    model.outputs.forEach((p, i) => cases.push({ name: `${model.name}: output ${i}`, call: encodeFunctionData({ abi, functionName: "checkOutput", args: [...root, i, x(p.source), name(p.name), p.path.map(x)] }), answer: one }));
  }
  return [...cases, ...refusals(models()[0], call)];
};

const refusals = (model, call) => {
  const { links, args } = linksOf(model, 0), [descriptor, root, trace, inputs] = args, [x0, w, b] = links.origins;
  const refused = (name, error, change, changedArgs = args) => ({ name, call: call({ ...links, ...change }, changedArgs), answer: answer(error) });
  const part = (functionName, ...rest) => encodeFunctionData({ abi, functionName, args: [x(model.header), root, ...rest] });
  return [
    refused("another model's root", "ModelMismatch(bytes32,bytes32)", {}, [descriptor, other, trace, inputs]),
    refused("another trace root", "TraceMismatch(bytes32,bytes32)", {}, [descriptor, root, other, inputs]),
    refused("a header that is cut", "ModelMismatch(bytes32,bytes32)", { model: links.model.slice(0, -2) }),
    refused("another node's descriptor", "PartMismatch(bytes32,bytes32)", {}, [x(model.nodes[1].descriptor), root, trace, inputs]),
    refused("a descriptor of a node beyond the model", "PartBeyond(uint256,uint256)", {}, [descriptor.slice(0, 4) + "000000ff" + descriptor.slice(12), root, trace, inputs]),
    refused("another digest of an output", "TraceMismatch(bytes32,bytes32)", { outputs: [other] }),
    refused("one output too many", "TraceMismatch(bytes32,bytes32)", { outputs: [...links.outputs, other] }),
    refused("another initializer", "PartMismatch(bytes32,bytes32)", { origins: [x0, { ...w, digests: [other] }, b] }),
    refused("an initializer's path that is too long", "PathLength(uint256,uint256)", { origins: [x0, { ...w, path: [...w.path, other] }, b] }),
    refused("an initializer without digest", "NumberBeyond(uint256,uint256)", { origins: [x0, { ...w, digests: [] }, b] }),
    refused("fewer origins than inputs", "OriginCount(uint256,uint256)", { origins: [x0, w] }),
    refused("fewer inputs of the task than the model has", "NumberBeyond(uint256,uint256)", {}, [descriptor, root, trace, []]),
    { name: "an input beyond the model", call: part("checkInput", 9, "0x", []), answer: answer("PartBeyond(uint256,uint256)") },
    { name: "an output beyond the model", call: part("checkOutput", 9, "0x0000000000000000", "0x", []), answer: answer("PartBeyond(uint256,uint256)") },
    { name: "an input of another name", call: part("checkInput", 0, "0x77", model.inputs[0].path.map(x)), answer: answer("PartMismatch(bytes32,bytes32)") },
  ];
};
