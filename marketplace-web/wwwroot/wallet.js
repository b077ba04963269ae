// The browser's wallets: found by EIP-6963, asked by EIP-1193. Keys never come here: a wallet shows its own window and signs by itself.
const Remembered = 'market-wallet';
const announced = new Map();
let wallet, listener;

addEventListener('eip6963:announceProvider', event => {
  const { info, provider } = event.detail ?? {};
  if (typeof provider?.request === 'function' && typeof info?.rdns === 'string') announced.set(info.rdns, { info, provider });
});

/** All wallets of this browser. An icon is only ever an image: it may be a drawing that contains scripts. */
export function list() {
  dispatchEvent(new Event('eip6963:requestProvider'));
  if (announced.size === 0 && typeof window.ethereum?.request === 'function') {
    announced.set('window.ethereum', { info: { rdns: 'window.ethereum', name: null }, provider: window.ethereum });
  }
  return [...announced.values()].slice(0, 20).map(({ info }) => ({
    rdns: info.rdns.slice(0, 100),
    name: info.name === null ? null : String(info.name ?? info.rdns).slice(0, 60),
    icon: String(info.icon ?? '').startsWith('data:image/') && info.icon.length < 100_000 ? info.icon : null,
  }));
}

/** The wallet that was connected last, if it still answers without asking its owner. */
export async function restore(page) {
  const rdns = localStorage.getItem(Remembered);
  return rdns && list().some(w => w.rdns === rdns) ? open(rdns, page, 'eth_accounts') : null;
}

/** Asks the owner of a wallet to show its account. */
export function connect(rdns, page) {
  return open(rdns, page, 'eth_requestAccounts');
}

/** Forgets the wallet. */
export function disconnect() {
  localStorage.removeItem(Remembered);
  listener?.();
  wallet = listener = undefined;
}

/** Asks the wallet for something; whatever it answers is told, not thrown. */
export async function ask(method, parameters) {
  if (!wallet) return { value: null, code: 4900, message: null };
  try {
    return { value: JSON.stringify(await wallet.request({ method, params: JSON.parse(parameters) }) ?? null), code: 0, message: null };
  } catch (error) {
    return { value: null, code: Number(error?.code) || -1, message: String(error?.message ?? error).slice(0, 300) };
  }
}

/** The provider of the wallet that was connected last, if it is on a chain: by it the browser reads the chain itself. Asks no person. */
export async function reader(chain) {
  list();
  const provider = announced.get(localStorage.getItem(Remembered))?.provider;
  return provider && await provider.request({ method: 'eth_chainId' }) === chain ? provider : null;
}

async function open(rdns, page, method) {
  disconnect();
  wallet = announced.get(rdns)?.provider;
  const accounts = await ask(method, '[]');
  const chain = await ask('eth_chainId', '[]');
  if (accounts.code || chain.code) return accounts.code ? accounts : chain;
  localStorage.setItem(Remembered, rdns);
  listen(page);
  return { value: JSON.stringify({ accounts: JSON.parse(accounts.value), chain: JSON.parse(chain.value) }), code: 0, message: null };
}

function listen(page) {
  const source = wallet;
  const events = {
    accountsChanged: accounts => page.invokeMethodAsync('AccountsChanged', (accounts ?? []).map(String)),
    chainChanged: chain => page.invokeMethodAsync('ChainChanged', String(chain)),
    // MetaMask says so (1013) whenever it changes the chain: it comes back by itself.
    disconnect: error => error?.code === 1013 || page.invokeMethodAsync('AccountsChanged', []),
  };
  for (const [name, act] of Object.entries(events)) source.on?.(name, act);
  listener = () => { for (const [name, act] of Object.entries(events)) source.removeListener?.(name, act); };
}
