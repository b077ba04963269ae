// Writes tests/vectors/ethereum/*.json with viem and ethers: the oracles of libs/Market.Ethereum. The same run gives the same files.
import { mkdirSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import * as viem from "viem";
import { privateKeyToAccount } from "viem/accounts";
import * as ethers from "ethers";

const folder = new URL("../../tests/vectors/ethereum/", import.meta.url);
mkdirSync(folder, { recursive: true });
const write = (name, value) =>
  writeFileSync(new URL(name, folder), JSON.stringify(value, (_, v) => (typeof v === "bigint" ? v.toString() : v), 1) + "\n");

// Random bytes that are the same in every run.
let counter = 0;
const bytes = (n) => {
  let out = Buffer.alloc(0);
  while (out.length < n) out = Buffer.concat([out, createHash("sha256").update(`market ${counter++}`).digest()]);
  return out.subarray(0, n);
};
const hex = (n) => "0x" + bytes(n).toString("hex");
const below = (n) => bytes(4).readUInt32BE() % n;

// --- keys and signatures: RFC 6979 makes them the same everywhere
const keys = [
  "0x0000000000000000000000000000000000000000000000000000000000000001",
  "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140",
  ...Array.from({ length: 12 }, () => hex(32)),
];
write("signatures.json", keys.map((key) => {
  const signer = new ethers.SigningKey(key), hash = hex(32), signature = signer.sign(hash);
  const viemAddress = privateKeyToAccount(key).address;
  if (viemAddress !== ethers.computeAddress(key)) throw new Error("viem and ethers disagree");
  return { key, address: viemAddress, publicKey: signer.publicKey, compressed: signer.compressedPublicKey, hash, signature: signature.serialized };
}));

// --- RLP: nested lists of byte strings
const item = (depth) => (depth === 0 || below(3) > 0 ? hex([0, 1, 1, 2, 20, 55, 56, 300][below(8)]) : Array.from({ length: below(5) }, () => item(depth - 1)));
write("rlp.json", ["0x", "0x00", "0x7f", "0x80", [], [[]], "0x" + "61".repeat(55), "0x" + "61".repeat(56), "0x" + "61".repeat(70000), ...Array.from({ length: 40 }, () => item(4))]
  .map((value) => ({ value, rlp: ethers.encodeRlp(value) })));

// --- transactions of type 1 and 2
const accessList = () => Array.from({ length: below(3) }, () => ({ address: ethers.getAddress(hex(20)), storageKeys: Array.from({ length: below(3) }, () => hex(32)) }));
const transactions = [];
for (let i = 0; i < 30; i++) {
  const key = keys[i % keys.length];
  const common = { chainId: 1 + below(100000), nonce: below(1 << 20), gas: BigInt(21000 + below(1 << 24)), to: i % 5 === 0 ? null : ethers.getAddress(hex(20)), value: i % 3 === 0 ? 0n : BigInt(hex(1 + below(11))), data: hex(below(200)), accessList: accessList() };
  const fees = i % 2 === 0 ? { type: "eip1559", maxFeePerGas: BigInt(hex(6)), maxPriorityFeePerGas: BigInt(below(1 << 30)) } : { type: "eip2930", gasPrice: BigInt(hex(6)) };
  const account = privateKeyToAccount(key);
  const raw = await account.signTransaction({ ...common, ...fees, to: common.to ?? undefined });
  const parsed = ethers.Transaction.from(raw);
  if (parsed.from !== account.address) throw new Error("viem and ethers disagree on a transaction's sender");
  transactions.push({ key, ...common, ...fees, raw, hash: parsed.hash, signingHash: parsed.unsignedHash });
}
write("transactions.json", transactions);

// --- ABI: random types, nested
const leaves = ["bool", "address", "bytes", "string", ...[8, 24, 64, 128, 256].flatMap((n) => [`uint${n}`, `int${n}`]), ...[1, 4, 20, 32].map((n) => `bytes${n}`)];
const type = (depth) => {
  const kind = depth === 0 ? 0 : below(4);
  if (kind < 2) return { type: leaves[below(leaves.length)] };
  if (kind === 2) { const t = type(depth - 1); return { ...t, type: t.type + ["[]", "[2]", "[3]"][below(3)] }; }
  return { type: "tuple", components: Array.from({ length: 1 + below(3) }, (_, i) => ({ name: `m${i}`, ...type(depth - 1) })) };
};
const texts = ["", "a", "grüße", "𝔘𝔫𝔦", "x".repeat(31), "y".repeat(32), "z".repeat(33)];
const value = (t) => {
  const array = t.type.match(/^(.*)\[(\d*)\]$/);
  if (array) return Array.from({ length: array[2] === "" ? below(4) : Number(array[2]) }, () => value({ ...t, type: array[1] }));
  if (t.type === "tuple") return t.components.map(value);
  if (t.type === "bool") return below(2) === 1;
  if (t.type === "address") return ethers.getAddress(hex(20));
  if (t.type === "string") return texts[below(texts.length)];
  if (t.type === "bytes") return hex([0, 1, 31, 32, 33, 100][below(6)]);
  const n = Number(t.type.replace(/\D/g, ""));
  if (t.type.startsWith("bytes")) return hex(n);
  const unsigned = [0n, 1n, (1n << BigInt(n)) - 1n, BigInt(hex(n / 8))][below(4)];
  return t.type.startsWith("uint") ? unsigned : BigInt.asIntN(n, unsigned);
};
const coder = ethers.AbiCoder.defaultAbiCoder();
const toText = (t) => (t.type.startsWith("tuple") ? t.components.map(toText).join(",").replace(/^(.*)$/s, "($1)") + t.type.slice(5) : t.type);
// viem wants named members as objects; ethers takes them in order.
const named = (t, v) => {
  const array = t.type.match(/^(.*)\[\d*\]$/);
  if (array) return v.map((e) => named({ ...t, type: array[1] }, e));
  return t.type === "tuple" ? Object.fromEntries(t.components.map((c, i) => [c.name, named(c, v[i])])) : v;
};
const narrow = (t, v) => {
  const array = t.type.match(/^(.*)\[\d*\]$/);
  if (array) return v.map((e) => narrow({ ...t, type: array[1] }, e));
  if (t.type === "tuple") return Object.fromEntries(t.components.map((c) => [c.name, narrow(c, v[c.name])]));
  return /^u?int(8|16|24|32|40|48)$/.test(t.type) ? Number(v) : v;
};
write("abi.json", Array.from({ length: 150 }, () => {
  const types = Array.from({ length: 1 + below(4) }, () => type(3)), values = types.map(value);
  const encoded = coder.encode(types.map(toText), values);
  const byViem = viem.encodeAbiParameters(types, types.map((t, i) => narrow(t, named(t, values[i]))));
  if (byViem !== encoded) throw new Error(`viem and ethers disagree on ${types.map(toText)}`);
  return { types, values, encoded };
}));
const abi = viem.parseAbi([
  "struct Point { uint64 x; int32 y; bytes note; }",
  "function post(Point p, bytes32[] roots, (address who, string why)[2] pair) returns (bool)",
  "event Posted(bytes32 indexed id, string indexed title, Point p, uint256 amount)",
  "error TooLittle(uint256 found, uint256 expected)",
]);
const point = { x: 7n, y: -5, note: "0x0102" }, pair = [{ who: ethers.getAddress(hex(20)), why: "first" }, { who: ethers.getAddress(hex(20)), why: "" }], roots = [hex(32), hex(32)];
const logData = coder.encode(["(uint64,int32,bytes)", "uint256"], [[7, -5, "0x0102"], 99]);
write("contract.json", {
  abi,
  call: { point, roots, pair, data: viem.encodeFunctionData({ abi, functionName: "post", args: [point, roots, pair] }) },
  event: { topics: viem.encodeEventTopics({ abi, eventName: "Posted", args: { id: roots[0], title: "T" } }), data: logData },
  error: viem.encodeErrorResult({ abi, errorName: "TooLittle", args: [3n, 5n] }),
  reason: "0x08c379a0" + coder.encode(["string"], ["no money"]).slice(2),
  panic: "0x4e487b71" + coder.encode(["uint256"], [17]).slice(2),
});

// --- EIP-191 and EIP-712
const signer = privateKeyToAccount(keys[3]);
write("messages.json", await Promise.all(["", "hello", "grüße 𝔘", "x".repeat(1000)].map(async (message) => ({ key: keys[3], message, hash: viem.hashMessage(message), signature: await signer.signMessage({ message }) }))));
const mail = {
  domain: { name: "Ether Mail", version: "1", chainId: 1, verifyingContract: "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC" },
  types: { Person: [{ name: "name", type: "string" }, { name: "wallet", type: "address" }], Mail: [{ name: "from", type: "Person" }, { name: "to", type: "Person" }, { name: "contents", type: "string" }] },
  primaryType: "Mail",
  message: { from: { name: "Cow", wallet: "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826" }, to: { name: "Bob", wallet: "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB" }, contents: "Hello, Bob!" },
};
const order = {
  domain: { name: "Market", version: "1", chainId: 31337, verifyingContract: ethers.getAddress(hex(20)), salt: hex(32) },
  types: { Item: [{ name: "id", type: "bytes32" }, { name: "tags", type: "string[]" }, { name: "raw", type: "bytes" }], Order: [{ name: "items", type: "Item[]" }, { name: "grid", type: "uint16[2][]" }, { name: "delta", type: "int256" }, { name: "open", type: "bool" }, { name: "short", type: "bytes4" }] },
  primaryType: "Order",
  message: { items: [{ id: hex(32), tags: ["a", "grüße"], raw: "0x" }, { id: hex(32), tags: [], raw: "0x010203" }], grid: [[1, 2], [3, 65535]], delta: -3n, open: true, short: "0xdeadbeef" },
};
const permit = {
  domain: { name: "Market Token", version: "1", chainId: 31337, verifyingContract: ethers.getAddress(hex(20)) },
  types: { Permit: [{ name: "owner", type: "address" }, { name: "spender", type: "address" }, { name: "value", type: "uint256" }, { name: "nonce", type: "uint256" }, { name: "deadline", type: "uint256" }] },
  primaryType: "Permit",
  message: { owner: signer.address, spender: ethers.getAddress(hex(20)), value: 10n ** 18n, nonce: 0n, deadline: (1n << 256n) - 1n },
};
const domainTypes = { name: "string", version: "string", chainId: "uint256", verifyingContract: "address", salt: "bytes32" };
write("typed-data.json", await Promise.all([mail, order, permit].map(async (data) => {
  const hash = viem.hashTypedData(data);
  if (hash !== ethers.TypedDataEncoder.hash(data.domain, data.types, data.message)) throw new Error("viem and ethers disagree on typed data");
  const EIP712Domain = Object.keys(domainTypes).filter((k) => k in data.domain).map((name) => ({ name, type: domainTypes[name] }));
  return { document: { ...data, types: { EIP712Domain, ...data.types } }, key: keys[3], hash, signature: await signer.signTypedData(data) };
})));

// --- keystore: ethers writes scrypt; the pbkdf2 file is the one of the Web3 Secret Storage definition
const salt = bytes(32), iv = bytes(16), uuid = bytes(16);
write("keystores.json", [
  { password: "correct horse", key: keys[4], file: JSON.parse(ethers.encryptKeystoreJsonSync({ address: ethers.computeAddress(keys[4]), privateKey: keys[4] }, "correct horse", { scrypt: { N: 1024, r: 8, p: 1 }, salt, iv, uuid })) },
  { password: "pässwörd", key: keys[5], file: JSON.parse(ethers.encryptKeystoreJsonSync({ address: ethers.computeAddress(keys[5]), privateKey: keys[5] }, "pässwörd", { scrypt: { N: 2048, r: 8, p: 1 }, salt, iv, uuid })) },
  {
    password: "testpassword", key: "0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d",
    file: { crypto: { cipher: "aes-128-ctr", cipherparams: { iv: "6087dab2f9fdbbfaddc31a909735c1e6" }, ciphertext: "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46", kdf: "pbkdf2", kdfparams: { c: 262144, dklen: 32, prf: "hmac-sha256", salt: "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd" }, mac: "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2" }, id: "3198bc9c-6672-5ab3-d995-4942343ae5b6", version: 3 },
  },
]);
