// Prints how much of the contracts the Solidity tests run, and fails below 95 % of lines, statements or branches.
//
// Hardhat's report counts lines, and a line `if (x) revert Y();` as run once its condition is. So this reads what lies beneath: the
// marks that Hardhat puts before every statement, the bodies of conditions without braces too, and how often each was passed.
// A branch is a way out of an `if`: into its body, and past it (into its `else` where there is one). A mark is counted once for each
// run of a test; so past the body somebody surely went if more runs met the `if` than its body, or if the body leaves and what follows
// was run. What both ways were gone in every run is not seen. The two sides of `?:`, `&&` and `||` are not told apart.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(createRequire(import.meta.url).resolve("hardhat"));
const { addStatementCoverageInstrumentation } = require("@nomicfoundation/edr");
const passed = new Map();
const data = join("coverage", "data");
for (const file of readdirSync(data, { recursive: true }).filter((f) => f.endsWith(".json"))) {
  for (const [tag, times] of Object.entries(JSON.parse(readFileSync(join(data, file))))) passed.set(tag, (passed.get(tag) ?? 0) + times);
}

let totals, missed;
const count = (kind, hit, where) => {
  totals[kind][0] += hit ? 1 : 0;
  totals[kind][1]++;
  if (!hit && kind !== "lines") missed.push(`${where}: ${kind}`);
};

function measure(path) {
  const source = readFileSync(path, "utf8");
  const { metadata } = addStatementCoverageInstrumentation(source, `project/${path}`, "0.8.30");
  const place = (at) => `${path}:${source.slice(0, at).split("\n").length}`;
  const statements = metadata.map((m) => {
    const span = source.slice(m.startUtf16, m.endUtf16).trimEnd(), comment = /^(\s*\/\/[^\n]*\n)*\s*/.exec(span)[0].length;
    return {
      start: m.startUtf16 + comment,
      end: m.startUtf16 + span.length,
      text: span.slice(comment),
      times: passed.get(Buffer.from(m.tag).toString("hex")) ?? 0,
    };
  });
  statements.sort((a, b) => a.start - b.start);
  const lines = new Map();
  for (const { start, text, times } of statements) {
    const where = place(start);
    lines.set(where, (lines.get(where) ?? 0) + times);
    if (text.startsWith("{")) continue; // a block: its statements count
    count("statements", times > 0, where);
    if (/^revert\b/.test(text)) count("refusals", times > 0, where);
  }
  for (const [where, times] of lines) count("lines", times > 0, where);
  for (const condition of statements.filter((s) => /^if\b/.test(s.text))) {
    const within = statements.filter((s) => s !== condition && s.start > condition.start && s.end <= condition.end);
    const body = within.reduce((first, s) => (first === undefined || s.start < first.start ? s : first), undefined);
    count("branches", body.times > 0, place(body.start));
    const next = statements.find((s) => s.start >= condition.end), leaves = /^(revert|return|continue)\b/.test(body.text);
    count("branches", condition.times > body.times || (leaves && next?.times > 0), `${place(condition.start)} past the body`);
  }
}

const files = readdirSync("contracts", { recursive: true }).filter((f) => f.endsWith(".sol") && !f.startsWith("interfaces")).sort();
const judging = files.filter((f) => f.startsWith("judging")), market = files.filter((f) => !judging.includes(f));
let good = true;
for (const [name, part, least] of [["the market", market, {}], ["judging", judging, { branches: 85 }]]) {
  totals = { lines: [0, 0], statements: [0, 0], branches: [0, 0], refusals: [0, 0] }, missed = [];
  for (const file of part) measure(join("contracts", file));
  for (const where of missed) console.log(`not reached: ${where}`);
  for (const [kind, [hit, found]] of Object.entries(totals)) {
    const share = (100 * hit) / found, expected = least[kind] ?? 95;
    console.log(`coverage of ${name}: ${hit} of ${found} ${kind}, ${share.toFixed(1)} %`);
    if (share >= expected) continue;
    console.error(`expected at least ${expected} %`);
    good = false;
  }
}
if (!good) process.exit(1);
