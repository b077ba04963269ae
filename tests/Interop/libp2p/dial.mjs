// A js-libp2p node that dials as a benchmark asks, one line each, and answers with seconds:
//   throughput ADDRESS BYTES   /sink/1 takes so many bytes and says that it did
//   handshakes ADDRESS COUNT   so many connections, one after the other
//   echo ADDRESS COUNT         every round trip of 32 bytes on one /echo/1 stream, shortest first
import { generateKeyPair } from "@libp2p/crypto/keys";
import { identify } from "@libp2p/identify";
import { noise } from "@libp2p/noise";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { multiaddr } from "@multiformats/multiaddr";
import { createLibp2p } from "libp2p";
import { createInterface } from "node:readline";
import { asked, received } from "./protocols.mjs";

const node = await createLibp2p({
  privateKey: await generateKeyPair("secp256k1"),
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  services: { identify: identify() },
});

const seconds = async (action) => {
  const start = process.hrtime.bigint();
  await action();
  return Number(process.hrtime.bigint() - start) / 1e9;
};

const connect = (address) => node.dial(multiaddr(address));

async function throughput(address, bytes) {
  const stream = await (await connect(address)).newStream("/sink/1");
  return seconds(async () => {
    const { count } = await asked["/sink/1"](stream, Number(bytes));
    if (count !== Number(bytes)) throw new Error(`The other end counted ${count} bytes, ${bytes} were sent.`);
  });
}

async function handshakes(address, count) {
  await (await connect(address)).close();
  return seconds(async () => {
    for (let i = 0; i < Number(count); i++) await (await connect(address)).close();
  });
}

async function echo(address, count) {
  const stream = await (await connect(address)).newStream("/echo/1");
  const [message, times, parts] = [new Uint8Array(32), [], received(stream)];
  for (let i = -1; i < Number(count); i++) {
    const took = await seconds(async () => {
      stream.send(message);
      for (let got = 0; got < message.length;) got += (await parts.next()).value.length;
    });
    // The first round trip warms the stream up.
    if (i >= 0) times.push(took);
  }
  await stream.close();
  return times.sort((a, b) => a - b).join(" ");
}

const asks = { throughput, handshakes, echo };
console.log("ready");
for await (const line of createInterface({ input: process.stdin })) {
  const [what, address, amount] = line.split(" ");
  console.log(await asks[what](address, amount));
}
await node.stop();
process.exit(0);
