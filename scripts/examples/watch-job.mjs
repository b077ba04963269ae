// Prints what happens to a job, one event a line, until it is over.
// usage: node scripts/examples/watch-job.mjs DEPLOYMENT_FILE JOB_ID
import { parseEventLogs } from "viem";
import { abi, connect } from "./market.mjs";

const [file, job] = process.argv.slice(2);
if (!/^0x[0-9a-f]{64}$/i.test(job ?? "")) {
  console.error("usage: node scripts/examples/watch-job.mjs DEPLOYMENT_FILE JOB_ID");
  process.exit(2);
}

const { deployment, client } = connect(file);
let next = BigInt(deployment.block);
client.watchBlockNumber({
  emitOnBegin: true,
  onBlockNumber: async (head) => {
    const from = next;
    if (head < from) return;
    next = head + 1n;
    const logs = parseEventLogs({ abi, logs: await client.getLogs({ address: deployment.market, fromBlock: from, toBlock: head }) });
    for (const { eventName, args, blockNumber } of logs.filter((log) => log.args.jobId === job)) {
      console.log(`${blockNumber} ${eventName} ${JSON.stringify(args, (key, value) => (key === "spec" ? undefined : typeof value === "bigint" ? String(value) : value))}`);
      if (eventName === "JobFinalized" || eventName === "JobExpired") process.exit(0);
    }
  },
  onError: (error) => { console.error(error.message); process.exit(1); },
});
