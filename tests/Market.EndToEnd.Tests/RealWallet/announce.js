// Runs in the page after MetaMask's own provider, which is older than EIP-1193's request() and than EIP-6963, and offers it by both.
(() => {
  const old = window.ethereum;
  const names = { chainChanged: 'chainIdChanged', disconnect: 'close' };
  const provider = {
    request: ({ method, params = [] }) => new Promise((resolve, reject) => old.sendAsync({ jsonrpc: '2.0', id: 1, method, params },
      (error, answer) => error || answer?.error ? reject(error ?? answer.error) : resolve(answer.result))),
    on: (name, act) => { old.on(names[name] ?? name, act); },
    removeListener: (name, act) => { old.removeListener(names[name] ?? name, act); },
  };
  const info = { uuid: crypto.randomUUID(), name: 'MetaMask', rdns: 'io.metamask', icon: 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"/>' };
  const announce = () => dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail: Object.freeze({ info, provider }) }));
  addEventListener('eip6963:requestProvider', announce);
  announce();
})();
