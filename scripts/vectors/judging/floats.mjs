// What every machine gives for one exactly rounded operation on 32-bit floats. JavaScript computes in doubles; rounding those once
// more gives the float that rounding once gives, for + − × ÷ and √ (53 ≥ 2·24 + 2 bits).
import { Chance } from "./chance.mjs";
import { floatBits, floatOf, u32, u8 } from "./tensors.mjs";

const edges = [
  0, 1, 2, 3, 0x7fffff, 0x800000, 0x800001, 0xffffff, 0x1000000, 0x33800000, 0x33800001, 0x34000000, 0x3effffff, 0x3f000000, 0x3f7fffff, 0x3f800000, 0x3f800001,
  0x3fc00000, 0x40000000, 0x40400000, 0x4b7fffff, 0x4b800000, 0x5f000000, 0x5f800000, 0x7effffff, 0x7f000000, 0x7f7ffffe, 0x7f7fffff, 0x7f800000, 0x7fc00000,
].flatMap((b) => (b === 0 || b === 0x7fc00000 ? [b] : [b, (b | 0x80000000) >>> 0]));

const nan = Number.isNaN;
export const operations = {
  Add: (a, b) => a + b, Sub: (a, b) => a - b, Mul: (a, b) => a * b, Div: (a, b) => (b === 0 && a !== 0 && !nan(a) ? undefined : a / b),
  Sqrt: (a) => Math.sqrt(a), Relu: (a) => (nan(a) ? undefined : Math.max(a, 0)),
  Min: (a, b) => (nan(a) || nan(b) ? undefined : Math.min(a, b)), Max: (a, b) => (nan(a) || nan(b) ? undefined : Math.max(a, b)),
};
const canonical = (value) => { const rounded = Math.fround(value); return rounded === 0 ? 0 : floatBits(rounded); };
export const apply = (name, ...bits) => { const r = operations[name](...bits.map(floatOf)); return r === undefined ? undefined : canonical(r); };

const operand = (chance) => { const bits = chance.below(8) === 0 ? chance.pick(edges) : chance.u32(); return nan(floatOf(bits)) ? 0x7fc00000 : bits === 0x80000000 ? 0 : bits; };
// Like another one, but for the sign and a few exponents: where sums cancel and ties come up.
const near = (chance, bits) => { const e = Math.min(254, Math.max(0, ((bits >>> 23) & 255) + chance.below(60) - 30)); return ((chance.below(2) << 31) | (e << 23) | (chance.u32() & 0x7fffff & -(1 << chance.below(24)))) >>> 0; };

// Per operation, packed: a(4) ‖ b(4) ‖ known(1) ‖ result(4).
export const floatVectors = (seed, count) => Object.fromEntries(Object.keys(operations).map((name) => {
  const chance = new Chance(`${seed} ${name}`), rows = [];
  for (let i = 0; i < count; i++) {
    const a = operand(chance), other = i % 2 === 0 ? near(chance, a) : operand(chance), b = other === 0x80000000 ? 0 : other;
    const result = operations[name].length === 1 ? apply(name, a) : apply(name, a, b);
    rows.push(u32(a), u32(b), u8(result === undefined ? 0 : 1), u32(result ?? 0));
  }
  return [name, "0x" + Buffer.concat(rows).toString("hex")];
}));
