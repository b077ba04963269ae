// Openings of tensors of one to nine chunks, whole and broken in every way.
import { encodeFunctionData } from "viem";
import { Chance } from "./chance.mjs";
import { abi, answer } from "./cases.mjs";
import { CHUNK, float, H, hex, Kind, Tensor } from "./tensors.mjs";

const ask = (digest, opening, index) => encodeFunctionData({ abi, functionName: "isScaleFalse", args: [hex(digest), opening, BigInt(index)] });
const tensor = (chance, bytes) => float([bytes / 4], Array.from({ length: bytes / 4 }, () => chance.unit()));
const flip = (text, at) => text.slice(0, at) + ((parseInt(text[at], 16) ^ 1).toString(16)) + text.slice(at + 1);
const other = hex(H(Buffer.from("another")));

export const openingCases = (seed) => {
  const chance = new Chance(`${seed} openings`), cases = [];
  for (const bytes of [4, 2044, 2048, 2052, 3 * CHUNK, 5 * CHUNK + 8, 9 * CHUNK]) {
    const t = tensor(chance, bytes), places = [0, bytes / 4 - 1, chance.below(bytes / 4)];
    for (const place of places) cases.push({ name: `element ${place} of ${bytes / 4}`, call: ask(t.digest, t.open(place), place), answer: answer(0) });
    const runs = t.open(places[0], places[2], places[1]);
    cases.push({ name: `chunks of ${bytes} bytes at once`, call: ask(t.digest, runs, places[2]), answer: answer(0) });
  }
  const t = tensor(chance, 5 * CHUNK + 8), place = 2 * 512 + 7, good = t.open(place), [run] = good.runs;
  const with_ = (change) => ({ ...good, runs: [{ ...run, ...change }] });
  const refused = (name, opening, error, index = place, digest = t.digest) => cases.push({ name, call: ask(digest, opening, index), answer: answer(error) });
  refused("a path without its end", with_({ path: run.path.slice(0, -1) }), "PathLength(uint256,uint256)");
  refused("a path that goes on", with_({ path: [...run.path, other] }), "PathLength(uint256,uint256)");
  refused("a path with another sibling", with_({ path: [other, ...run.path.slice(1)] }), "ChunksMismatch(bytes32,bytes32)");
  refused("another chunk's number", with_({ first: 3n }), "ChunksMismatch(bytes32,bytes32)");
  refused("a number beyond the tensor", with_({ first: 6n }), "PlaceBeyondTree(uint256,uint256)");
  refused("a number near the end of 64 bits", with_({ first: 2n ** 64n - 1n }), "PlaceBeyondTree(uint256,uint256)");
  refused("chunks beyond the end of 64 bits", with_({ first: 2n ** 64n - 1n, data: run.data + run.data.slice(2) }), "PlaceBeyondTree(uint256,uint256)");
  refused("a changed byte", with_({ data: flip(run.data, 100) }), "ChunksMismatch(bytes32,bytes32)");
  refused("a chunk that is cut", with_({ data: run.data.slice(0, -8) }), "RunEnd(uint256,uint256)");
  refused("a chunk that goes on", with_({ data: run.data + "00000000" }), "RunEnd(uint256,uint256)");
  refused("no bytes", with_({ data: "0x" }), "RunEnd(uint256,uint256)");
  refused("an element of another chunk", good, "ElementNotOpened(uint256,uint256)", 0);
  refused("an element beyond the tensor", good, "ElementBeyond(uint256,uint256)", t.values.length);
  refused("another tensor's header", { ...good, header: hex(tensor(chance, 8).header) }, "HeaderMismatch(bytes32,bytes32)");
  refused("another tensor's chunk", { ...good, runs: tensor(chance, 5 * CHUNK + 8).open(place).runs }, "ChunksMismatch(bytes32,bytes32)");
  refused("more chunks than a contract reads", ((big) => ({ ...big.open(...Array.from({ length: 33 }, (_, i) => i * 512)) }))(tensor(new Chance("big"), 33 * CHUNK)), "ChunksTooMany(uint256,uint256)", 0, tensor(new Chance("big"), 33 * CHUNK).digest);

  // Headers that were committed to and are no tensor's: whoever committed is wrong, and nothing is opened.
  const unsound = (name, header) => {
    cases.push({ name: `${name} is unsound`, call: encodeFunctionData({ abi, functionName: "isUnsound", args: [hex(H(header)), hex(header)] }), answer: answer(1) });
    refused(`${name} opens nothing`, { ...good, header: hex(header) }, "HeaderUnsound(bytes32)", place, H(header));
  };
  const edited = (at, value) => { const header = Buffer.from(t.header); header[at] = value; return header; };
  unsound("another domain byte", edited(0, 6));
  unsound("another rank", edited(2, 2));
  unsound("a rank beyond all", Buffer.concat([edited(2, 200)]));
  unsound("type 0", edited(1, 0));
  unsound("type 24", edited(1, 24));
  unsound("a type of other width", edited(1, Kind.double));
  unsound("integers with a scale", edited(1, Kind.int32));
  unsound("a header that is cut", t.header.subarray(0, -1));
  unsound("a header that goes on", Buffer.concat([t.header, Buffer.alloc(8)]));
  unsound("no header", Buffer.alloc(0));
  const text = new Tensor(Kind.uint8, [8], [0, 0, 0, 0, 0, 0, 0, 0]).header;
  text[1] = Kind.string;
  unsound("strings shorter than their lengths", text);
  return cases;
};
