// Copies what stands before a button of the class "copy": an id, an address or an amount, whole and exact, however it is shown.
const told = document.getElementById('copied'), [says, whole] = told.children;
let last, timer;

function hide() {
  clearTimeout(timer);
  last?.classList.remove('done');
  told.classList.remove('shown');
  says.textContent = whole.textContent = '';
}

function tell(words, value) {
  says.textContent = words;
  whole.textContent = value;
  told.classList.add('shown');
}

document.addEventListener('click', async ({ target }) => {
  const button = target.closest('button.copy');
  if (button || !told.contains(target)) hide();
  if (!button) return;
  const from = button.previousElementSibling, value = from.value ?? (from.title || from.textContent);
  try {
    await navigator.clipboard.writeText(value);
    (last = button).classList.add('done');
    tell(told.dataset.copied, '');
    timer = setTimeout(hide, 4000);
  } catch {
    // Forbidden, or the connection is not secure: shown whole and selected, it is one key away.
    tell(told.dataset.refused, value);
    getSelection().selectAllChildren(whole);
  }
});
document.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape') hide();
});
document.documentElement.classList.add('copies');
