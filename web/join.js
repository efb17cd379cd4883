/**
 * Two ways in, without an account: `/join#CODE` asks to join by an invite and waits; `/bootstrap#CODE` makes the first
 * owner. The code stands behind the `#`, so that no log and no referrer sees it.
 */
const POLL_MS = 3000;
const TICKET = 'switchhook-ticket';

const byId = (id) => document.getElementById(id);

async function post(path, body) {
  const response = await fetch(`/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = response.status === 204 ? {} : await response.json();
  if (!response.ok) throw new Error(answer.detail ?? 'Something went wrong. Try again.');
  return answer;
}

function say(title, words) {
  byId('title').textContent = title;
  byId('words').textContent = words;
}

/** Draws a form of `[name, label, type, required]` lines and hands what was typed to `send`. */
function ask(lines, button, send) {
  const form = byId('form');
  form.replaceChildren(
    ...lines.map(([name, text, type, required]) => {
      const label = document.createElement('label');
      const input = document.createElement('input');
      Object.assign(input, { name, type, required, autocomplete: type === 'password' ? 'new-password' : 'off' });
      label.append(text, input);
      return label;
    }),
    Object.assign(document.createElement('button'), { textContent: button }),
  );
  form.hidden = false;
  form.onsubmit = async (event) => {
    event.preventDefault();
    const typed = [...new FormData(form)].filter(([, value]) => value !== '');
    try {
      await send(Object.fromEntries(typed));
    } catch (error) {
      byId('words').textContent = error.message;
    }
  };
}

function closeForm() {
  byId('form').hidden = true;
}

async function join(code) {
  const { isUsable, organization } = await post('/join/check', { code });
  if (!isUsable) return say('This invite does not work', 'Ask whoever gave it to you for a new one.');
  say(`Join ${organization}`, 'Choose the name people know you by. Your number is for sign-in codes.');
  ask(
    [
      ['name', 'Name or callsign', 'text', true],
      ['phone', 'Telephone number', 'tel', false],
      ['email', 'E-mail address', 'email', false],
    ],
    'Ask to join',
    async (typed) => {
      const started = await post('/join', { code, ...typed });
      sessionStorage.setItem(TICKET, started.ticket);
      await wait(started.ticket, started.approveCode);
    },
  );
}

async function wait(ticket, approveCode) {
  closeForm();
  if (approveCode !== undefined) {
    byId('code').textContent = approveCode;
    byId('code').hidden = false;
  }
  for (;;) {
    const { state, reason, organization } = await post('/join/status', { ticket });
    if (state === 'approved') return collect(ticket, organization);
    if (state === 'rejected') return finish('You were not let in', reason ?? '');
    if (state === 'expired') return finish('Nobody decided in time', 'Ask for a new invite.');
    say(`Waiting for ${organization}`, 'Show or read this code to whoever lets people in:');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function finish(title, words) {
  sessionStorage.removeItem(TICKET);
  byId('code').hidden = true;
  say(title, words);
}

function collect(ticket, organization) {
  byId('code').hidden = true;
  say(`Welcome to ${organization}`, 'Choose a password, or go on without one and sign in by code.');
  ask([['password', 'Password', 'password', false]], 'Go in', async (typed) => {
    await post('/join/collect', { ticket, ...typed });
    sessionStorage.removeItem(TICKET);
    location.assign('/');
  });
}

function bootstrap(code) {
  say('Become the owner', 'This code makes one owner, once.');
  const lines = [
    ...(code === '' ? [['code', 'Code from the terminal', 'text', true]] : []),
    ['slug', 'Short name of a new organization (leave empty where there is one)', 'text', false],
    ['organization', 'Its full name', 'text', false],
    ['callsign', 'Your callsign', 'text', true],
    ['phone', 'Your telephone number', 'tel', false],
    ['email', 'Your e-mail address', 'email', false],
    ['password', 'Password, at least 10 characters', 'password', true],
  ];
  ask(lines, 'Become the owner', async ({ slug, organization, ...typed }) => {
    const named = slug === undefined ? {} : { organization: { slug, name: organization ?? slug } };
    await post('/bootstrap', { code, ...typed, ...named });
    location.assign('/');
  });
}

const code = decodeURIComponent(location.hash.slice(1));
const ticket = sessionStorage.getItem(TICKET);
try {
  if (location.pathname === '/bootstrap') bootstrap(code);
  else if (ticket !== null) await wait(ticket, undefined);
  else await join(code);
} catch (error) {
  sessionStorage.removeItem(TICKET);
  say('That did not work', error.message);
}
