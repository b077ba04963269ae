// Runs the devnet's chain (Hardhat's node, one block a second) until its standard input ends, so that it never outlives the program that started it.
// usage: node scripts/devnet/chain.mjs PORT
import hre from "hardhat";

const port = Number(process.argv[2]);
if (!Number.isInteger(port) || port < 0 || port > 65535) {
  console.error(`Port '${process.argv[2]}' is not a number from 0 (any free one) to 65535.`);
  process.exit(2);
}

process.stdin.resume().on("end", () => process.exit(0)).on("error", () => process.exit(0));
const server = await hre.network.createServer("devnet", "127.0.0.1", port);
// A port that cannot be had is told by an event of the server's, which only this handler sees.
process.on("uncaughtException", error => {
  console.error(error.code === "EADDRINUSE" ? `Port ${port} of 127.0.0.1 is in use, expected a free one; 0 takes any.` : error);
  process.exit(1);
});
const { address, port: bound } = await server.listen();
console.log(`listening on http://${address}:${bound}`);
