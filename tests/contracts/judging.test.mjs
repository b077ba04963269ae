// The judging contracts through real calls and transactions: random cases beside the published ones, and what each judgement costs.
// The gas table is tests/contracts/judging-gas.json; a change of more than one per cent fails. To accept a change: UPDATE_GAS=1.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import test, { after, before } from "node:test";
import hre from "hardhat";
import { createPublicClient, createWalletClient, custom, defineChain, toHex } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { files } from "../../scripts/vectors/judging.mjs";
import { compareCall, copyCases, Distance, exactCases, Finding, judgeCall, replicaCases } from "../../scripts/vectors/judging/cases.mjs";
import { sumCases } from "../../scripts/vectors/judging/sums.mjs";
import { float, int64 } from "../../scripts/vectors/judging/tensors.mjs";
import { Chance } from "../../scripts/vectors/judging/chance.mjs";

const gasFile = new URL("./judging-gas.json", import.meta.url);
const local = defineChain({ id: 31337, name: "hardhat", nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 }, rpcUrls: { default: { http: [] } } });
const table = {}, judges = {};
let connection, client, wallet;

before(async () => {
  connection = await hre.network.create({ network: "default", override: { chainId: 31337 } });
  const account = privateKeyToAccount(generatePrivateKey()), transport = custom(connection.provider);
  client = createPublicClient({ chain: local, transport, pollingInterval: 10 });
  wallet = createWalletClient({ chain: local, transport, account });
  await connection.provider.request({ method: "hardhat_setBalance", params: [account.address, toHex(10n ** 20n)] });
  for (const name of ["ReplicaJudge", "CopyJudge", "ExactJudge", "SumJudge"]) {
    const { abi, bytecode } = await hre.artifacts.readArtifact(name);
    judges[name] = (await client.waitForTransactionReceipt({ hash: await wallet.deployContract({ abi, bytecode }) })).contractAddress;
  }
});
after(async () => { await connection.close(); });

test("the published vectors are what their script makes", () => {
  for (const [name, value] of Object.entries(files())) {
    assert.deepEqual(JSON.parse(readFileSync(new URL(`../vectors/judging/${name}`, import.meta.url))), value, name);
  }
});

const ask = async (judge, data) => {
  try {
    return (await client.call({ to: judges[judge], data })).data;
  } catch (e) {
    const reason = e.walk?.((c) => typeof c.data === "string")?.data;
    if (!reason) throw e;
    return reason.slice(0, 10);
  }
};
for (const [judge, cases] of [["CopyJudge", copyCases("more", 450)], ["ExactJudge", exactCases("more", 450)], ["ReplicaJudge", replicaCases("more", 450)], ["SumJudge", sumCases("more", 450)]]) {
  test(`${judge} answers ${cases.length} random cases as it must`, async () => {
    for (const { name, call, answer } of cases) assert.equal(await ask(judge, call), answer, name);
  });
}

// Tensors as real models have them. `limit` is what the judgement may cost.
const random = (dims) => { const chance = new Chance(dims.join()); return float(dims, Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => chance.unit())); };
const range = (count, step = 1, from = 0) => Array.from({ length: count }, (_, i) => from + i * step);
const dot = (a, places, b, others) => Math.fround(places.reduce((sum, p, i) => sum + a.values[p] * b.values[others[i]], 0));
const withElement = (dims, index, value) => float(dims, Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => (i === index ? value : 0)));
const apart = (dims, index) => { const a = random(dims), b = float(dims, a.values.map((v, i) => v * (i === index ? 0.99 : 1 + 2 ** -22))); return compareCall(a, b, index, 500_000); };
const cost = (name, judge, limit, make, expected = Finding.Right) => test(`gas: ${name}`, async () => {
  const data = make();
  assert.equal(BigInt(await ask(judge, data)), BigInt(expected), name);
  const { gasUsed, status } = await client.waitForTransactionReceipt({ hash: await wallet.sendTransaction({ to: judges[judge], data }) });
  assert.equal(status, "success");
  table[name] = { gas: Number(gasUsed), calldata: (data.length - 2) / 2 };
  assert.ok(gasUsed < limit, `${name}: ${gasUsed} gas, at most ${limit} are expected`);
});

// A second full chunk costs 82,000 gas, whoever reads it; a path costs 1,280 gas a level.
cost("compare one element of two 4 KiB tensors", "ReplicaJudge", 220_000n, () => apart([1024], 700), Distance.Apart);
cost("compare one element of two 4 MiB tensors", "ReplicaJudge", 250_000n, () => apart([1 << 20], 700_000), Distance.Apart);
cost("Reshape, the whole tensor", "CopyJudge", 100_000n, () => {
  const x = random([64, 64]), y = float([16, 256], x.values), shape = int64([16, -1]);
  return judgeCall({ op: "Reshape", inputs: [x, shape] }, y, 0, [[], [0, 1]], { output: { ...y.open(0), runs: [] } });
});
cost("Transpose of 512×512", "CopyJudge", 250_000n, () => {
  const x = random([512, 512]), y = float([512, 512], x.values.map((_, i) => x.values[(i % 512) * 512 + Math.floor(i / 512)])), index = 100 * 512 + 7;
  return judgeCall({ op: "Transpose", attributes: { perm: [1, 0] }, inputs: [x] }, y, index, [[7 * 512 + 100]]);
});
cost("Concat of two 64×64", "CopyJudge", 220_000n, () => {
  const [a, b] = [random([64, 64]), random([65, 64])], y = float([129, 64], [...a.values, ...b.values]);
  return judgeCall({ op: "Concat", attributes: { axis: 0 }, inputs: [a, b] }, y, 5000, [[], [904]]);
});
cost("Slice of 512×512", "CopyJudge", 260_000n, () => {
  const x = random([512, 512]), y = float([10, 512], x.values.slice(512, 11 * 512)), at = [int64([1]), int64([11]), int64([0])];
  return judgeCall({ op: "Slice", inputs: [x, ...at] }, y, 3, [[515], [0], [0], [0]]);
});
cost("Gather of 1,000 rows of 64", "CopyJudge", 250_000n, () => {
  const x = random([1000, 64]), rows = int64([3, 999, -1]), y = float([3, 64], [3, 999, 999].flatMap((r) => x.values.slice(64 * r, 64 * (r + 1))));
  return judgeCall({ op: "Gather", inputs: [x, rows] }, y, 130, [[999 * 64 + 2], [2]]);
});
for (const [op, of] of [["Add", (a, b) => a + b], ["Mul", (a, b) => a * b], ["Div", (a, b) => a / b]]) {
  cost(`${op} of 64×64 and a row of 64`, "ExactJudge", 220_000n, () => {
    const a = random([64, 64]), b = random([64]), index = 1000;
    return judgeCall({ op, inputs: [a, b] }, withElement([64, 64], index, of(a.values[index], b.values[index % 64])), index, [[index], [index % 64]]);
  });
}
cost("Add of two 1 MiB tensors", "ExactJudge", 350_000n, () => {
  const a = random([1 << 18]), b = float([1 << 18], a.values.map((v) => v / 3)), y = float([1 << 18], a.values.map((v, i) => v + b.values[i]));
  return judgeCall({ op: "Add", inputs: [a, b] }, y, 99_999, [[99_999], [99_999]]);
});
for (const [op, of] of [["Relu", (a) => Math.max(a, 0)], ["Sqrt", Math.sqrt]]) {
  cost(`${op} of 64×64`, "ExactJudge", 220_000n, () => { const x = random([64, 64]); return judgeCall({ op, inputs: [x] }, float([64, 64], x.values.map(of)), 1234, [[1234]]); });
}
for (const [k, n, limit] of [[64, 64, 200_000n], [512, 64, 260_000n], [512, 512, 350_000n], [1024, 64, 420_000n], [2048, 64, 750_000n]]) {
  cost(`Gemm with transB, K=${k}, ${n} features`, "SumJudge", limit, () => {
    const [a, b] = [random([1, k]), random([n, k])], places = range(k), others = range(k, 1, 5 * k), y = random([1, n]);
    return judgeCall({ op: "Gemm", attributes: { transB: 1 }, inputs: [a, b] }, float([1, n], y.values.map((v, i) => (i === 5 ? dot(a, places, b, others) : v))), 5, [places, others]);
  });
}
cost("MatMul, K=512, B of 4 columns", "SumJudge", 700_000n, () => {
  const [a, b] = [random([8, 512]), random([512, 4])], places = range(512, 1, 1024), others = range(512, 4, 3);
  return judgeCall({ op: "MatMul", inputs: [a, b] }, withElement([8, 4], 11, dot(a, places, b, others)), 11, [places, others]);
});
cost("MatMul, K=64, B of 64 columns", "SumJudge", 1_000_000n, () => {
  const [a, b] = [random([8, 64]), random([64, 64])], places = range(64, 1, 128), others = range(64, 64, 3);
  return judgeCall({ op: "MatMul", inputs: [a, b] }, withElement([8, 64], 131, dot(a, places, b, others)), 131, [places, others]);
});
const conv = (channels, size, maps) => () => {
  const [x, w] = [random([1, channels, size, size]), random([maps, channels, 3, 3])], at = Math.floor(size / 2), map = 1, places = [], others = [];
  for (let c = 0; c < channels; c++) for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) {
    places.push((c * size + at + i - 1) * size + at + j - 1);
    others.push(((map * channels + c) * 3 + i) * 3 + j);
  }
  const index = (map * size + at) * size + at;
  return judgeCall({ op: "Conv", attributes: { pads: [1, 1, 1, 1] }, inputs: [x, w] }, withElement([1, maps, size, size], index, dot(x, places, w, others)), index, [places, others]);
};
cost("Conv 3×3 over 3 channels of 32×32", "SumJudge", 700_000n, conv(3, 32, 16));
cost("Conv 3×3 over 64 channels of 8×8", "SumJudge", 1_200_000n, conv(64, 8, 8));

test("gas is what tests/contracts/judging-gas.json says", () => {
  if (process.env.UPDATE_GAS || !existsSync(gasFile)) writeFileSync(gasFile, JSON.stringify(table, null, 2) + "\n");
  const expected = JSON.parse(readFileSync(gasFile));
  assert.deepEqual(Object.keys(table).sort(), Object.keys(expected).sort());
  for (const [name, { gas }] of Object.entries(table)) {
    assert.ok(Math.abs(gas - expected[name].gas) <= expected[name].gas / 100, `${name}: ${gas} gas, the table says ${expected[name].gas}`);
  }
  console.table(table);
});
