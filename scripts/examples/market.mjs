// What both examples share: the deployment file and the contract's ABI.
import { readFileSync } from "node:fs";
import { createPublicClient, defineChain, http, webSocket } from "viem";

export const { abi } = JSON.parse(readFileSync(new URL("../../contracts/abi/Market.json", import.meta.url)));
export const tokenAbi = JSON.parse(readFileSync(new URL("../../contracts/abi/MarketToken.json", import.meta.url))).abi;

export function connect(deploymentFile) {
  const deployment = JSON.parse(readFileSync(deploymentFile));
  const chain = defineChain({ id: deployment.chainId, name: "market", nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 }, rpcUrls: { default: { http: [] } } });
  const transport = deployment.rpc.startsWith("ws") ? webSocket(deployment.rpc) : http(deployment.rpc);
  return { deployment, chain, transport, client: createPublicClient({ chain, transport, pollingInterval: 500 }) };
}
