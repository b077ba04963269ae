// A market on Hardhat's in-process chain with one requester, providers and verifiers: what the JavaScript tests of the contracts share.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createPublicClient, createWalletClient, custom, defineChain, encodeFunctionData, keccak256, toHex } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";

const artifact = (name) => JSON.parse(readFileSync(new URL(`../../contracts/abi/${name}.json`, import.meta.url)));
const local = defineChain({ id: 31337, name: "hardhat", nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 }, rpcUrls: { default: { http: [] } } });
const token = (amount) => BigInt(amount) * 10n ** 9n;
export const Status = { None: 0, Open: 1, Running: 2, Revealing: 3, Verifying: 4, Paid: 5, Defaulted: 6, Disputed: 7 };

const cls = keccak256("0x02"), root = keccak256("0x03");

// What calls cost: the dearest of each action, and all together.
class Gas {
  actions = {};
  total = 0n;

  constructor(chain) { this.chain = chain; }

  async use(action, account, name, args) {
    const { gasUsed } = await this.chain.send(account, name, args);
    if (gasUsed > (this.actions[action] ?? 0n)) this.actions[action] = gasUsed;
    this.total += gasUsed;
  }
}

export class Chain {
  static async start(hre, parameters = {}) {
    const chain = new Chain();
    chain.connection = await hre.network.create({ network: "default", override: { chainId: 31337 } });
    const transport = custom(chain.connection.provider);
    chain.public = createPublicClient({ chain: local, transport, pollingInterval: 10 });
    chain.wallet = (account) => createWalletClient({ chain: local, transport, account });
    chain.rpc = (method, params = []) => chain.connection.provider.request({ method, params });
    chain.requester = await chain.account();
    const market = artifact("Market"), coin = artifact("MarketToken");
    chain.abi = market.abi;
    chain.coin = { abi: coin.abi, address: await chain.deploy(coin, [chain.requester.address, token(1_000_000)]) };
    const judges = [];
    for (const name of ["CopyJudge", "ExactJudge", "SumJudge", "ReplicaJudge"]) judges.push(await chain.deploy(artifact(name), []));
    chain.arbiter = { abi: artifact("Arbiter").abi, address: await chain.deploy(artifact("Arbiter"), judges) };
    const settings = { seedLag: 1, growthBlocks: 5, unbonding: 3600, minCheckBps: 100, evictionReward: 1_000_000n, minStake: token(1), committees: 0x0503, arbiter: chain.arbiter.address, ...parameters };
    chain.address = await chain.deploy(market, [chain.coin.address, settings]);
    chain.terms = 1;
    await chain.send(chain.requester, "registerTerms", [{ claimWindow: 60, runWindow: 120, revealWindow: 30, verdictWindow: 30, leafWindow: 30, challengeWindow: 10, disputeWindow: 20, quorum: 1 }]);
    await chain.sendCoin(chain.requester, "approve", [chain.address, 2n ** 256n - 1n]);
    await chain.send(chain.requester, "deposit", [token(10_000)]);
    chain.providers = [];
    for (let i = 0; i < 5; i++) chain.providers.push(await chain.join(1, token(1000)));
    chain.verifier = await chain.join(2, token(5000));
    await chain.mine(2);
    return chain;
  }

  async stop() { await this.connection.close(); }

  async account() {
    const account = privateKeyToAccount(generatePrivateKey());
    await this.rpc("hardhat_setBalance", [account.address, toHex(10n ** 20n)]);
    return account;
  }

  async deploy({ abi, bytecode }, args) {
    const hash = await this.wallet(this.requester).deployContract({ abi, bytecode, args });
    return (await this.public.waitForTransactionReceipt({ hash })).contractAddress;
  }

  async sendTo(address, abi, account, functionName, args) {
    const { request } = await this.public.simulateContract({ address, abi, account, functionName, args });
    const hash = await this.wallet(account).writeContract(request);
    return this.public.waitForTransactionReceipt({ hash });
  }

  send(account, functionName, args) { return this.sendTo(this.address, this.abi, account, functionName, args); }
  sendCoin(account, functionName, args) { return this.sendTo(this.coin.address, this.coin.abi, account, functionName, args); }
  encode(functionName, args) { return encodeFunctionData({ abi: this.abi, functionName, args }); }
  read(functionName, args = []) { return this.public.readContract({ address: this.address, abi: this.abi, functionName, args }); }
  async mine(blocks) { await this.rpc("hardhat_mine", [toHex(blocks)]); }
  async warp(seconds) { await this.rpc("evm_increaseTime", [seconds]); await this.mine(1); }

  async join(role, amount) {
    const owner = await this.account(), node = await this.account();
    await this.sendCoin(this.requester, "transfer", [owner.address, amount]);
    await this.sendCoin(owner, "approve", [this.address, amount]);
    const proof = await node.signMessage({ message: { raw: await this.read("nodeKeyMessage", [owner.address]) } });
    await this.send(owner, "registerStake", [role, node.address, amount, proof]);
    return { owner, node, id: await this.read("stakeIdOf", [node.address]) };
  }

  async spec(replicas, changes = {}) {
    return {
      requester: this.requester.address, nonce: await this.read("nonceOf", [this.requester.address]), bundle: keccak256("0x01"),
      tasks: 24, replicas, reward: token(1), verifierFee: token(1) / 2n, cover: token(2), checkBps: 1000, auditBps: 1000,
      terms: this.terms, bundleBytes: 1_000_000n, outputBytes: 1_000_000n, ...changes,
    };
  }

  // A whole undisputed job, up to the end of its window. Gives the gas of each action, the dearest call where there are several, and
  // of all. `previous` is finalized in the same transaction as the first claim, as nodes do. With `fast` providers executed before they
  // claim, and deliver with the claim.
  async playJob(replicas, { previous, changes, pastWindow = true, fast = false, result = root } = {}) {
    const spec = await this.spec(replicas, changes), gas = new Gas(this), seats = this.providers.slice(0, replicas);
    await gas.use("post", this.requester, "post", [spec]);
    const id = await this.read("jobIdOf", [spec]);
    await this.mine(6);
    await (fast ? this.deliverAtClaim(gas, spec, id, previous) : this.claimAndDeliver(gas, spec, id, previous, result));
    assert.equal((await this.read("jobOf", [id])).status, Status.Verifying);
    await this.mine(6);
    const before = await Promise.all(seats.map((p) => this.read("stakeOf", [p.id])));
    await gas.use("verdict", this.verifier.node, "verdict", this.acceptance(spec));
    for (const [i, provider] of seats.entries()) {
      const stake = await this.read("stakeOf", [provider.id]);
      assert.equal(stake.credit - before[i].credit, spec.reward);
      assert.equal(stake.locked, before[i].locked, "locks stay until the window closes");
    }
    if (pastWindow) await this.warp(11);
    return { spec, actions: gas.actions, total: gas.total };
  }

  acceptance(spec) { return [spec, (1 << spec.replicas) - 1, 0, keccak256("0x04"), 0n]; }

  async claimAndDeliver(gas, spec, id, previous, root) {
    const { replicas } = spec, seats = this.providers.slice(0, replicas);
    for (const [seat, { node }] of seats.entries()) {
      if (seat > 0 || !previous) await gas.use("claim", node, "claim", [spec, seat]);
      else await gas.use("finalize + first claim", node, "multicall", [[this.encode("finalize", [previous]), this.encode("claim", [spec, 0])]]);
    }
    if (replicas === 1) return gas.use("submit", seats[0].node, "submit", [spec, cls, root]);
    const salts = seats.map(() => keccak256(generatePrivateKey()));
    for (const [seat, { node, id: provider }] of seats.entries()) {
      if (seat === replicas - 1) await gas.use("last commit with reveal", node, "commitAndReveal", [spec, seat, cls, root]);
      else await gas.use("commit", node, "commit", [spec, seat, await this.read("commitment", [id, provider, cls, root, salts[seat]])]);
    }
    for (const [seat, { node }] of seats.slice(0, -1).entries()) await gas.use(seat === replicas - 2 ? "last reveal" : "reveal", node, "reveal", [spec, seat, cls, root, salts[seat]]);
  }

  async deliverAtClaim(gas, spec, id, previous) {
    const { replicas } = spec, seats = this.providers.slice(0, replicas), salts = seats.map(() => keccak256(generatePrivateKey()));
    for (const [seat, { node, id: provider }] of seats.entries()) {
      const last = seat === replicas - 1;
      const calls = replicas === 1 ? [["claimAndSubmit", [spec, cls, root]]]
        : last ? [["claim", [spec, seat]], ["commitAndReveal", [spec, seat, cls, root]]]
        : [["claimAndCommit", [spec, seat, await this.read("commitment", [id, provider, cls, root, salts[seat]])]]];
      const name = replicas === 1 ? "claim and submit" : last ? "last claim, commit and reveal" : "claim and commit";
      if (seat === 0 && previous) calls.unshift(["finalize", [previous]]);
      if (calls.length === 1) await gas.use(name, node, ...calls[0]);
      else await gas.use(seat === 0 ? `finalize + ${name}` : name, node, "multicall", [calls.map(([call, args]) => this.encode(call, args))]);
    }
    for (const [seat, { node }] of seats.slice(0, -1).entries()) await gas.use(seat === replicas - 2 ? "last reveal" : "reveal", node, "reveal", [spec, seat, cls, root, salts[seat]]);
  }

  // Jobs of one replica, each step of all of them in one transaction; the batch before is finalized with the claims.
  async playBatch(count, previous = []) {
    const first = await this.spec(1), gas = new Gas(this), { node } = this.providers[0];
    const specs = Array.from({ length: count }, (_, i) => ({ ...first, nonce: first.nonce + BigInt(i) }));
    const all = (name, ofSpecs, args) => ofSpecs.map((spec) => this.encode(name, args(spec)));
    await gas.use("post", this.requester, "multicall", [all("post", specs, (s) => [s])]);
    await this.mine(6);
    const calls = [...all("finalize", previous, (s) => [s]), ...all("claimAndSubmit", specs, (s) => [s, cls, root])];
    await gas.use("finalize + claim and submit", node, "multicall", [calls]);
    await this.mine(6);
    await gas.use("verdict", this.verifier.node, "multicall", [all("verdict", specs, (s) => this.acceptance(s))]);
    for (const spec of specs) assert.equal((await this.read("jobOf", [await this.read("jobIdOf", [spec])])).status, Status.Paid);
    await this.warp(11);
    return { specs, actions: gas.actions, total: gas.total };
  }

  async finalize(spec) {
    const { gasUsed } = await this.send(this.requester, "finalize", [spec]);
    assert.equal((await this.read("jobOf", [await this.read("jobIdOf", [spec])])).status, Status.None, "nothing is stored of a job that has ended");
    for (const p of [...this.providers, this.verifier]) assert.equal((await this.read("stakeOf", [p.id])).locked, 0n);
    return gasUsed;
  }

  async withdrawAll() {
    let gas = 0n;
    for (const { owner, id } of [...this.providers, this.verifier]) {
      const { credit } = await this.read("stakeOf", [id]);
      gas = (await this.send(owner, "withdraw", [owner.address])).gasUsed;
      const balance = await this.public.readContract({ ...this.coin, functionName: "balanceOf", args: [owner.address] });
      assert.equal(balance, credit);
    }
    return { gas };
  }

  // All that the ledger knows of is in the contract, and nothing else; no job is open when this is called.
  async checkConservation() {
    let sum = (await this.read("creditOf", [this.requester.address])) + (await this.read("burnt"));
    for (const { id } of [...this.providers, this.verifier]) {
      const s = await this.read("stakeOf", [id]);
      sum += s.stake + s.unbonding + s.credit;
    }
    const balance = await this.public.readContract({ ...this.coin, functionName: "balanceOf", args: [this.address] });
    assert.equal(balance, sum * (await this.read("unit")));
  }
}
