// Writes tests/vectors/stake/stakes.json: the stakes that jobs demand, by the formulas of docs/economics.md in exact fractions. The
// contract and C# compute them in integers; both read this file.
import { mkdirSync, writeFileSync } from "node:fs";

const most = 2n ** 64n - 1n;
// Fractions of big integers: [numerator, denominator].
const times = (...all) => all.reduce(([a, b], [c, d]) => [a * c, b * d], [1n, 1n]);
const plus = ([a, b], [c, d]) => [a * d + c * b, b * d];
const over = (a, [c, d]) => times(a, [d, c]);
const whole = (n) => [BigInt(n), 1n];
const larger = (...all) => all.reduce((a, b) => (a[0] * b[1] > b[0] * a[1] ? a : b));
const smaller = (a, b) => (a[0] * b[1] < b[0] * a[1] ? a : b);
const units = ([a, b]) => { const up = (a + b - 1n) / b; return up > most ? most : up; };

function stakesOf({ reward, cover, tasks, replicas, check, audit }) {
  const [r, G, N, k] = [reward, cover, tasks, replicas].map(whole), x = [check, 10_000n], a = [audit, 10_000n];
  // How likely one false task, or a job without any work, is seen: by the verifier, and by an auditor who meets other tasks.
  const y = (h) => times(h, plus(whole(1), times(a, plus(whole(1), times([-2n, 3n], h)))));
  const lock = units(larger(times(whole(2), r), over(times(whole(2), plus(G, r)), k)));
  const one = over(plus(G, over(r, N)), times(k, y(x)));
  const all = over(plus(G, r), times(k, y(smaller(whole(1), times(N, x)))));
  const backing = units(larger(times(whole(10), r), whole(lock), times([214n, 100n], larger(one, all))));
  const behind = times(k, whole(backing));
  return { lock, backing, verifierLock: units(larger(times(k, whole(lock)), times([1n, 5n], behind), times([1n, 6n], plus(behind, G)))) };
}

const token = 10n ** 9n;
const jobs = [];
const add = (reward, cover, tasks, replicas, check, audit) => jobs.push({ reward, cover, tasks: BigInt(tasks), replicas: BigInt(replicas), check: BigInt(check), audit: BigInt(audit) });
// Those of docs/economics.md, then the edges of every field.
for (const [cover, tasks, replicas, check, audit] of [[1, 200, 1, 300, 1000], [5, 200, 1, 300, 1000], [20, 200, 1, 1000, 1000], [20, 200, 1, 10_000, 1000],
  [20, 200, 2, 2000, 2000], [20, 200, 3, 1000, 1000], [20, 200, 5, 1000, 1000], [5, 10, 1, 1000, 1000], [5, 1, 1, 2500, 1000], [0, 1, 1, 200, 0], [20, 200, 1, 5000, 10_000]]) {
  add(token, BigInt(cover) * token, tasks, replicas, check, audit);
}
for (const reward of [1n, 3n, token, 2n ** 63n]) {
  for (const cover of [0n, 1n, 7n * token + 1n, most]) {
    for (const [tasks, replicas, check, audit] of [[1, 1, 1, 0], [3, 7, 3333, 10_000], [65_536, 7, 10_000, 10_000], [65_536, 1, 1, 1], [10, 2, 999, 5000]]) add(reward, cover, tasks, replicas, check, audit);
  }
}
const folder = new URL("../../tests/vectors/stake/", import.meta.url);
mkdirSync(folder, { recursive: true });
const rows = jobs.map((job) => JSON.stringify({ ...job, ...stakesOf(job) }, (_, v) => (typeof v === "bigint" ? v.toString() : v)));
writeFileSync(new URL("stakes.json", folder), `{ "stakes": [\n ${rows.join(",\n ")}\n] }\n`);
