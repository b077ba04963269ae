// The market's rules at their edges, each through real transactions: who may not, what lateness and fraud cost, how every state ends.
// Letters such as A5 name the attack that the rule answers.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test, { after, before, beforeEach } from "node:test";
import hre from "hardhat";
import { keccak256, toHex } from "viem";
import { Chain, Status } from "./chain.mjs";

const cls = keccak256("0x02"), salt = keccak256("0x06"), evidence = keccak256("0x04");
const sha = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const leafOf = (i) => sha(Buffer.from([0x0a, 0, 0, 0, i, 0]), Buffer.alloc(32, i));
const pair = (l, r) => sha(Buffer.from([1]), l, r);
const leaves = [0, 1, 2].map(leafOf), root = toHex(pair(pair(leaves[0], leaves[1]), leaves[2]));
const other = keccak256("0x07");
let chain, snapshot;

before(async () => { chain = await Chain.start(hre); snapshot = await chain.rpc("evm_snapshot"); });
beforeEach(async () => { await chain.rpc("evm_revert", [snapshot]); snapshot = await chain.rpc("evm_snapshot"); });
after(async () => { await chain.stop(); });

const refused = (promise, error) => assert.rejects(promise, (e) => {
  const name = e.walk?.((c) => c.data?.errorName)?.data?.errorName;
  assert.equal(name, error, e.shortMessage ?? e.message);
  return true;
});
const stake = (p) => chain.read("stakeOf", [p.id]);
const job = async (spec) => chain.read("jobOf", [await chain.read("jobIdOf", [spec])]);
const post = async (replicas, changes) => {
  const spec = await chain.spec(replicas, { tasks: 3, ...changes });
  await chain.send(chain.requester, "post", [spec]);
  await chain.mine(6);
  return spec;
};
const claim = async (spec) => { for (let i = 0; i < spec.replicas; i++) await chain.send(chain.providers[i].node, "claim", [spec, i]); };
const commit = async (spec, seat, result = root) => {
  const p = chain.providers[seat], id = await chain.read("jobIdOf", [spec]);
  await chain.send(p.node, "commit", [spec, seat, await chain.read("commitment", [id, p.id, cls, result, salt])]);
};
const reveal = (spec, seat, result = root) => chain.send(chain.providers[seat].node, "reveal", [spec, seat, cls, result, salt]);
const verifying = async (replicas, roots = []) => {
  const spec = await post(replicas);
  await claim(spec);
  if (replicas === 1) await chain.send(chain.providers[0].node, "submit", [spec, cls, root]);
  else {
    for (let i = 0; i < replicas; i++) await commit(spec, i, roots[i] ?? root);
    for (let i = 0; i < replicas; i++) await reveal(spec, i, roots[i] ?? root);
  }
  await chain.mine(6);
  return spec;
};
const verdict = (spec, accepted, rejected) => chain.send(chain.verifier.node, "verdict", [spec, accepted, rejected, evidence, 0n]);

test("post refuses every field that is out of range, and money that is not there", async () => {
  const bad = { tasks: 0, replicas: 8, reward: 0n, checkBps: 99, auditBps: 10_001, bundle: toHex(0, { size: 32 }), bundleBytes: 0n, outputBytes: 0n };
  for (const [field, value] of Object.entries(bad)) await refused(chain.send(chain.requester, "post", [await chain.spec(2, { [field]: value })]), "SpecInvalid");
  await refused(chain.send(chain.requester, "post", [await chain.spec(2, { terms: 9 })]), "TermsUnknown");
  await refused(chain.send(chain.requester, "post", [await chain.spec(2, { nonce: 7n })]), "NonceWrong");
  await refused(chain.send(chain.requester, "post", [await chain.spec(7, { reward: 10n ** 15n })]), "CreditTooLittle");
  await refused(chain.send(chain.providers[0].node, "post", [await chain.spec(2)]), "NotRequester");
});

test("no id is ever used twice", async () => {
  const spec = await post(1);
  await refused(chain.send(chain.requester, "post", [spec]), "NonceWrong");
});

test("terms that would outlast unbonding are refused", async () => {
  const terms = { claimWindow: 60, runWindow: 3600, revealWindow: 30, verdictWindow: 30, leafWindow: 30, challengeWindow: 10, disputeWindow: 20, quorum: 1 };
  await refused(chain.send(chain.requester, "registerTerms", [terms]), "TermsInvalid");
  await refused(chain.send(chain.requester, "registerTerms", [{ ...terms, runWindow: 0 }]), "TermsInvalid");
});

test("a node key must agree to act for an owner, and acts for one", async () => {
  const owner = await chain.account(), node = await chain.account(), thief = await chain.account();
  const proof = await thief.signMessage({ message: { raw: await chain.read("nodeKeyMessage", [owner.address]) } });
  await refused(chain.send(owner, "registerStake", [1, node.address, 10n ** 9n, proof]), "NodeKeyNotProven");
  const taken = chain.providers[0].node;
  const again = await taken.signMessage({ message: { raw: await chain.read("nodeKeyMessage", [owner.address]) } });
  await refused(chain.send(owner, "registerStake", [1, taken.address, 10n ** 9n, again]), "AlreadyRegistered");
});

test("B3: weight that is set after a job's post does not count for it", async () => {
  const spec = await post(1);
  const late = await chain.join(1, 1000n * 10n ** 9n);
  await refused(chain.send(late.node, "claim", [spec, 0]), "WeightTooNew");
});

test("nobody is eligible before the seed's block, everybody after the growth", async () => {
  const spec = await chain.spec(1);
  await chain.rpc("evm_setAutomine", [false]);
  const hash = await chain.wallet(chain.requester).writeContract({ address: chain.address, abi: chain.abi, functionName: "post", args: [spec] });
  await chain.mine(1);
  await chain.rpc("evm_setAutomine", [true]);
  await chain.public.waitForTransactionReceipt({ hash });
  assert.equal(await chain.read("isEligible", [spec, chain.providers[0].id]), false);
  await chain.mine(7);
  for (const p of chain.providers) assert.equal(await chain.read("isEligible", [spec, p.id]), true);
  assert.equal(await chain.read("isEligible", [spec, chain.verifier.id]), false);
});

test("claims are refused to strangers, verifiers, thin backings, twice to one stake, and for seats taken or unknown", async () => {
  const spec = await post(2);
  await refused(chain.send(chain.requester, "claim", [spec, 0]), "NotNode");
  await refused(chain.send(chain.verifier.node, "claim", [spec, 0]), "NotNode");
  await refused(chain.send(chain.providers[0].node, "claim", [spec, 2]), "SeatUnknown");
  await chain.send(chain.providers[0].node, "claim", [spec, 0]);
  await refused(chain.send(chain.providers[0].node, "claim", [spec, 1]), "AlreadyInJob");
  await refused(chain.send(chain.providers[1].node, "claim", [spec, 0]), "SeatTaken");
  const dear = await post(1, { cover: 10n ** 12n, checkBps: 100 });
  await refused(chain.send(chain.providers[1].node, "claim", [dear, 0]), "BackingTooSmall");
});

test("B6: a lock is held until the job is final, and cannot be unbonded", async () => {
  const spec = await post(1);
  await claim(spec);
  const p = chain.providers[0], { stake: all, locked } = await stake(p);
  assert.equal(locked, await chain.read("lockOf", [spec]));
  await refused(chain.send(p.owner, "unbond", [all - locked + 1n]), "StakeLocked");
  await chain.send(p.owner, "unbond", [all - locked]);
  await refused(chain.send(p.owner, "withdrawStake", [p.owner.address]), "StillUnbonding");
});

test("D3: another's commitment never opens as one's own", async () => {
  const spec = await post(2), id = await chain.read("jobIdOf", [spec]);
  await claim(spec);
  await commit(spec, 0);
  const copied = await chain.read("commitment", [id, chain.providers[0].id, cls, root, salt]);
  await chain.send(chain.providers[1].node, "commit", [spec, 1, copied]);
  await refused(reveal(spec, 1), "CommitmentWrong");
  await reveal(spec, 0);
});

test("only the last to commit may open at once, and only for its own seat", async () => {
  const spec = await post(2);
  await claim(spec);
  await refused(chain.send(chain.providers[0].node, "commitAndReveal", [spec, 0, cls, root]), "OthersNotCommitted");
  await refused(chain.send(chain.providers[0].node, "commit", [spec, 1, other]), "SeatNotYours");
  await commit(spec, 0);
  await refused(commit(spec, 0), "AlreadyCommitted");
  await refused(reveal(spec, 0), "JobInState");
  await chain.send(chain.providers[1].node, "commitAndReveal", [spec, 1, cls, root]);
  assert.equal((await job(spec)).status, Status.Revealing);
});

test("E2: whoever claims and vanishes loses two rewards, is barred, and a spare takes the seat", async () => {
  const spec = await post(1), p = chain.providers[0], before = await stake(p);
  await claim(spec);
  await refused(chain.send(chain.requester, "evict", [spec, 0]), "TooEarly");
  await chain.rpc("evm_increaseTime", [121]);
  await chain.mine(1);
  const caller = chain.providers[1].node;
  await chain.send(caller, "evict", [spec, 0]);
  const after = await stake(p);
  assert.equal(before.stake - after.stake, 2n * spec.reward);
  assert.equal(after.locked, 0n);
  assert.equal(await chain.read("creditOf", [caller.address]), 1_000_000n);
  await refused(chain.send(p.node, "submit", [spec, cls, root]), "JobInState");
});

test("a seat evicted within the claim window is open to others and closed to its last holder", async () => {
  const quick = { claimWindow: 200, runWindow: 20, revealWindow: 30, verdictWindow: 30, leafWindow: 30, challengeWindow: 10, disputeWindow: 20, quorum: 1 };
  await chain.send(chain.requester, "registerTerms", [quick]);
  const spec = await post(1, { terms: 2 });
  await claim(spec);
  await chain.warp(21);
  await chain.send(chain.requester, "evict", [spec, 0]);
  await refused(chain.send(chain.providers[0].node, "claim", [spec, 0]), "WeightTooNew");
  await chain.send(chain.providers[1].node, "claim", [spec, 0]);
  await chain.send(chain.providers[1].node, "submit", [spec, cls, root]);
});

test("a job that nobody claims ends by time, and all money goes back", async () => {
  const credit = await chain.read("creditOf", [chain.requester.address]);
  const spec = await post(3);
  await refused(chain.send(chain.providers[0].node, "close", [spec]), "TooEarly");
  await chain.warp(61);
  await refused(chain.send(chain.providers[0].node, "claim", [spec, 0]), "TooLate");
  await chain.send(chain.providers[0].node, "close", [spec]);
  assert.equal((await job(spec)).status, Status.None);
  assert.equal(await chain.read("creditOf", [chain.requester.address]), credit);
});

test("E3: one late seat does not hold the others' money: the job goes on with the results it has", async () => {
  const spec = await post(2);
  await claim(spec);
  await commit(spec, 0);
  await chain.warp(181);
  await chain.send(chain.requester, "close", [spec]);
  assert.equal((await job(spec)).status, Status.Revealing);
  await reveal(spec, 0);
  await chain.mine(6);
  await verdict(spec, 1, 0);
  await chain.warp(11);
  await chain.send(chain.requester, "finalize", [spec]);
  await chain.checkConservation();
});

test("A3: whoever does not open its commitment is late, and the rest goes on", async () => {
  const spec = await post(2);
  await claim(spec);
  await commit(spec, 0);
  await commit(spec, 1);
  await reveal(spec, 0);
  await refused(chain.send(chain.requester, "close", [spec]), "TooEarly");
  await chain.warp(31);
  await refused(reveal(spec, 1), "TooLate");
  const before = await stake(chain.providers[1]);
  await chain.send(chain.requester, "close", [spec]);
  assert.equal(before.stake - (await stake(chain.providers[1])).stake, 2n * spec.reward);
  assert.equal((await job(spec)).status, Status.Verifying);
});

test("D4: a verdict is refused to whoever is not a drawn verifier, and to masks that do not fit the results", async () => {
  const spec = await verifying(2);
  await refused(chain.send(chain.providers[2].node, "verdict", [spec, 3, 0, evidence, 0n]), "NotNode");
  await refused(verdict(spec, 4, 0), "MasksInvalid");
  await refused(verdict(spec, 1, 1), "MasksInvalid");
  await verdict(spec, 3, 0);
  await refused(verdict(spec, 3, 0), "JobInState");
  await refused(chain.send(chain.requester, "finalize", [spec]), "TooEarly");
});

test("fraud costs the whole backing, unbonding stake too; at most 30 % of what the job demands goes to the prover", async () => {
  const spec = await verifying(3, [root, root, other]), cheat = chain.providers[2];
  await chain.send(cheat.owner, "unbond", [100n * 10n ** 9n]);
  const verifier = await stake(chain.verifier), credit = await chain.read("creditOf", [chain.requester.address]);
  await verdict(spec, 3, 4);
  assert.equal(await chain.read("creditOf", [chain.requester.address]), credit, "A9: nothing is refunded before the window ends");
  await chain.warp(11);
  await chain.send(chain.requester, "finalize", [spec]);
  const lost = await stake(cheat);
  assert.deepEqual([lost.stake, lost.unbonding, lost.locked, lost.slashed, lost.credit], [0n, 0n, 0n, true, 0n]);
  const bounty = (await chain.read("backingOf", [spec])) * 30n / 100n;
  assert.equal((await stake(chain.verifier)).credit - verifier.credit, spec.verifierFee + bounty);
  assert.equal(await chain.read("burnt"), 1000n * 10n ** 9n - bounty);
  assert.equal(await chain.read("creditOf", [chain.requester.address]), credit + spec.reward, "the requester gets its refund, no more");
  for (const p of chain.providers.slice(0, 2)) assert.equal((await stake(p)).stake, 1000n * 10n ** 9n);
  await refused(chain.send(cheat.owner, "addStake", [10n ** 9n]), "StakeIsSlashed");
  await chain.checkConservation();
});

test("A8: a refused seat is neither paid nor punished", async () => {
  const spec = await verifying(2, [root, other]);
  await verdict(spec, 1, 0);
  await chain.warp(11);
  await chain.send(chain.requester, "finalize", [spec]);
  const { stake: kept, credit, locked } = await stake(chain.providers[1]);
  assert.deepEqual([kept, credit, locked], [1000n * 10n ** 9n, 0n, 0n]);
  await chain.checkConservation();
});

test("A6: without a verdict, equal roots that reach the quorum are paid after the window, without a fee, and nobody is slashed", async () => {
  const spec = await verifying(3, [root, other, root]);
  await refused(chain.send(chain.requester, "verdictByDefault", [spec]), "TooEarly");
  await chain.warp(31);
  await refused(verdict(spec, 5, 0), "TooLate");
  await chain.send(chain.requester, "verdictByDefault", [spec]);
  assert.equal((await job(spec)).accepted, 5);
  assert.equal((await stake(chain.providers[0])).credit, 0n);
  await chain.warp(11);
  await chain.send(chain.requester, "finalize", [spec]);
  assert.deepEqual(await Promise.all([0, 1, 2].map(async (i) => (await stake(chain.providers[i])).credit)), [spec.reward, 0n, spec.reward]);
  await chain.checkConservation();
});

test("C2: a demanded leaf must be on chain in time, with its path; unserved is fraud and burnt whole", async () => {
  const spec = await verifying(1), path = [toHex(leaves[0]), toHex(leaves[2])], output = toHex(Buffer.alloc(32, 1));
  await refused(chain.send(chain.requester, "requestLeaf", [spec, 0, 1]), "NotNode");
  await refused(chain.send(chain.requester, "answerLeaf", [spec, 0, 0, output, path]), "LeafNotRequested");
  await chain.send(chain.verifier.node, "requestLeaf", [spec, 0, 1]);
  await refused(verdict(spec, 1, 0), "LeafPending");
  for (const [kind, value, siblings] of [[1, output, path], [0, other, path], [0, output, path.toReversed()], [0, output, path.slice(1)], [0, output, [...path, other]]]) {
    await refused(chain.send(chain.requester, "answerLeaf", [spec, 0, kind, value, siblings]), "LeafWrong");
  }
  await chain.send(chain.requester, "answerLeaf", [spec, 0, 0, output, path]);

  await chain.send(chain.verifier.node, "requestLeaf", [spec, 0, 2]);
  await refused(chain.send(chain.requester, "markUnserved", [spec, 0]), "TooEarly");
  await chain.warp(31);
  await refused(chain.send(chain.requester, "answerLeaf", [spec, 0, 0, output, path]), "TooLate");
  await chain.send(chain.requester, "markUnserved", [spec, 0]);
  await refused(verdict(spec, 1, 0), "MasksInvalid");
  const verifier = await stake(chain.verifier);
  await verdict(spec, 0, 1);
  await chain.warp(11);
  await chain.send(chain.requester, "finalize", [spec]);
  assert.equal(await chain.read("burnt"), 1000n * 10n ** 9n, "C3: no bounty, so nothing is gained by claiming it");
  assert.equal((await stake(chain.verifier)).credit - verifier.credit, spec.verifierFee);
  await chain.checkConservation();
});

test("demands are bounded, so that no verifier holds a job up", async () => {
  const spec = await verifying(1), answers = [[leaves[1], leaves[2]], [leaves[0], leaves[2]], [pair(leaves[0], leaves[1])]];
  for (const [i, path] of answers.entries()) {
    await chain.send(chain.verifier.node, "requestLeaf", [spec, 0, i]);
    await chain.send(chain.requester, "answerLeaf", [spec, 0, 0, toHex(Buffer.alloc(32, i)), path.map((p) => toHex(p))]);
  }
  await refused(chain.send(chain.verifier.node, "requestLeaf", [spec, 0, 0]), "LeafDemandsSpent");
});

test("the requester may raise while a seat is open, and pays what it raised", async () => {
  const spec = await post(2);
  await refused(chain.send(chain.providers[0].node, "raise", [spec, 5n]), "NotRequester");
  await chain.send(chain.requester, "raise", [spec, 5n]);
  await claim(spec);
  await refused(chain.send(chain.requester, "raise", [spec, 5n]), "JobInState");
  for (let i = 0; i < 2; i++) await commit(spec, i);
  for (let i = 0; i < 2; i++) await reveal(spec, i);
  await chain.mine(6);
  await verdict(spec, 3, 0);
  assert.equal((await stake(chain.providers[0])).credit, spec.reward + 5n);
  await chain.warp(11);
  await chain.send(chain.requester, "finalize", [spec]);
  await chain.checkConservation();
});

test("samples are drawn by a seed that is known only after the last result", async () => {
  const spec = await post(1), id = await chain.read("jobIdOf", [spec]);
  await claim(spec);
  await refused(chain.read("sampleSeed", [id]), "JobInState");
  await chain.send(chain.providers[0].node, "submit", [spec, cls, root]);
  await refused(chain.read("sampleSeed", [id]), "SeedGone");
  await chain.mine(2);
  assert.match(await chain.read("sampleSeed", [id]), /^0x[0-9a-f]{64}$/);
});
