// Properties of the contracts' arithmetic for all values: the compiler's model checker makes a formula of every claim in Money.sol, and
// Z3, Debian's package, proves it or finds values that break it (docs/protocol.md, "Tests of the rules").
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import test from "node:test";
import { fileURLToPath } from "node:url";

const solc = createRequire(import.meta.url)("solc"), root = fileURLToPath(new URL("../../", import.meta.url));
const file = "tests/symbolic/Money.sol";
// Steps of Z3, so that a loaded machine proves the same: twenty times what the hardest claim takes. Time is bounded for the worst only.
const steps = 20_000_000, milliseconds = 600_000;
// The numbers of the compiler's messages.
const proven = "2961", broken = "4661";

const read = (path) => {
  const found = [root + path, `${root}node_modules/${path}`].find(existsSync);
  return found ? { contents: readFileSync(found, "utf8") } : { error: `no file ${path}` };
};

// Each assertion's line, and what the checker says of it. A claim that Z3 does not decide is neither proven nor broken.
const check = (contract) => {
  const modelChecker = { engine: "bmc", solvers: ["smtlib2"], contracts: { [file]: [contract] }, targets: ["assert"], timeout: milliseconds, showProvedSafe: true, showUnproved: true };
  const input = { language: "Solidity", sources: { [file]: { content: read(file).contents } }, settings: { modelChecker } };
  const smtSolver = (query) => ({ contents: spawnSync("z3", ["-smt2", "-in", `rlimit=${steps}`], { input: query, timeout: milliseconds, encoding: "utf8", maxBuffer: 1 << 28 }).stdout });
  const { errors } = JSON.parse(solc.compile(JSON.stringify(input), { import: read, smtSolver }));
  return errors.filter((e) => e.message.startsWith("BMC: ") || e.severity === "error").map((e) => ({ code: e.errorCode, message: e.formattedMessage }));
};

for (const [contract, claims] of [["Fees", 6], ["Detection", 4]]) {
  test(`${contract}: all that Money.sol claims is proven`, () => {
    const findings = check(contract);
    assert.deepEqual(findings.filter((f) => f.code !== proven), []);
    assert.equal(findings.length, claims);
  });
}

test("claims that are false are found", () => {
  assert.deepEqual(check("FalseClaims").map((f) => f.code), [broken, broken]);
});
