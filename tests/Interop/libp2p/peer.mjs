// A js-libp2p peer for tests and benchmarks: TCP, Noise, Yamux, identify, ping, and the protocols of protocols.mjs.
// Its first line on standard output says who and where it is; then every line of standard input is a command
// {"id": 1, "do": "ping", ...} and is answered by one line {"id": 1, "ok": {...}} or {"id": 1, "error": "..."}.
// It ends with its input.
//
// usage: node tests/Interop/libp2p/peer.mjs [ed25519|secp256k1]
import { generateKeyPair } from "@libp2p/crypto/keys";
import { identify, identifyPush } from "@libp2p/identify";
import { noise } from "@libp2p/noise";
import { peerIdFromString } from "@libp2p/peer-id";
import { ping } from "@libp2p/ping";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { multiaddr } from "@multiformats/multiaddr";
import { createLibp2p } from "libp2p";
import { createInterface } from "node:readline";
import { asked, served } from "./protocols.mjs";

const key = { ed25519: "Ed25519", secp256k1: "secp256k1" }[process.argv[2] ?? "secp256k1"];
const node = await createLibp2p({
  privateKey: await generateKeyPair(key),
  addresses: { listen: ["/ip4/127.0.0.1/tcp/0"] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  services: { identify: identify(), identifyPush: identifyPush(), ping: ping() },
  // By default a listener takes five connections a second from one address.
  connectionManager: { inboundConnectionThreshold: Infinity, maxIncomingPendingConnections: 1000 },
  nodeInfo: { name: "js-peer", version: "1", userAgent: "js-peer/1" },
});
// By default a peer may open 32 streams of a protocol.
const manyStreams = { maxInboundStreams: 1000, maxOutboundStreams: 1000 };
for (const [protocol, serve] of Object.entries(served)) {
  await node.handle(protocol, (stream) => serve(stream).catch((error) => stream.abort(error)), manyStreams);
}

const open = (peer, protocol) => node.dialProtocol(peerIdFromString(peer), protocol, manyStreams);
const commands = {
  // Connects, and says how the connection came to be.
  async dial({ address }) {
    const connection = await node.dial(multiaddr(address));
    return { peer: connection.remotePeer.toString(), encryption: connection.encryption, muxer: connection.multiplexer };
  },
  async hangUp({ peer }) {
    await node.hangUp(peerIdFromString(peer));
  },
  async ping({ peer }) {
    return { milliseconds: await node.services.ping.ping(peerIdFromString(peer)) };
  },
  async identify({ peer }) {
    const about = await node.services.identify.identify(node.getConnections(peerIdFromString(peer))[0]);
    const { agentVersion, protocolVersion, protocols, listenAddrs, observedAddr } = about;
    return { agent: agentVersion, version: protocolVersion, protocols, addresses: listenAddrs.map(String), observed: String(observedAddr) };
  },
  // Registers one more protocol, which identify pushes to every peer.
  async offer({ protocol }) {
    await node.handle(protocol, (stream) => stream.close());
  },
  // Speaks a protocol on one stream, or on many at once: {"peer", "protocol", "bytes", "streams"}.
  async speak({ peer, protocol, bytes, streams = 1 }) {
    const speak = async () => asked[protocol](await open(peer, protocol), bytes);
    return { answers: await Promise.all(Array.from({ length: streams }, speak)) };
  },
};

const say = (message) => process.stdout.write(JSON.stringify(message) + "\n");
say({ peer: node.peerId.toString(), addresses: node.getMultiaddrs().map(String) });
for await (const line of createInterface({ input: process.stdin })) {
  const { id, do: name, ...rest } = JSON.parse(line);
  commands[name](rest).then((ok) => say({ id, ok: ok ?? {} }), (error) => say({ id, error: `${error.name}: ${error.message}` }));
}
await node.stop();
process.exit(0);
