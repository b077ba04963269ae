// Decodes a file of eth_getLogs answers, one a line, with viem or ethers: each line of input asks for one
// pass, the answer is the seconds of processor time that it took.
// usage: node decode.mjs viem|ethers FILE EVENTS
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Interface } from "ethers";
import { parseEventLogs } from "viem";

const [library, file, expected] = process.argv.slice(2);
const { abi } = JSON.parse(readFileSync(new URL("../../../contracts/abi/Market.json", import.meta.url)));
const contract = new Interface(abi);
const decode = {
  viem: (logs) => parseEventLogs({ abi, logs }).length,
  ethers: (logs) => logs.filter((log) => contract.parseLog(log) !== null).length,
}[library];

const answers = readFileSync(file, "utf8").trimEnd().split("\n");
console.log("ready");
for await (const _ of createInterface({ input: process.stdin })) {
  const start = process.cpuUsage();
  let events = 0;
  for (const answer of answers) events += decode(JSON.parse(answer).result);
  if (events !== Number(expected)) throw new Error(`${library} decoded ${events} events, expected ${expected}.`);
  const { user, system } = process.cpuUsage(start);
  console.log((user + system) / 1e6);
}
