// What the pages check in the browser, against the same published vectors.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { errorDigest, hex, outputsDigest, resultRoot, tensorDigest } from "../../marketplace-web/wwwroot/digests.js";

const vectors = JSON.parse(readFileSync(new URL("../vectors/results/vectors.json", import.meta.url)));
const bytes = (text) => new Uint8Array(Buffer.from(text, "hex"));

for (const { name, type, dims, data, digest } of vectors.tensors) test(`tensor: ${name}`, async () => assert.equal(hex(await tensorDigest(type, dims, bytes(data))), digest));

test("a task's outputs", async () => assert.equal(hex(await outputsDigest(vectors.outputs.names, vectors.outputs.tensors.map(bytes))), vectors.outputs.root));

test("errors", async () => { for (const { code, root } of vectors.errors) assert.equal(hex(await errorDigest(code)), root); });

for (const { tasks, root } of vectors.trees) test(`a tree of ${tasks.length} tasks`, async () =>
  assert.equal(hex(await resultRoot(tasks.map((t) => ({ error: t.kind === 1, digest: bytes(t.root) })))), root));
