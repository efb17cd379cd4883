/* The people of an organization and the ways in, for whoever may run them. Which part is open stands in the address. */
import { isRefused, wordsOf } from '../api.js';
import { $, h } from '../element.js';
import { account } from './account.js';
import { invites } from './invites.js';
import { listen } from './live.js';
import { api, mayWith, say } from './page.js';
import { persons } from './persons.js';
import { signIn } from './sign-in.js';
import { waiting } from './waiting.js';

/** @import { May } from './page.js' */
/** @typedef {Awaited<ReturnType<typeof whoAmI>>} Me */
/** @typedef {{ readonly elements: readonly HTMLElement[], readonly refresh: () => void }} Shown */
/**
 * @typedef {object} Part
 * @property {string} name
 * @property {(may: May) => boolean} mayOpen who sees it
 * @property {(who: { me: Me, may: May }) => Shown} open
 * @property {readonly string[]} hears what of the live stream makes it look again
 */

const AGAIN_MS = 3000;
const whoAmI = () => api.GET('/api/v1/me');

const PARTS = /** @satisfies {Record<string, Part>} */ ({
  waiting: {
    name: 'At the door',
    mayOpen: (may) => may('identity.enrollment.read') || may('identity.enrollment.decide'),
    open: waiting,
    hears: ['identity.enrollment'],
  },
  invites: {
    name: 'Invites',
    mayOpen: (may) => may('identity.invite.read'),
    open: invites,
    hears: ['identity.invite', 'identity.enrollment'],
  },
  people: { name: 'People', mayOpen: (may) => may('identity.person.read'), open: persons, hears: ['identity.person'] },
  you: { name: 'You', mayOpen: () => true, open: account, hears: [] },
});

async function start() {
  const [, needs, step] = /^#(totp|password_change)=([A-Za-z0-9_-]+)$/.exec(location.hash) ?? [];
  if (needs !== undefined && step !== undefined) {
    history.replaceState(null, '', '/people');
    signIn(start, { needs, step });
    return;
  }
  try {
    enter(await whoAmI());
  } catch (error) {
    if (isRefused(error, 401)) signIn(start);
    else {
      say(wordsOf(error), 'bad');
      setTimeout(start, AGAIN_MS);
    }
  }
}

/** @param {Me} me */
function enter(me) {
  $('organization').textContent = me.organization.name;
  document.title = `People · ${me.organization.name}`;
  $('sign-out').hidden = false;
  $('sign-out').onclick = () => api.DELETE('/api/v1/session').finally(() => location.assign('/people'));
  /** @type {May} */
  const may = (permission) => mayWith(me.permissions, permission);
  const open = Object.entries(PARTS).filter(([, part]) => part.mayOpen(may));
  $('tabs').replaceChildren(...open.map(([key, { name }]) => h('a', { href: `#${key}` }, name)));
  $('tabs').hidden = false;
  let refresh = () => {};
  /** @type {readonly string[]} */
  let hears = [];
  /** @param {boolean} isMoved */
  const show = (isMoved) => {
    const wanted = location.hash.slice(1);
    const [key, part] = open.find(([candidate]) => candidate === wanted) ?? open[0] ?? ['you', PARTS.you];
    for (const tab of $('tabs').children) {
      if (tab.getAttribute('href') === `#${key}`) tab.setAttribute('aria-current', 'page');
      else tab.removeAttribute('aria-current');
    }
    const view = $('view');
    const shown = part.open({ me, may });
    view.replaceChildren(...shown.elements);
    view.removeAttribute('aria-busy');
    ({ refresh } = shown);
    hears = part.hears;
    refresh();
    if (isMoved) view.focus();
  };
  window.onhashchange = () => {
    if (location.hash !== '#view') show(true);
  };
  show(false);
  listen({
    changed: (resource) => {
      if (hears.includes(resource)) refresh();
    },
    missed: () => refresh(),
    signedOut: () => location.reload(),
  });
}

start();
