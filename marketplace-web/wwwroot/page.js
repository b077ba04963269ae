// What each page does in the browser besides what the server draws: it keeps the focus when what had it goes, and what was typed when the line does.
const Kept = 'market-typed';
const Headings = 'h1, h2, h3, [role="alert"]';
const content = () => document.getElementById('content');

// "Skip to content" takes the focus along; the router would only scroll.
document.addEventListener('click', event => {
  if (!event.target.closest?.('a.skip')) return;
  event.preventDefault();
  content().focus();
}, true);

// Somebody presses a button, and it goes: the focus goes to the heading of what came in its place, else of what stands around it.
let focused, around = [];
document.addEventListener('focusin', ({ target }) => {
  focused = target;
  for (around = []; target; target = target.parentElement) around.push(target);
});
document.addEventListener('pointerdown', () => { focused = undefined; }, true);

function keepFocus(records) {
  if (!focused || document.activeElement !== document.body) return;
  if (focused.isConnected) return focused.disabled ? undefined : focused.focus();
  const came = records.flatMap(record => [...record.addedNodes]).filter(node => node.isConnected && node instanceof Element)
    .map(node => node.matches(Headings) ? node : node.querySelector(Headings)).find(Boolean);
  const place = came ?? around.find(element => element.isConnected && element.querySelector(Headings))?.querySelector(Headings) ?? content();
  if (place.tabIndex < 0) place.tabIndex = -1;
  place.focus();
}

// What was typed just before the line broke may not have reached the server: it is told again when the line is back, and also if the page had to be loaded anew.
const edited = new Set();
let kept = [];

document.addEventListener('input', ({ target, isTrusted }) => {
  if (!content().contains(target) || target.type === 'file') return;
  edited.add(target);
  if (isTrusted) kept = kept.filter(entry => entry.name !== nameOf(target));
});

/** By what people call a field: the element may be another one after the break. */
function nameOf(field) {
  const words = [...field.labels?.[0]?.childNodes ?? []].filter(node => node.nodeType === Node.TEXT_NODE).map(node => node.data.trim());
  return field.type === 'radio' ? `${field.name} ${field.value}` : words.find(Boolean) ?? field.name;
}

const isChoice = field => field.type === 'radio' || field.type === 'checkbox';

function keepTyped() {
  const fields = [...edited].filter(field => field.isConnected && !(field.type === 'radio' && !field.checked));
  const typed = fields.map(field => ({ name: nameOf(field), value: isChoice(field) ? field.checked : field.value }));
  sessionStorage.setItem(Kept, JSON.stringify({ path: location.pathname, typed }));
}

function takeTyped() {
  const { path, typed } = JSON.parse(sessionStorage.getItem(Kept)) ?? {};
  sessionStorage.removeItem(Kept);
  kept = path === location.pathname ? typed.map(entry => ({ ...entry, path })) : [];
  tellTyped();
}

/** Once for each element of that name: what is drawn again was not told. */
function tellTyped() {
  if (kept.length === 0) return;
  kept = kept.filter(entry => entry.path === location.pathname);
  const fields = [...content().querySelectorAll('input:not([type="file"]), select, textarea')];
  for (const entry of kept.filter(entry => !entry.field?.isConnected)) {
    const field = entry.field = fields.find(field => nameOf(field) === entry.name);
    if (!field) continue;
    field[isChoice(field) ? 'checked' : 'value'] = entry.value;
    for (const name of ['input', 'change']) field.dispatchEvent(new Event(name, { bubbles: true }));
  }
}

new MutationObserver(records => {
  keepFocus(records);
  tellTyped();
}).observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] });

/** What was typed may be all that is left of this page. */
for (const button of document.querySelectorAll('button.reload')) {
  button.addEventListener('click', () => {
    keepTyped();
    location.reload();
  });
}

// The server is asked until it answers. A page that it no longer knows, after minutes or a restart, is loaded anew.
const lost = document.getElementById('components-reconnect-modal');
lost.addEventListener('components-reconnect-state-changed', ({ detail: { state } }) => {
  if (state === 'show') keepTyped();
  if ((state === 'show' || state === 'retrying') && !lost.open) {
    lost.showModal();
    // Not the button: whoever is typing would press it.
    lost.querySelector('h2').focus();
  }
  if (state === 'hide') {
    lost.close();
    // An attempt that failed shows it, and only a later one hides this.
    document.getElementById('blazor-error-ui').style.display = '';
    takeTyped();
  }
  if (state === 'rejected') location.reload();
});
// A page that cannot come to life says so. The server may have too many of them, and tells that in one sentence.
addEventListener('unhandledrejection', async ({ reason }) => {
  if (!/negotiation|transports/.test(reason?.message)) return;
  const answer = await fetch('_blazor/negotiate?negotiateVersion=1', { method: 'POST' }).catch(() => undefined);
  const wrong = document.getElementById('blazor-error-ui');
  if (answer?.ok === false && answer.headers.get('Content-Type')?.startsWith('text/plain')) wrong.querySelector('p').textContent = await answer.text();
  wrong.style.display = 'block';
});
takeTyped();
Blazor.start({ circuit: { reconnectionOptions: { maxRetries: undefined, retryIntervalMilliseconds: tries => tries === 0 ? 0 : tries < 20 ? 1000 : 5000 } } });
