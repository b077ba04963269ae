// Prints how much of the contracts the Solidity tests run, and fails below 95 % of lines. Hardhat counts lines and statements.
import { readFileSync } from "node:fs";

let found = 0, hit = 0, file = "";
for (const line of readFileSync("coverage/lcov.info", "utf8").split("\n")) {
  if (line.startsWith("SF:")) file = line.slice(3);
  else if (line.startsWith("DA:") && file.includes("contracts/")) {
    found++;
    if (Number(line.split(",")[1]) > 0) hit++;
  }
}
const share = (100 * hit) / found;
console.log(`coverage of the contracts: ${hit} of ${found} lines, ${share.toFixed(1)} %`);
if (!(share >= 95)) {
  console.error("expected at least 95 %");
  process.exit(1);
}
