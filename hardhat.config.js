import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** The compiler is the pinned npm package, so that a build needs no download; tests live in tests/contracts. */
export default {
  solidity: {
    version: "0.8.30",
    path: require.resolve("solc/soljson.js"),
    settings: { viaIR: true, optimizer: { enabled: true, runs: 200 }, evmVersion: "prague" },
  },
  networks: {
    devnet: {
      type: "edr-simulated",
      chainId: 31337,
      hardfork: "prague",
      mining: { auto: false, interval: 1000 },
    },
  },
  test: { solidity: { fsPermissions: { readDirectory: ["tests/vectors"] } } },
  paths: {
    sources: "./contracts",
    tests: { solidity: "./tests/contracts" },
    artifacts: "./.build/contracts/artifacts",
    cache: "./.build/contracts/cache",
  },
};
