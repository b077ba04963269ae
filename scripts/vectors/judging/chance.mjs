// Random numbers that are the same in every run.
import { createHash } from "node:crypto";

export class Chance {
  #seed; #counter = 0; #rest = Buffer.alloc(0);
  constructor(seed) { this.#seed = seed; }
  bytes(n) {
    while (this.#rest.length < n) this.#rest = Buffer.concat([this.#rest, createHash("sha256").update(`${this.#seed} ${this.#counter++}`).digest()]);
    const taken = this.#rest.subarray(0, n);
    this.#rest = this.#rest.subarray(n);
    return taken;
  }
  u32() { return this.bytes(4).readUInt32BE(); }
  below(n) { return this.u32() % n; }
  pick(list) { return list[this.below(list.length)]; }
  // Uniform in (−1, 1), a 32-bit float.
  unit() { return Math.fround(this.bytes(4).readInt32BE() / 2 ** 31); }
  shuffle(list) {
    const copy = [...list];
    for (let i = copy.length - 1; i > 0; i--) { const j = this.below(i + 1); [copy[i], copy[j]] = [copy[j], copy[i]]; }
    return copy;
  }
}
