/*
 * Two ways in, without an account: `/join#CODE` asks to join by an invite and waits; `/bootstrap#CODE` makes the first
 * owner. The code stands behind the `#`, so that no log and no referrer sees it.
 */
import { createApi, Refusal, wordsOf } from './api.js';
import { $ } from './element.js';
import { formOf } from './form.js';

const POLL_MS = 3000;
const TICKET = 'switchhook-ticket';

const api = createApi();

const phone = /** @type {const} */ ({ name: 'phone', label: 'Telephone number', type: 'tel' });
const email = /** @type {const} */ ({ name: 'email', label: 'E-mail address', type: 'email' });

/** @param {string} title @param {string} words */
function say(title, words) {
  $('title').textContent = title;
  $('words').textContent = words;
}

/** Puts a form, or nothing, where the form stands. @param {HTMLFormElement} [form] */
function put(form) {
  $('form').replaceChildren(...(form === undefined ? [] : [form]));
}

/** A code to show to somebody, or none. @param {string} [code] */
function showCode(code) {
  $('code').textContent = code ?? '';
  $('code').hidden = code === undefined;
}

/** @param {string} code */
async function join(code) {
  const { isUsable, organization } = await api.POST('/api/v1/join/check', { body: { code } });
  if (!isUsable) return say('This invite does not work', 'Ask whoever gave it to you for a new one.');
  say(`Join ${organization}`, 'Choose the name people know you by. Your number is for sign-in codes.');
  put(
    formOf({
      fields: [{ name: 'name', label: 'Name or callsign', required: true }, phone, email],
      submit: 'Ask to join',
      async send(typed) {
        const { ticket, approveCode } = await api.POST('/api/v1/join', { body: { code, ...typed } });
        sessionStorage.setItem(TICKET, ticket);
        put();
        showCode(approveCode);
        wait(ticket).catch(giveUp);
      },
    }),
  );
}

/** @param {string} ticket */
async function wait(ticket) {
  for (;;) {
    const answer = await api.POST('/api/v1/join/status', { body: { ticket } }).catch(unlessRefused);
    if (answer?.state === 'approved') return collect(ticket, answer.organization);
    if (answer?.state === 'rejected') return finish('You were not let in', answer.reason ?? '');
    if (answer?.state === 'expired') return finish('Nobody decided in time', 'Ask for a new invite.');
    if (answer === undefined) say('Nobody answers', 'Keep this page open: it goes on asking by itself.');
    else {
      if ($('code').hidden) showCode(await freshCode(ticket));
      say(`Waiting for ${answer.organization}`, 'Show or read this code to whoever lets people in:');
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** A new code for a page that was loaded again; none when somebody has decided meanwhile. @param {string} ticket */
async function freshCode(ticket) {
  const answer = await api.POST('/api/v1/join/code', { body: { ticket } }).catch(() => undefined);
  return answer?.approveCode;
}

/** Whoever waits does not lose their place by a server that is away for a moment. @param {unknown} error */
function unlessRefused(error) {
  if (error instanceof Refusal) throw error;
  return undefined;
}

/** @param {string} title @param {string} words */
function finish(title, words) {
  sessionStorage.removeItem(TICKET);
  showCode();
  say(title, words);
}

/** @param {unknown} error */
const giveUp = (error) => finish('That did not work', wordsOf(error));

/** @param {string} ticket @param {string} organization */
function collect(ticket, organization) {
  showCode();
  say(`Welcome to ${organization}`, 'Choose a password, or go on without one and sign in by code.');
  put(
    formOf({
      fields: [{ name: 'password', label: 'Password', type: 'password', autocomplete: 'new-password' }],
      submit: 'Go in',
      async send(typed) {
        await api.POST('/api/v1/join/collect', { body: { ticket, ...typed } });
        sessionStorage.removeItem(TICKET);
        location.assign('/');
      },
    }),
  );
}

/** @param {string} known the code of the address; empty when whoever comes has to type it */
function bootstrap(known) {
  say('Become the owner', 'This code makes one owner, once.');
  const code = /** @type {const} */ ({ name: 'code', label: 'Code from the terminal', required: true });
  put(
    formOf({
      fields: [
        ...(known === '' ? [code] : []),
        { name: 'slug', label: 'Short name of a new organization (leave empty where there is one)' },
        { name: 'organization', label: 'Its full name' },
        { name: 'callsign', label: 'Your callsign', required: true },
        { ...phone, label: 'Your telephone number' },
        email,
        {
          name: 'password',
          label: 'Password, at least 10 characters',
          type: 'password',
          required: true,
          autocomplete: 'new-password',
        },
      ],
      submit: 'Become the owner',
      async send({ slug, organization, ...typed }) {
        const named = slug === undefined ? {} : { organization: { slug, name: organization ?? slug } };
        await api.POST('/api/v1/bootstrap', { body: { ...typed, ...named, code: typed.code ?? known } });
        location.assign('/');
      },
    }),
  );
}

async function start() {
  const code = decodeURIComponent(location.hash.slice(1));
  const ticket = sessionStorage.getItem(TICKET);
  try {
    if (location.pathname === '/bootstrap') bootstrap(code);
    else if (ticket !== null) await wait(ticket);
    else await join(code);
  } catch (error) {
    giveUp(error);
  }
}

start();
