// The throw-away wallet of a devnet: announced as any wallet (EIP-6963), asked as any (EIP-1193). This browser makes its key and keeps it.
// Loaded only where the server says that the chain is a devnet. The key never leaves the browser: what does is signed here, after its owner agreed.
import { confirm } from './devnet-dialog.js';

const Stored = 'market-devnet-wallet';
const Tip = 1_000_000_000n;
const listeners = {};
let turn = Promise.resolve();

const provider = Object.freeze({
  request: ({ method, params = [] }) => answer(method, params),
  on: (name, act) => { (listeners[name] ??= new Set()).add(act); },
  removeListener: (name, act) => { listeners[name]?.delete(act); },
});
const info = Object.freeze({ uuid: crypto.randomUUID(), rdns: 'devnet.throw-away', name: 'Throw-away wallet of this devnet', icon: 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="12" cy="12" r="10" fill="none" stroke="%238a5a00" stroke-width="3" stroke-dasharray="4 3"/></svg>' });
const announce = () => dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail: Object.freeze({ info, provider }) }));
addEventListener('eip6963:requestProvider', announce);
addEventListener('storage', event => { if (event.key === Stored) listeners.accountsChanged?.forEach(act => act(accounts())); });
announce();

/** What its owner is asked, and what the chain answers for it. One question to the owner at a time. */
async function answer(method, params) {
  switch (method) {
    case 'eth_accounts':
      if (kept()) fund().catch(error => console.warn(error.message));
      return accounts();
    case 'eth_requestAccounts': return inTurn(connect);
    case 'eth_sendTransaction': return inTurn(() => send(params[0]));
    case 'eth_signTypedData_v4': return inTurn(() => signTyped(params[0], params[1]));
    case 'wallet_switchEthereumChain':
      if (BigInt(params[0].chainId) !== BigInt(await chain('eth_chainId'))) throw refusal(4902, 'This wallet knows no other chain.');
      return null;
    default: return chain(method, ...params);
  }
}

const refusal = (code, message) => Object.assign(new Error(message), { code });
const inTurn = act => (turn = turn.then(act, act));
const kept = () => JSON.parse(localStorage.getItem(Stored));
const accounts = () => kept() ? [kept().address] : [];
const library = () => import('/devnet/signing.js');

async function connect() {
  if (!kept()) {
    const text = 'A key is made in this browser and kept by it, and the devnet gives it play money. Whoever can use this browser can use the key.';
    await confirm('Make a throw-away wallet?', { 'What happens': text }, 'Make it');
    const { Wallet, hexlify } = await library();
    const made = new Wallet(hexlify(crypto.getRandomValues(new Uint8Array(32))));
    localStorage.setItem(Stored, JSON.stringify({ address: made.address, key: made.privateKey }));
  }
  await fund();
  return accounts();
}

async function send({ from, to, data = '0x', value = '0x0' }) {
  const signer = await owner(from);
  const call = { from: signer.address, to, data, value };
  const [block, gas, chainId] = await Promise.all([chain('eth_getBlockByNumber', 'latest', false), chain('eth_estimateGas', call), chain('eth_chainId')]);
  const gasLimit = BigInt(gas) * 12n / 10n;
  const maxFeePerGas = BigInt(block.baseFeePerGas) * 2n + Tip;
  await confirm('Send a transaction?', {
    To: to, Call: `${data.slice(0, 10)}, ${(data.length - 2) / 2} bytes`, Coin: coin(BigInt(value)), 'Fee at most': coin(gasLimit * maxFeePerGas),
  }, 'Send');
  const nonce = Number(await chain('eth_getTransactionCount', signer.address, 'pending'));
  return chain('eth_sendRawTransaction', await signer.signTransaction(
    { type: 2, chainId: BigInt(chainId), nonce, to, data, value, gasLimit, maxFeePerGas, maxPriorityFeePerGas: Tip }));
}

async function signTyped(from, text) {
  const signer = await owner(from);
  const { domain, types: { EIP712Domain, ...types }, primaryType, message } = typeof text === 'string' ? JSON.parse(text) : text;
  if (domain.chainId !== undefined && BigInt(domain.chainId) !== BigInt(await chain('eth_chainId'))) throw refusal(-32602, `That is for chain ${domain.chainId}.`);
  await confirm(`Sign “${primaryType}”?`, { For: domain.name, Contract: domain.verifyingContract, ...message }, 'Sign');
  return signer.signTypedData(domain, types, message);
}

async function owner(from) {
  const wallet = kept();
  if (!wallet || String(from).toLowerCase() !== wallet.address.toLowerCase()) throw refusal(4100, `This wallet does not sign for ${from}.`);
  return new (await library()).Wallet(wallet.key);
}

const coin = wei => `${Number(wei) / 1e18} of the chain's coin, worth nothing`;
const fund = () => post('/devnet/money', { address: kept().address });

async function chain(method, ...params) {
  const { result, error } = await post('/devnet/chain', { method, params });
  if (error) throw Object.assign(refusal(error.code, error.message), { data: error.data });
  return result;
}

async function post(path, body) {
  const answer = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const told = await answer.json().catch(() => null);
  if (!answer.ok) throw refusal(answer.status === 400 ? 4200 : 4900, told?.detail ?? `The server answers ${answer.status}.`);
  return told;
}
