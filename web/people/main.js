/* The people of an organization and the ways in, for whoever may run them. Which part is open stands in the address. */
import { account } from './account.js';
import { invites } from './invites.js';
import { listen } from './live.js';
import { $, api, h, mayWith, say } from './page.js';
import { persons } from './persons.js';
import { signIn } from './sign-in.js';
import { waiting } from './waiting.js';

/** Each part: what it is called, who sees it, and what of the live stream makes it look again. */
const PARTS = {
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
};

async function start() {
  const step = /^#(totp|password_change)=([A-Za-z0-9_-]+)$/.exec(location.hash);
  if (step !== null) {
    history.replaceState(null, '', '/people');
    signIn(start, { needs: step[1], step: step[2] });
    return;
  }
  try {
    enter(await api('GET', '/me'));
  } catch (error) {
    if (error.status === 401) signIn(start);
    else {
      say(error.message, 'bad');
      setTimeout(start, 3000);
    }
  }
}

function enter(me) {
  $('organization').textContent = me.organization.name;
  document.title = `People · ${me.organization.name}`;
  $('sign-out').hidden = false;
  $('sign-out').onclick = () => api('DELETE', '/session').finally(() => location.assign('/people'));
  const may = (permission) => mayWith(me.permissions, permission);
  const open = Object.entries(PARTS).filter(([, part]) => part.mayOpen(may));
  $('tabs').replaceChildren(...open.map(([key, { name }]) => h('a', { href: `#${key}` }, name)));
  $('tabs').hidden = false;
  let refresh = () => {};
  let hears = [];
  const show = (isMoved) => {
    const wanted = location.hash.slice(1);
    const [key, part] = open.find(([candidate]) => candidate === wanted) ?? open[0];
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
    changed: (resource) => hears.includes(resource) && refresh(),
    missed: () => refresh(),
    signedOut: () => location.reload(),
  });
}

start();
