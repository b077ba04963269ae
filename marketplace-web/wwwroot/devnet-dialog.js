// The window of the throw-away wallet: nothing is signed before its owner said yes in it.
const Mark = 'Throw-away wallet of this devnet: worthless money, key in this browser.';
const LongestFact = 300;

/** Shows what is to be done; resolves if the owner agrees, and rejects as EIP-1193 says if not. */
export function confirm(title, facts, yes) {
  const list = make('dl', { className: 'facts' });
  for (const [name, value] of Object.entries(facts)) list.append(make('dt', {}, name), make('dd', { className: 'mono' }, String(value).slice(0, LongestFact)));
  const dialog = make('dialog', { className: 'wallet', lang: 'en' });
  const close = agreed => () => dialog.close(agreed);
  const heading = make('h2', { id: 'wallet-asks' }, title);
  const no = make('button', { type: 'button', autofocus: true, onclick: close('') }, 'Refuse');
  dialog.setAttribute('aria-labelledby', heading.id);
  dialog.append(make('p', { className: 'trouble' }, Mark), heading, list, make('button', { type: 'button', className: 'main', onclick: close('yes') }, yes), no);
  document.body.append(dialog);
  return new Promise((agree, refuse) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      dialog.returnValue === 'yes' ? agree() : refuse(Object.assign(new Error('Its owner refused.'), { code: 4001 }));
    });
    dialog.showModal();
  });
}

function make(name, properties, ...content) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...content);
  return element;
}
