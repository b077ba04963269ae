// Plays whole jobs on Hardhat's node through real transactions: what everybody is paid, and what it costs in gas.
// The gas table is tests/contracts/gas.json; a change of more than one per cent fails. To accept a change: UPDATE_GAS=1.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import test, { after, before } from "node:test";
import hre from "hardhat";
import { Chain } from "./chain.mjs";

const gasFile = new URL("./gas.json", import.meta.url);
const limits = { 1: 300_000n, 2: 480_000n, 3: 665_000n };
const table = {};
let chain;

before(async () => { chain = await Chain.start(hre); });
after(async () => { await chain.stop(); });

for (const replicas of [1, 2, 3, 5]) {
  test(`a job with ${replicas} replica(s) is paid, and its second costs no more than its limit`, async () => {
    const first = await chain.playJob(replicas);
    const { spec, total, actions } = await chain.playJob(replicas, first.spec);
    table[`k=${replicas} finalize alone`] = Number(await chain.finalize(spec));
    for (const [action, used] of Object.entries(actions)) table[`k=${replicas} ${action}`] = Number(used);
    table[`k=${replicas} whole job`] = Number(total);
    if (limits[replicas]) assert.ok(total < limits[replicas], `k=${replicas}: ${total} gas, at most ${limits[replicas]} are expected`);
    await chain.checkConservation();
  });
}

test("withdrawals pay out exactly what was earned", async () => {
  const { gas } = await chain.withdrawAll();
  table.withdraw = Number(gas);
  await chain.checkConservation();
});

test("gas is what tests/contracts/gas.json says", () => {
  if (process.env.UPDATE_GAS || !existsSync(gasFile)) writeFileSync(gasFile, JSON.stringify(table, null, 2) + "\n");
  const expected = JSON.parse(readFileSync(gasFile));
  assert.deepEqual(Object.keys(table).sort(), Object.keys(expected).sort());
  for (const [action, used] of Object.entries(table)) {
    assert.ok(Math.abs(used - expected[action]) <= expected[action] / 100, `${action}: ${used} gas, the table says ${expected[action]}`);
  }
  console.table(table);
});
