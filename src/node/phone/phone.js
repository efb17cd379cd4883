/* The telephone of somebody behind a simulated modem: shows what arrived, and texts back. */

const select = document.querySelector('select');
const list = document.querySelector('ol');
const hint = document.querySelector('#hint');
const form = document.querySelector('form');
/** The server's own page asks its API; `modem simulate` answers beside the page. */
const api = location.pathname.startsWith('/demo/') ? '/api/v1/demo/phone' : 'texts';
const POLL_MS = 1_000;
let shown = '';

async function refresh() {
  try {
    const response = await fetch(api);
    if (!response.ok)
      throw new Error(response.status === 401 ? 'Sign in first, then open this page again.' : 'No answer.');
    show(await response.text());
  } catch (error) {
    hint.hidden = false;
    hint.textContent = error.message;
  }
}

function show(json) {
  const chosen = select.value;
  if (json + chosen === shown) return;
  const { phones } = JSON.parse(json);
  hint.hidden = phones.length > 0;
  select.replaceChildren(...phones.map(({ number }) => new Option(number, number)));
  if (phones.some(({ number }) => number === chosen)) select.value = chosen;
  const phone = phones.find(({ number }) => number === select.value);
  list.replaceChildren(...(phone?.texts ?? []).map(bubble));
  list.scrollTop = list.scrollHeight;
  shown = json + select.value;
}

function bubble({ direction, text, at }) {
  const item = document.createElement('li');
  item.className = direction;
  item.textContent = text;
  const time = document.createElement('time');
  time.textContent = new Date(at).toLocaleTimeString();
  item.append(time);
  return item;
}

select.addEventListener('change', () => {
  form.elements.from.value = select.value;
  refresh();
});
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { from, body } = form.elements;
  await fetch(api, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ from: from.value, body: body.value }),
  });
  body.value = '';
  await refresh();
  select.value = from.value;
  await refresh();
});

await refresh();
setInterval(refresh, POLL_MS);
