// What the browser makes of a server, or of what stands before it, that does not take files.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deliver } from "../../marketplace-web/wwwroot/upload.js";

const Part = 4;
const problem = (status, detail, headers = {}) => new Response(JSON.stringify({ detail }), { status, headers: { "Content-Type": "application/problem+json", ...headers } });
const page = (status) => new Response("<html>no</html>", { status, headers: { "Content-Type": "text/html" } });
const fileOf = (name) => new File([`${name}: ten bytes`.slice(0, 10)], name);

/** Sends a.npy, b.npy and c.npy; `meddle` answers in place of the server, throws as a line does that is cut, or lets a request pass. */
async function sent(t, meddle) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const files = ["a.npy", "b.npy", "c.npy"].map(fileOf), here = new Map(), offsets = [], broken = [];
  t.mock.method(globalThis, "fetch", async (path, request) => {
    const number = Number(path.match(/\/place\/(\d+)/)?.[1] ?? -1), asked = { method: request.method, number, name: files[number]?.name, request, here };
    const answer = await meddle(asked);
    if (answer) return answer;
    if (request.method === "POST") {
      const taken = files.findIndex((file) => file.name === JSON.parse(request.body).name);
      if (!here.has(taken)) here.set(taken, "");
      return Response.json({ file: taken, received: here.get(taken).length, part: Part });
    }
    if (request.method === "PUT") {
      const offset = Number(new URL(path, "http://x").searchParams.get("offset"));
      assert.equal(offset, here.get(number).length);
      offsets.push([number, offset]);
      here.set(number, here.get(number) + (await request.body.text()));
    }
    return new Response(null, { status: 204, headers: { "Upload-Offset": here.get(number).length } });
  });
  let over = false;
  const delivered = deliver("/place", files, (left, error) => broken.push([left.map((file) => file.name).join(" "), error.message, ...error.about])).finally(() => { over = true; });
  while (!over) {
    await new Promise(setImmediate);
    t.mock.timers.tick(30_000);
  }
  await delivered;
  const whole = [];
  for (const [i, file] of files.entries()) if (here.get(i) === (await file.text())) whole.push(file.name);
  return { broken, whole: whole.join(" "), offsets };
}

for (const [what, answer, ...told] of [
  ["the purchase is gone", () => problem(404, "It is gone."), "It is gone."],
  ["another site's page", () => problem(403, "Not for you."), "Not for you."],
  ["too many bytes for what stands before the server", () => page(413), "refused", "413"],
  ["a full disk", () => problem(507, "The disk is full."), "The disk is full."],
  ["an address that sent too much", () => problem(429, "Too much."), "Too much."],
  ["a server that fails", () => page(500), "refused", "500"],
  ["an answer that says nothing", () => new Response(null, { status: 204 }), "refused", "204"],
]) {
  test(`${what}: that file is told, at once, and the others are sent`, async (t) => {
    let asked = 0;
    const found = await sent(t, ({ method, name }) => method === "PUT" && name === "b.npy" && ++asked && answer());
    assert.deepEqual([found.broken, found.whole, asked], [[["b.npy", ...told]], "a.npy c.npy", 1]);
  });
}

test("a file that is refused before its bytes is told, and the others are sent", async (t) => {
  const found = await sent(t, ({ method, request }) => method === "POST" && request.body.includes("b.npy") && problem(413, "Too large."));
  assert.deepEqual([found.broken, found.whole], [[["b.npy", "Too large."]], "a.npy c.npy"]);
});

test("a file that its owner removed is no failure", async (t) => {
  const found = await sent(t, ({ method, name }) => method === "PUT" && name === "b.npy" && problem(410, "It was removed."));
  assert.deepEqual([found.broken, found.whole], [[], "a.npy c.npy"]);
});

for (const [what, why, act] of [
  ["does not answer", "server-away", () => { throw new TypeError("Failed to fetch"); }],
  ["is away behind its proxy", "server-away", () => page(502)],
  ["is asked too often", "busy", () => new Response(null, { status: 429, headers: { "Retry-After": "1" } })],
]) {
  test(`a server that ${what} is asked again for a while, then all that is left is told as one`, async (t) => {
    let asked = 0;
    const found = await sent(t, ({ here }) => here.get(0)?.length === 10 && ++asked && act());
    assert.deepEqual([found.broken, found.whole, asked], [[["b.npy c.npy", why]], "a.npy", 9]);
  });
}

test("parts that never come through while questions do are given up", async (t) => {
  const found = await sent(t, ({ method, name }) => { if (method === "PUT" && name === "b.npy") throw new TypeError("Failed to fetch"); });
  assert.deepEqual([found.broken, found.whole], [[["b.npy", "in-vain"]], "a.npy c.npy"]);
});

test("after a break in the middle of a part what is there is not sent again", async (t) => {
  let broke = false;
  const found = await sent(t, async ({ method, number, request, here }) => {
    if (broke || method !== "PUT" || number !== 1 || here.get(1) !== "b.np") return;
    broke = true;
    here.set(1, here.get(1) + (await request.body.text()).slice(0, 3));
    throw new TypeError("Failed to fetch");
  });
  assert.deepEqual([found.broken, found.whole], [[], "a.npy b.npy c.npy"]);
  assert.deepEqual(found.offsets.filter(([file]) => file === 1).map(([, offset]) => offset), [0, 7]);
});
