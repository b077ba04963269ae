// Writes tests/vectors/judging/*.json: what every machine gives for exactly rounded operations, and calls to the judging contracts with
// the answers that they must give. The same run gives the same files.
import { mkdirSync, writeFileSync } from "node:fs";
import { copyCases, exactCases, replicaCases } from "./judging/cases.mjs";
import { copyEdges, exactEdges, linkEdges, replicaEdges, sumEdges } from "./judging/edges.mjs";
import { floatVectors } from "./judging/floats.mjs";
import { linkCases } from "./judging/links.mjs";
import { openingCases } from "./judging/openings.mjs";
import { sumCases } from "./judging/sums.mjs";

// Columns, so that Solidity reads each with one call.
const columns = (cases) => ({ names: cases.map((c) => c.name), calls: cases.map((c) => c.call), answers: cases.map((c) => c.answer) });
export const files = () => ({
  "floats.json": floatVectors("market", 2000),
  "openings.json": columns(openingCases("market")),
  "links.json": columns([...linkCases(), ...linkEdges()]),
  "copies.json": columns([...copyCases("market", 90), ...copyEdges()]),
  "exact.json": columns([...exactCases("market", 90), ...exactEdges()]),
  "replicas.json": columns([...replicaCases("market", 120), ...replicaEdges()]),
  "sums.json": columns([...sumCases("market", 120), ...sumEdges()]),
});

if (process.argv[1] === import.meta.filename) {
  const folder = new URL("../../tests/vectors/judging/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  for (const [name, value] of Object.entries(files())) writeFileSync(new URL(name, folder), JSON.stringify(value, null, 1) + "\n");
}
