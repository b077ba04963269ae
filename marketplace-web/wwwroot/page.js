// What each page does in the browser besides what the server draws: it keeps the focus when what had it goes, and what was typed when the line does.
const Kept = 'market-typed';
const Headings = 'h1, h2, h3, [role="alert"]';
const Fields = 'input:not([type="file"]), select, textarea';
const content = () => document.getElementById('content');
const fields = () => [...document.querySelectorAll(Fields)];

// "Skip to content" takes the focus along; the router would only scroll.
document.addEventListener('click', event => {
  if (!event.target.closest?.('a.skip')) return;
  event.preventDefault();
  content().focus();
}, true);

// Somebody presses a button, and it goes: the focus goes to the heading of what came in its place, else of what stands around it.
// Somebody writes in a field while all of the page is drawn anew: the focus waits there until the field is back.
let focused, writing, around = [];
function noteFocus(element) {
  focused = element;
  if (!element.matches(Headings)) writing = undefined;
  for (around = []; element; element = element.parentElement) around.push(element);
}

document.addEventListener('focusin', ({ target }) => noteFocus(target));
if (document.activeElement.matches(Fields)) noteFocus(document.activeElement);
document.addEventListener('pointerdown', () => { focused = writing = undefined; }, true);

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
// So is what was typed before the page was live, since all of it is drawn anew then; and before this script came, unless the browser itself put it there.
const isChoice = field => field.type === 'radio' || field.type === 'checkbox';
const isAnew = performance.getEntriesByType('navigation')[0]?.type === 'navigate';
const edited = new Set(fields().filter(field => isAnew && isChanged(field)));
let kept = [], main = content();

document.addEventListener('input', ({ target, isTrusted }) => {
  if (!target.matches(Fields)) return;
  edited.add(target);
  if (isTrusted) kept = kept.filter(entry => entry.name !== nameOf(target));
});

function isChanged(field) {
  if (isChoice(field)) return field.checked !== field.defaultChecked;
  return field.options ? field.selectedIndex !== Math.max(0, [...field.options].findIndex(option => option.defaultSelected)) : field.value !== field.defaultValue;
}

/** By what people call a field: the element may be another one after the break. */
function nameOf(field) {
  const words = [...field.closest('label')?.childNodes ?? []].filter(node => node.nodeType === Node.TEXT_NODE).map(node => node.data.trim());
  return field.type === 'radio' ? `${field.name} ${field.value}` : words.find(Boolean) ?? field.name;
}

const typedIn = fields => fields.filter(field => !(field.type === 'radio' && !field.checked))
  .map(field => ({ name: nameOf(field), value: isChoice(field) ? field.checked : field.value, path: location.pathname }));

function keepTyped() {
  sessionStorage.setItem(Kept, JSON.stringify(typedIn([...edited].filter(field => field.isConnected))));
}

function takeTyped() {
  kept = JSON.parse(sessionStorage.getItem(Kept)) ?? [];
  sessionStorage.removeItem(Kept);
  tellTyped();
}

/** A field that went was left, unless all of the page went with it. */
function keepDrawn() {
  const gone = [...edited].filter(field => !field.isConnected);
  for (const field of gone) edited.delete(field);
  if (content() === main) return;
  main = content();
  writing = focused?.matches(Fields) ? nameOf(focused) : undefined;
  const typed = typedIn(gone);
  kept = [...kept.filter(entry => !typed.some(({ name }) => name === entry.name)), ...typed];
}

/** Once for each element of that name: what is drawn again was not told. */
function tellTyped() {
  if (kept.length === 0) return;
  kept = kept.filter(entry => entry.path === location.pathname);
  const all = fields();
  for (const entry of kept.filter(entry => !entry.field?.isConnected)) {
    const field = entry.field = all.find(field => nameOf(field) === entry.name);
    if (!field) continue;
    field[isChoice(field) ? 'checked' : 'value'] = entry.value;
    for (const name of ['input', 'change']) field.dispatchEvent(new Event(name, { bubbles: true }));
  }
}

new MutationObserver(records => {
  keepDrawn();
  tellTyped();
  if (writing) fields().find(field => nameOf(field) === writing)?.focus();
  keepFocus(records);
}).observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] });

/** What was typed may be all that is left of this page. */
for (const button of document.querySelectorAll('button.reload')) {
  button.addEventListener('click', () => {
    keepTyped();
    location.reload();
  });
}

// The server is asked until it answers. A page that it gave up after minutes it draws anew; one that it no longer knows, as after a restart, is loaded anew.
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
