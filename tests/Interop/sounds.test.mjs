// What the browser makes of a sound before the server takes it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { make, wav } from "../../marketplace-web/wwwroot/sound.js";

test("a WAV file of two channels is their mean, within 16 bits", () => {
  const file = Buffer.from(wav([Float32Array.of(0, 1, -1, 3, 0.5), Float32Array.of(0, 0, -1, 1, -0.5)], 16_000));
  assert.deepEqual([file.toString("latin1", 0, 4), file.toString("latin1", 8, 16), file.toString("latin1", 36, 40)], ["RIFF", "WAVEfmt ", "data"]);
  assert.deepEqual([4, 16, 24, 28, 40].map((at) => file.readUInt32LE(at)), [file.length - 8, 16, 16_000, 32_000, 10]);
  assert.deepEqual([20, 22, 32, 34].map((at) => file.readUInt16LE(at)), [1, 1, 2, 16]);
  assert.deepEqual([0, 1, 2, 3, 4].map((i) => file.readInt16LE(44 + 2 * i)), [0, 16384, -32767, 32767, 0]);
});

for (const [what, size, ...told] of [["empty", 0, "empty"], ["too large", 2 ** 28 + 1, "large", String(2 ** 28 + 1), String(2 ** 28)]]) {
  test(`a sound that is ${what} is told before a byte of it is read`, () => assert.rejects(make({ name: "talk.mp3", size }, () => true), ({ message, about }) => {
    assert.deepEqual([message, ...about], told);
    return true;
  }));
}
