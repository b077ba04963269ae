// Posts a job from JavaScript: pays its price into the market, then posts it. The bundle and its head (docs/content.md) must be served by a node of yours.
// usage: PRIVATE_KEY=0x… node scripts/examples/post-job.mjs DEPLOYMENT_FILE HEAD_SHA256 TASKS REPLICAS
import { createWalletClient, parseEventLogs } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { abi, connect, tokenAbi } from "./market.mjs";

const [file, bundle, tasks, replicas] = process.argv.slice(2);
if (!process.env.PRIVATE_KEY || !/^0x[0-9a-f]{64}$/i.test(bundle ?? "") || !(tasks > 0) || !(replicas > 0)) {
  console.error("usage: PRIVATE_KEY=0x… node scripts/examples/post-job.mjs DEPLOYMENT_FILE HEAD_SHA256 TASKS REPLICAS");
  process.exit(2);
}

const { deployment, chain, transport, client } = connect(file);
const account = privateKeyToAccount(process.env.PRIVATE_KEY);
const wallet = createWalletClient({ account, chain, transport });
const send = async (address, contract, functionName, args) =>
  client.waitForTransactionReceipt({ hash: await wallet.writeContract({ address, abi: contract, functionName, args }) });

const spec = {
  requester: account.address, nonce: await client.readContract({ address: deployment.market, abi, functionName: "nonceOf", args: [account.address] }),
  bundle, tasks: Number(tasks), replicas: Number(replicas), reward: 10n ** 9n, verifierFee: 5n * 10n ** 8n, cover: 2n * 10n ** 9n,
  checkBps: 1000, auditBps: 1000, terms: deployment.terms, bundleBytes: 1_000_000n, outputBytes: 1_000_000n,
};
const price = spec.reward * BigInt(spec.replicas) + spec.verifierFee;
await send(deployment.token, tokenAbi, "approve", [deployment.market, price]);
await send(deployment.market, abi, "deposit", [price]);
const receipt = await send(deployment.market, abi, "post", [spec]);
const [posted] = parseEventLogs({ abi, logs: receipt.logs, eventName: "JobPosted" });
console.log(posted.args.jobId);
process.exit(0);
