// The JavaScript examples against a devnet of the C# programs: a job is posted, seen, and refunded when nobody takes it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = (command, args, env = {}) => spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "inherit"] });
const lines = (child) => createInterface({ input: child.stdout })[Symbol.asyncIterator]();

test("jobs posted by one example in one transaction are seen by the other", { timeout: 120_000 }, async () => {
  const devnet = run("dotnet", [".build/dotnet/bin/Market.Node/release/market.dll", "devnet", "--providers", "0", "--verifiers", "0", "--port", "0", "--json", "--stop-with-input"]);
  try {
    const { deployment, requester } = JSON.parse((await lines(devnet).next()).value);
    const posting = run("node", ["scripts/examples/post-job.mjs", deployment, "3", `0x${"11".repeat(32)}:24`, `0x${"22".repeat(32)}:8`], { PRIVATE_KEY: requester.privateKey });
    const posted = lines(posting), first = (await posted.next()).value, job = (await posted.next()).value;
    for (const id of [first, job]) assert.match(id, /^0x[0-9a-f]{64}$/);
    assert.notEqual(first, job);
    const watching = run("node", ["scripts/examples/watch-job.mjs", deployment, job]);
    const seen = (await lines(watching).next()).value;
    watching.kill();
    assert.match(seen, /^\d+ JobPosted /);
    assert.ok(seen.includes(job) && seen.includes(requester.address));
  } finally {
    devnet.stdin.end();
    await new Promise((resolve) => devnet.on("exit", resolve));
  }
});
