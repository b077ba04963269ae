// ONNX Runtime's WebAssembly build behind the pipes of a worker: docs/referee.md. The frames are those of
// libs/Market.Onnx/Execution/WorkerFrame.cs and TensorFrame.cs; integers are little-endian.
// Started by a WorkerPool: node market-onnx-web.mjs PACKAGE serve INPUT_BYTES OUTPUT_BYTES, frames from 0 and to 3:
// what the runtime prints goes to 1 and must not be taken for a frame.
import { readFileSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [packageFolder, , inputBytes, outputBytes] = process.argv.slice(2);
const [ready, load, loaded, refused, run, completed, failed, exceeded] = [1, 2, 3, 4, 5, 6, 7, 8];
const [invalidInput, modelFailed, unsupportedOutput] = [1, 2, 3];
const [memory, outputSize] = [1, 4];
const protocol = 3, headerSize = 12, alignment = 64, mostText = 16 << 10, mostDescriptors = 1 << 20, mostTensors = 4096;
const types = {
  1: ["float32", Float32Array], 2: ["uint8", Uint8Array], 3: ["int8", Int8Array], 4: ["uint16", Uint16Array], 5: ["int16", Int16Array],
  6: ["int32", Int32Array], 7: ["int64", BigInt64Array], 8: ["string"], 9: ["bool", Uint8Array], 10: ["float16", globalThis.Float16Array ?? Uint16Array],
  11: ["float64", Float64Array], 12: ["uint32", Uint32Array], 13: ["uint64", BigUint64Array], 21: ["uint4", Uint8Array], 22: ["int4", Uint8Array],
};
const typeNumbers = Object.fromEntries(Object.entries(types).map(([number, [name]]) => [name, Number(number)]));
const anySize = 0xffffffff; // as the runtime shows a dimension without number and name
const utf8 = new TextDecoder("utf-8", { fatal: true });
const align = (n) => Math.ceil(n / alignment) * alignment;

class Failure extends Error { constructor(code, message) { super(message); this.code = code; } }

// Pipes

const read = (bytes) => {
  for (let at = 0; at < bytes.length;) {
    const count = readSync(0, bytes, at, bytes.length - at);
    if (count === 0) return false;
    at += count;
  }
  return true;
};
const write = (bytes) => { for (let at = 0; at < bytes.length;) at += writeSync(3, bytes, at, bytes.length - at); };
const send = (kind, ...parts) => {
  const header = Buffer.alloc(headerSize);
  header.writeUInt32LE(kind);
  header.writeBigInt64LE(BigInt(parts.reduce((sum, part) => sum + part.length, 0)), 4);
  [header, ...parts].forEach(write);
};
const sendCode = (kind, code, rest) => { const number = Buffer.alloc(4); number.writeInt32LE(code); send(kind, number, rest); };
const bounded = (error) => Buffer.from(String(error?.message ?? error).slice(0, 2048));
const int64 = (n) => { const b = Buffer.alloc(8); b.writeBigInt64LE(BigInt(n)); return b; };

// Tensors

const readTensors = (body) => {
  const view = new DataView(body.buffer);
  const tensors = [];
  let at = 8, offset = view.getInt32(0, true);
  for (let left = view.getInt32(4, true); left > 0; left--) {
    const nameLength = view.getInt32(at, true), name = utf8.decode(body.subarray(at + 4, at + 4 + nameLength));
    at += 4 + nameLength;
    const type = view.getInt32(at, true), rank = view.getInt32(at + 4, true), dims = [];
    at += 8;
    for (let i = 0; i < rank; i++, at += 8) dims.push(Number(view.getBigInt64(at, true)));
    const bytes = Number(view.getBigInt64(at, true));
    at += 8;
    tensors.push({ name, type, dims, data: body.subarray(offset, offset + bytes) });
    offset += align(bytes);
  }
  return tensors;
};

const strings = ({ name, dims, data }) => {
  const view = new DataView(data.buffer, data.byteOffset, data.length), count = dims.reduce((a, b) => a * b, 1), texts = [];
  for (let at = 0; texts.length < count;) {
    const length = at + 4 <= data.length ? view.getUint32(at) : Infinity;
    if (length > data.length - at - 4) throw new Failure(invalidInput, `Input '${name}' ends within string ${texts.length}.`);
    texts.push(utf8.decode(data.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return texts;
};

const toTensor = (part) => {
  const [type, Elements] = types[part.type] ?? [];
  if (!type) throw new Failure(invalidInput, `Input '${part.name}' has elements of type ${part.type}, which this runtime does not take.`);
  try {
    if (!Elements) return new ort.Tensor("string", strings(part), part.dims);
    return new ort.Tensor(type, new Elements(part.data.buffer, part.data.byteOffset, part.data.length / Elements.BYTES_PER_ELEMENT), part.dims);
  } catch (error) {
    throw new Failure(invalidInput, `Input '${part.name}' of ${part.data.length} bytes is no tensor of shape [${part.dims}]: ${error.message}`);
  }
};

const payload = ({ type, data }) => type === "string"
  ? Buffer.concat(data.flatMap((text) => { const bytes = Buffer.from(text), length = Buffer.alloc(4); length.writeUInt32BE(bytes.length); return [length, bytes]; }))
  : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

const sendTensors = (tensors) => {
  const parts = tensors.map(([name, tensor]) => ({ name: Buffer.from(name), tensor, data: payload(tensor) }));
  const total = parts.reduce((sum, part) => sum + part.data.length, 0);
  if (total > Number(outputBytes)) return sendCode(exceeded, outputSize, int64(total));
  const header = Buffer.alloc(align(8 + parts.reduce((sum, part) => sum + 20 + part.name.length + 8 * part.tensor.dims.length, 0)));
  header.writeInt32LE(header.length);
  header.writeInt32LE(parts.length, 4);
  let at = 8;
  for (const { name, tensor, data } of parts) {
    at = header.writeInt32LE(name.length, at);
    at += name.copy(header, at);
    at = header.writeInt32LE(typeNumbers[tensor.type], at);
    at = header.writeInt32LE(tensor.dims.length, at);
    for (const number of [...tensor.dims, data.length]) at = header.writeBigInt64LE(BigInt(number), at);
  }
  send(completed, header, ...parts.flatMap(({ data }) => [data, Buffer.alloc(align(data.length) - data.length)]));
};

// The model

let session;

const settingsOf = (line) => {
  const { opt, threads, ...extra } = Object.fromEntries(line.split(";").map((field) => [field.slice(0, field.indexOf("=")), field.slice(field.indexOf("=") + 1)]));
  if (threads !== "1") throw new Error(`The settings want ${threads} threads; this runtime gives the same bits everywhere with 1 only.`);
  return { executionProviders: ["wasm"], graphOptimizationLevel: { 0: "disabled", 1: "basic", 2: "extended", 99: "all" }[opt], executionMode: "sequential", extra };
};

const loadModel = async (request) => {
  const [settings, scope, ...path] = request.split("\n");
  try {
    await session?.release();
    session = undefined;
    if (scope) throw new Error("This runtime makes no traces: run the model with its values as outputs.");
    session = await ort.InferenceSession.create(new Uint8Array(readFileSync(path.join("\n"))), settingsOf(settings));
    send(loaded);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw error;
    send(refused, bounded(error));
  }
};

const checkInputs = (parts) => {
  const names = new Set(parts.map((part) => part.name));
  if (names.size !== parts.length || names.size !== session.inputNames.length || session.inputNames.some((name) => !names.has(name)))
    throw new Failure(invalidInput, `The inputs are '${[...names].join("', '")}', expected '${session.inputNames.join("', '")}'.`);
  for (const part of parts) {
    const declared = session.inputMetadata.find(({ name }) => name === part.name);
    if (!declared.isTensor || typeNumbers[declared.type] !== part.type)
      throw new Failure(invalidInput, `Input '${part.name}' has elements of type ${part.type}, expected ${declared.isTensor ? declared.type : "no tensor"}.`);
    const { shape } = declared;
    if (shape.length > 0 && (shape.length !== part.dims.length || shape.some((dim, i) => typeof dim === "number" && dim !== anySize && dim !== part.dims[i])))
      throw new Failure(invalidInput, `Input '${part.name}' has shape [${part.dims}], expected [${shape}].`);
  }
};

const runTask = async (body) => {
  try {
    const parts = readTensors(body);
    checkInputs(parts);
    const inputs = Object.fromEntries(parts.map((part) => [part.name, toTensor(part)]));
    const sparse = session.outputMetadata.find(({ isTensor }) => !isTensor);
    if (sparse) throw new Failure(unsupportedOutput, `Output '${sparse.name}' is no dense tensor.`);
    const outputs = await session.run(inputs);
    sendTensors(session.outputNames.map((name) => [name, outputs[name]]));
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw error;
    if (error instanceof Failure) sendCode(failed, error.code, bounded(error));
    else if (/Failed to allocate memory|bad_alloc|[Oo]ut of memory|Array buffer allocation/.test(error?.message)) sendCode(exceeded, memory, int64(process.memoryUsage().rss));
    else sendCode(failed, modelFailed, bounded(error));
  }
};

const ort = await import(pathToFileURL(join(packageFolder, "dist/ort.wasm.bundle.min.mjs")));
ort.env.logLevel = "fatal";
ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmBinary = readFileSync(join(packageFolder, "dist/ort-wasm-simd-threaded.wasm"));
const version = Buffer.alloc(4);
version.writeUInt32LE(protocol);
send(ready, version);
for (const header = Buffer.alloc(headerSize); read(header);) {
  const kind = header.readUInt32LE(), length = Number(header.readBigInt64LE(4));
  if (length < 0 || length > (kind === run ? Number(inputBytes) + mostDescriptors + (mostTensors + 1) * alignment : mostText)) throw new Error(`A frame of kind ${kind} has ${length} bytes.`);
  const body = new Uint8Array(length);
  if (!read(body)) break;
  if (kind === load) await loadModel(utf8.decode(body));
  else if (kind === run && session) await runTask(body);
  else throw new Error(`A frame of kind ${kind} came out of turn.`);
}
