// The protocols that the peer speaks, each from both ends. "served" answers a stream; "asked" opens one's talk and
// returns what it saw, so that both sides can compare digests.
import { createHash, randomBytes } from "node:crypto";

const block = randomBytes(64 << 10);
const count = (n) => { const bytes = Buffer.alloc(8); bytes.writeBigUInt64BE(BigInt(n)); return bytes; };

// The stream's data to its end; a reset or a lost connection throws.
// (The stream's own iterator waits for ever if the other end closed before the iteration began.)
export async function* received(stream) {
  const queue = [];
  let [ended, error, wake] = [stream.readableEnded, undefined, () => {}];
  if (stream.status === "reset" || stream.status === "aborted") error = new Error(`The stream was ${stream.status}.`);
  const on = (event, act) => stream.addEventListener(event, (e) => { act(e); wake(); });
  on("message", (e) => queue.push(e.data));
  on("end", () => { ended = true; });
  on("close", (e) => { ended = true; error = e.error; });
  while (true) {
    while (queue.length > 0) yield queue.shift().subarray();
    if (error) throw error;
    if (ended) return;
    await new Promise((resolve) => { wake = resolve; });
  }
}

export async function send(stream, bytes) {
  if (!stream.send(bytes)) await stream.onDrain();
}

async function take(input, n) {
  let all = Buffer.alloc(0);
  while (all.length < n) {
    const { value, done } = await input.next();
    if (done) throw new Error(`The stream ended after ${all.length} bytes, expected ${n}.`);
    all = Buffer.concat([all, value]);
  }
  return all;
}

// Sends n bytes that differ from stream to stream and block to block; returns their digest.
async function sendRandom(stream, n) {
  const hash = createHash("sha256");
  for (let left = n; left > 0; left -= block.length) {
    const bytes = randomBytes(Math.min(left, block.length));
    hash.update(bytes);
    await send(stream, bytes);
  }
  return hash.digest();
}

export const served = {
  // Echoes all until the end.
  "/echo/1": async (stream) => {
    for await (const bytes of received(stream)) await send(stream, bytes);
    await stream.close();
  },
  // Reads to the end, then answers how many bytes came.
  "/sink/1": async (stream) => {
    let total = 0;
    for await (const bytes of received(stream)) total += bytes.length;
    await send(stream, count(total));
    await stream.close();
  },
  // Reads a count, then sends that many bytes.
  "/source/1": async (stream) => {
    let left = Number((await take(received(stream), 8)).readBigUInt64BE());
    for (; left > 0; left -= block.length) await send(stream, block.subarray(0, Math.min(left, block.length)));
    await stream.close();
  },
  // Reads to the end, then answers the digest of what came.
  "/digest/1": async (stream) => {
    const hash = createHash("sha256");
    for await (const bytes of received(stream)) hash.update(bytes);
    await send(stream, hash.digest());
    await stream.close();
  },
  // Reads a count, then sends that many random bytes and their digest.
  "/random/1": async (stream) => {
    const n = Number((await take(received(stream), 8)).readBigUInt64BE());
    await send(stream, await sendRandom(stream, n));
    await stream.close();
  },
  // Resets the stream at the first byte.
  "/reset/1": async (stream) => {
    await take(received(stream), 1);
    stream.abort(new Error("reset on purpose"));
  },
  // Sends one byte, then reads and writes no more until the stream is gone.
  "/hold/1": async (stream) => {
    await send(stream, Buffer.of(1));
    stream.pause();
  },
};

export const asked = {
  "/echo/1": async (stream, n) => {
    const [sent, back] = [randomBytes(n), createHash("sha256")];
    const reading = (async () => { for await (const bytes of received(stream)) back.update(bytes); })();
    await send(stream, sent);
    await stream.close();
    await reading;
    return { same: back.digest().equals(createHash("sha256").update(sent).digest()) };
  },
  "/sink/1": async (stream, n) => {
    const input = received(stream);
    for (let left = n; left > 0; left -= block.length) await send(stream, block.subarray(0, Math.min(left, block.length)));
    await stream.close();
    return { count: Number((await take(input, 8)).readBigUInt64BE()) };
  },
  "/digest/1": async (stream, n) => {
    const input = received(stream);
    const digest = await sendRandom(stream, n);
    await stream.close();
    return { same: digest.equals(await take(input, 32)) };
  },
  "/random/1": async (stream, n) => {
    const [input, hash] = [received(stream), createHash("sha256")];
    await send(stream, count(n));
    await stream.close();
    let [left, tail] = [n, Buffer.alloc(0)];
    for await (const bytes of input) {
      const body = bytes.subarray(0, Math.min(left, bytes.length));
      hash.update(body);
      left -= body.length;
      tail = Buffer.concat([tail, bytes.subarray(body.length)]);
    }
    return { same: hash.digest().equals(tail) };
  },
  // The other end resets: says which error its reader got.
  "/reset/1": async (stream) => {
    const input = received(stream);
    await send(stream, Buffer.of(1));
    return { error: await input.next().then(() => "none", (error) => error.name) };
  },
  // This end resets.
  "/hold/1": async (stream) => {
    await take(received(stream), 1);
    stream.abort(new Error("reset on purpose"));
    return {};
  },
};
