// Plays whole jobs on Hardhat's node through real transactions: what everybody is paid, and what it costs in gas.
// The gas table is tests/contracts/gas.json: of each action the dearest call, and whole jobs, all actors summed, repeat users, the job
// before finalized together with the first claim. A change of more than one per cent fails. To accept a change: UPDATE_GAS=1.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import test, { after, before } from "node:test";
import hre from "hardhat";
import { keccak256, toHex } from "viem";
import { Chance } from "../../scripts/vectors/judging/chance.mjs";
import { float } from "../../scripts/vectors/judging/tensors.mjs";
import { Chain } from "./chain.mjs";
import { ProvableJob } from "./provable.mjs";

const gasFile = new URL("./gas.json", import.meta.url);
const limits = { 1: 245_000n, 2: 405_000n, 3: 565_000n, 5: 890_000n }, fastLimits = { 1: 205_000n, 2: 340_000n, 3: 465_000n, 5: 720_000n };
const batch = 10, batchLimit = 120_000n, evictLimit = 65_000n, sizeLimit = 24_576;
const table = {};
let chain;

before(async () => { chain = await Chain.start(hre); });
after(async () => { await chain.stop(); });

for (const fast of [false, true]) {
  for (const replicas of [1, 2, 3, 5]) {
    test(`a job with ${replicas} replica(s)${fast ? ", executed before it is claimed," : ""} is paid, and its second costs no more than its limit`, async () => {
      const first = await chain.playJob(replicas, { fast });
      const { spec, total, actions } = await chain.playJob(replicas, { fast, previous: first.spec });
      const row = table[`k=${replicas}${fast ? ", executed before the claim" : ""}`] = {}, limit = (fast ? fastLimits : limits)[replicas];
      for (const [action, used] of Object.entries(actions)) row[action] = Number(used);
      row["finalize alone"] = Number(await chain.finalize(spec));
      row["whole job"] = Number(total);
      assert.ok(total < limit, `k=${replicas}: ${total} gas, at most ${limit} are expected`);
      await chain.checkConservation();
    });
  }
}

test("jobs in batches, executed before they are claimed, cost no more than their limit each", async () => {
  const first = await chain.playBatch(batch);
  const { specs, total, actions } = await chain.playBatch(batch, first.specs);
  const row = table[`k=1, ${batch} at a time, executed before the claim`] = {};
  for (const [action, used] of Object.entries(actions)) row[action] = Number(used);
  row["each job"] = Math.round(Number(total) / batch);
  assert.ok(total < batchLimit * BigInt(batch), `${row["each job"]} gas each, at most ${batchLimit} are expected`);
  for (const spec of specs) await chain.send(chain.requester, "finalize", [spec]);
  await chain.checkConservation();
});

test("an eviction costs its caller no more than its limit", async () => {
  let gas;
  for (let i = 0; i < 2; i++) {
    const spec = await chain.spec(1), late = chain.providers[i];
    await chain.send(chain.requester, "post", [spec]);
    await chain.mine(6);
    await chain.send(late.node, "claim", [spec, 0]);
    await chain.warp(121);
    gas = (await chain.send(chain.providers[4].node, "evict", [spec, 0])).gasUsed;
    await chain.warp(200);
    await chain.send(chain.requester, "close", [spec]);
  }
  table.evict = Number(gas);
  assert.ok(gas < evictLimit, `${gas} gas, at most ${evictLimit} are expected`);
});

test("withdrawals pay out exactly what was earned", async () => {
  const { gas } = await chain.withdrawAll();
  table.withdraw = Number(gas);
});

test("a job costs the same for 1 and for 65,536 tasks, with 6 and with 50 stakes", async () => {
  const cost = async (tasks) => {
    const first = await chain.playJob(3, { changes: { tasks } });
    const { spec, total } = await chain.playJob(3, { previous: first.spec, changes: { tasks } });
    await chain.finalize(spec);
    return Number(total);
  };
  const costs = [await cost(1), await cost(65_536)];
  for (let i = 0; i < 44; i++) await chain.join(i % 4 === 0 ? 2 : 1, 10n ** 10n);
  costs.push(await cost(1), await cost(65_536));
  // Random bytes of salts and signatures cost more or less calldata, some dozen gas.
  assert.ok(Math.max(...costs) - Math.min(...costs) < 500, `gas: ${costs}`);
});

test("a dispute's moves, each as dear as it may be: the first committee of three, all votes equal", async () => {
  const jurors = [];
  for (let i = 0; i < 3; i++) jurors.push(await chain.join(2, 5000n * 10n ** 9n));
  await chain.mine(2);
  const { spec } = await chain.playJob(3, { pastWindow: false }), id = await chain.read("jobIdOf", [spec]);
  const row = table.dispute = {};
  const use = async (move, account, name, args) => {
    const gas = Number((await chain.send(account, name, args)).gasUsed);
    if (gas > (row[move] ?? 0)) row[move] = gas;
  };
  await use("challenge", chain.requester, "challenge", [spec, 0, 3]);
  await chain.warp(21);
  await use("call committee", chain.requester, "callCommittee", [spec]);
  await chain.mine(6);
  for (const juror of jurors) await use("join", juror.node, "join", [spec]);
  const digest = keccak256("0x08"), salt = keccak256("0x09");
  for (const juror of jurors) await use("vote", juror.node, "vote", [spec, await chain.read("voteCommitment", [id, 1, juror.id, 1, digest, salt])]);
  for (const juror of jurors) await use("open vote", juror.node, "openVote", [spec, 1, digest, salt]);
  await chain.warp(21);
  await use("settle", chain.requester, "settle", [spec]);
  assert.equal((await chain.read("stakeOf", [chain.providers[0].id])).slashed, true);
  chain.providers[0] = await chain.join(1, 1000n * 10n ** 9n);
  await chain.mine(2);
});

const random = (dims) => { const chance = new Chance(dims.join()); return float(dims, Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => chance.unit())); };
const range = (count, from = 0) => Array.from({ length: count }, (_, i) => from + i);
const at = (dims, index, value) => float(dims, Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => (i === index ? value : 0.5)));
const provable = {
  "one element of Relu of 4": () => ({ job: new ProvableJob({ op: "Relu", inputs: [random([1, 4])], output: at([1, 4], 1, 7), judge: 1 }), index: 1, opened: [[1]], limit: 220_000 }),
  "one element of Relu of 64×64": () => ({ job: new ProvableJob({ op: "Relu", inputs: [random([64, 64])], output: at([64, 64], 700, 7), judge: 1 }), index: 700, opened: [[700]], limit: 260_000 }),
  "one dot product of 512": () => ({
    job: new ProvableJob({ op: "Gemm", attributes: { transB: 1 }, inputs: [random([1, 512])], weights: [random([64, 512])], output: at([1, 64], 9, 1e6), judge: 2 }),
    index: 9, opened: [range(512), range(512, 9 * 512)], limit: 350_000,
  }),
};
for (const [name, make] of Object.entries(provable)) {
  test(`a contract convicts ${name} without a committee`, async () => {
    const { job, index, opened, limit } = make(), row = table.proof ??= {}, task = 3;
    const { spec } = await chain.playJob(3, { changes: { bundle: job.bundle }, pastWindow: false, result: job.root }), id = await chain.read("jobIdOf", [spec]);
    const use = async (move, account, functionName, args) => {
      const gas = Number((await chain.send(account, functionName, args)).gasUsed);
      if (gas > (row[move] ?? 0)) row[move] = gas;
      return gas;
    };
    const cheat = chain.providers[0];
    await chain.send(chain.requester, "challenge", [spec, 0, task]);
    await use("demand a trace", chain.requester, "demandTrace", [spec, 0, toHex(job.head)]);
    await use("answer", cheat.node, "answerTrace", [spec, 0, ...job.answer(task)]);
    const used = await use(`prove ${name}`, chain.requester, "prove", [spec, 0, job.judgement(chain.arbiter.abi, task, index, opened)]);
    assert.ok(used < limit, `${used} gas, at most ${limit} are expected`);
    await chain.warp(21);
    await use("settle what is proven", chain.requester, "settle", [spec]);
    assert.equal((await chain.read("stakeOf", [cheat.id])).slashed, true);
    assert.equal((await chain.read("jobOf", [id])).status, 0);
    chain.providers[0] = await chain.join(1, 1000n * 10n ** 9n);
    await chain.mine(2);
  });
}

test("the market's code leaves room below the limit of a contract's size", async () => {
  for (const [name, address] of Object.entries({ Market: chain.address, Disputes: await chain.read("disputes"), Arbiter: chain.arbiter.address })) {
    const bytes = (await chain.public.getCode({ address })).length / 2 - 1;
    console.log(`${name}: ${bytes} bytes of code, the limit is ${sizeLimit}`);
    assert.ok(bytes < sizeLimit);
  }
});

test("gas is what tests/contracts/gas.json says", () => {
  if (process.env.UPDATE_GAS || !existsSync(gasFile)) writeFileSync(gasFile, JSON.stringify(table, null, 2) + "\n");
  const flat = (rows) => Object.fromEntries(Object.entries(rows).flatMap(([name, row]) =>
    typeof row === "number" ? [[name, row]] : Object.entries(row).map(([action, used]) => [`${name} ${action}`, used])));
  const expected = flat(JSON.parse(readFileSync(gasFile))), found = flat(table);
  assert.deepEqual(Object.keys(found).sort(), Object.keys(expected).sort());
  for (const [action, used] of Object.entries(found)) {
    assert.ok(Math.abs(used - expected[action]) <= expected[action] / 100, `${action}: ${used} gas, the table says ${expected[action]}`);
  }
  console.table(found);
});
