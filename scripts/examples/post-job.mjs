// Posts jobs from JavaScript: pays their price into the market, then posts all of them in one transaction, which costs a third less gas
// each than one by one. The bundles and their heads (docs/content.md) must be
// served by a node of yours.
// usage: PRIVATE_KEY=0x… node scripts/examples/post-job.mjs DEPLOYMENT_FILE REPLICAS HEAD_SHA256:TASKS...
import { createWalletClient, encodeFunctionData, parseEventLogs } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { abi, connect, tokenAbi } from "./market.mjs";

const [file, replicas, ...jobs] = process.argv.slice(2);
if (!process.env.PRIVATE_KEY || !(replicas > 0) || jobs.length === 0 || !jobs.every((job) => /^0x[0-9a-f]{64}:[1-9]\d*$/i.test(job))) {
  console.error("usage: PRIVATE_KEY=0x… node scripts/examples/post-job.mjs DEPLOYMENT_FILE REPLICAS HEAD_SHA256:TASKS...");
  process.exit(2);
}

const { deployment, chain, transport, client } = connect(file);
const account = privateKeyToAccount(process.env.PRIVATE_KEY);
const wallet = createWalletClient({ account, chain, transport });
const send = async (address, contract, functionName, args) =>
  client.waitForTransactionReceipt({ hash: await wallet.writeContract({ address, abi: contract, functionName, args }) });

const nonce = await client.readContract({ address: deployment.market, abi, functionName: "nonceOf", args: [account.address] });
const specs = jobs.map((job) => job.split(":")).map(([bundle, tasks], i) => ({
  requester: account.address, nonce: nonce + BigInt(i), bundle, tasks: Number(tasks), replicas: Number(replicas),
  reward: 10n ** 9n, verifierFee: 5n * 10n ** 8n, cover: 2n * 10n ** 9n,
  checkBps: 1000, auditBps: 1000, terms: deployment.terms, bundleBytes: 1_000_000n, outputBytes: 1_000_000n,
}));
const price = specs.reduce((sum, spec) => sum + spec.reward * BigInt(spec.replicas) + spec.verifierFee, 0n);
await send(deployment.token, tokenAbi, "approve", [deployment.market, price]);
await send(deployment.market, abi, "deposit", [price]);
const posts = specs.map((spec) => encodeFunctionData({ abi, functionName: "post", args: [spec] }));
const receipt = await send(deployment.market, abi, "multicall", [posts]);
for (const posted of parseEventLogs({ abi, logs: receipt.logs, eventName: "JobPosted" })) console.log(posted.args.jobId);
process.exit(0);
