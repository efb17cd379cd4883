/* The people: what they may do, how they get in again, and how they leave. */
import { h } from '../element.js';
import { ask, showOnce } from './dialog.js';
import { listOf } from './list.js';
import { api, attempt, button, empty, pill, say, time } from './page.js';

/** @import { Child } from '../element.js' */
/** @import { Page } from './list.js' */
/** @import { May } from './page.js' */
/** @typedef {{ readonly search?: string, readonly status?: 'suspended' | 'revoked' | 'any' }} Query */

/** @param {Page & Query} query */
const read = (query) => api.GET('/api/v1/people', { params: { query } });

/** @typedef {Awaited<ReturnType<typeof read>>['items'][number]} Person */

/** @type {Readonly<Record<Person['status'], 'good' | 'calm' | 'busy' | 'idle'>>} */
const TONE = { active: 'good', invited: 'calm', suspended: 'busy', revoked: 'idle' };

/** @type {readonly (readonly [status: '' | 'suspended' | 'revoked' | 'any', text: string])[]} */
const WHICH = [
  ['', 'here'],
  ['suspended', 'suspended'],
  ['revoked', 'removed'],
  ['any', 'all'],
];

/**
 * The roles there are, as boxes to tick; only what may be known.
 *
 * @param {May} may
 * @returns {Promise<[key: string, text: string][]>}
 */
export async function roleChoices(may) {
  if (!may('identity.role.read')) return [['member', 'Member']];
  const { items } = await api.GET('/api/v1/roles');
  return items.map(({ key, name, description }) => [key, `${name}${description === '' ? '' : `: ${description}`}`]);
}

/** @param {{ me: { readonly person: string | null }, may: May }} who */
export function persons({ me, may }) {
  const isWriter = may('identity.person.write');

  /** @param {Person} item */
  function draw(item) {
    const name = `${item.firstName} ${item.lastName}`.trim();
    const one = { params: { path: { id: item.id } } };
    /** @param {string} words */
    const then = (words) => () => {
      say(words);
      refresh();
    };
    /** @param {() => Promise<unknown>} work @param {string} words */
    const simply = async (work, words) => {
      await attempt(work, words);
      refresh();
    };
    const isMe = me.person === item.id;
    const deeds = {
      invited: () => [roles, remove],
      active: () => [roles, code, suspend, remove],
      suspended: () => [
        roles,
        button('Let in again', () =>
          simply(() => api.POST('/api/v1/people/{id}/resume', one), `${item.callsign} may sign in again.`),
        ),
        remove,
      ],
      revoked: () => [
        button('Restore', () =>
          simply(() => api.POST('/api/v1/people/{id}/restore', one), `${item.callsign} is back.`),
        ),
      ],
    };
    const roles = button('Roles…', async () => {
      const options = await attempt(() => roleChoices(may));
      if (options === undefined) return;
      ask(`What ${item.callsign} may do`, {
        fields: [{ name: 'roles', label: 'Roles', type: 'choices', options, value: item.roles }],
        submit: 'Save',
        send: (body) => api.PUT('/api/v1/people/{id}/roles', { ...one, body }),
        done: then('Saved; it counts from now on.'),
      });
    });
    const code = may('identity.login_code.write') && button('Sign-in code…', () => giveCode(item));
    const suspend = button('Suspend', () =>
      simply(() => api.POST('/api/v1/people/{id}/suspend', one), `${item.callsign} is kept out for now.`),
    );
    const remove = button(
      'Remove…',
      () =>
        ask(`Remove ${item.callsign}`, {
          words:
            'Their sessions, keys and certificates end now. The name becomes free; what they did stays in the audit.',
          fields: [{ name: 'reason', label: 'Reason', required: true }],
          submit: 'Remove',
          tone: 'bad',
          send: (body) => api.POST('/api/v1/people/{id}/revoke', { ...one, body }),
          done: then(`${item.callsign} is removed.`),
        }),
      'quiet bad',
    );
    /** @param {string} label @param {Child} value */
    const fact = (label, value) =>
      value ? h('tr', {}, h('th', { scope: 'row' }, label), h('td', {}, value)) : undefined;
    const ended =
      item.revokedAt === null
        ? undefined
        : [time(item.revokedAt), ` by ${item.revokedBy ?? 'nobody known'}: ${item.revokeReason ?? ''}`];
    return h(
      'details',
      { 'data-name': item.callsign },
      h(
        'summary',
        {},
        h('span', { className: 'who' }, item.callsign, name === '' ? '' : h('span', { className: 'to' }, ` ${name}`)),
        pill(item.status === 'revoked' ? 'removed' : item.status, TONE[item.status]),
        h('span', { className: 'what' }, item.roles.join(', ') || 'no role'),
      ),
      h(
        'div',
        { className: 'more' },
        h(
          'table',
          {},
          fact('Telephone', item.phone),
          fact('E-mail', item.email),
          fact('Signs in with', item.credentials.join(', ') || 'codes only'),
          fact('Last sign-in', item.lastLoginAt === null ? 'never' : time(item.lastLoginAt)),
          fact('Removed', ended && h('span', {}, ...ended)),
        ),
        isMe
          ? h('p', { className: 'soft' }, 'This is you: somebody else changes your roles.')
          : isWriter && h('div', { className: 'deeds' }, deeds[item.status]()),
      ),
    );
  }

  /** @param {Person} item */
  function giveCode(item) {
    /** @type {['screen' | 'sms' | 'email', string][]} */
    const channels = [['screen', 'show it here']];
    if (item.phone !== null) channels.push(['sms', `text it to ${item.phone}`]);
    if (item.email !== null) channels.push(['email', `e-mail it to ${item.email}`]);
    ask(`A sign-in code for ${item.callsign}`, {
      words: 'It works once, within ten minutes.',
      fields: [{ name: 'channel', label: 'How', type: 'select', options: channels, value: 'screen' }],
      submit: 'Make it',
      send: (values) => api.POST('/api/v1/login-codes', { body: { person: item.id, ...values } }),
      done(made) {
        if (made.code === undefined) say('It is on its way.');
        else showOnce(`For ${item.callsign}`, 'Read it to them, or let them read it. Shown this once.', made.code);
      },
    });
  }

  async function add() {
    const options = await attempt(() => roleChoices(may));
    if (options === undefined) return;
    ask('Add a person', {
      words: 'They sign in with a code at first, and choose a password when they like.',
      fields: [
        {
          name: 'callsign',
          label: 'Callsign',
          required: true,
          hint: 'The name people know them by.',
          autocapitalize: 'none',
        },
        { name: 'firstName', label: 'First name' },
        { name: 'lastName', label: 'Last name' },
        { name: 'phone', label: 'Telephone number', type: 'tel' },
        { name: 'email', label: 'E-mail address', type: 'email' },
        { name: 'roles', label: 'What they may do', type: 'choices', options, value: ['member'] },
      ],
      submit: 'Add',
      send: (body) => api.POST('/api/v1/people', { body }),
      done(made) {
        say(
          made.status === 'invited'
            ? `${made.callsign} is invited and decides at the next sign-in.`
            : `${made.callsign} is in.`,
        );
        refresh();
      },
    });
  }

  const search = h('input', { type: 'search', placeholder: 'Search', 'aria-label': 'Search people' });
  const status = h(
    'select',
    { 'aria-label': 'Which people' },
    WHICH.map(([value, text]) => h('option', { value }, text)),
  );
  const list = listOf(read, draw, () => empty('Nobody.', 'Change the search, or add a person.'));
  const refresh = async () => {
    const open = [...list.root.querySelectorAll('details')]
      .filter((row) => row.open)
      .map(({ dataset }) => dataset.name);
    const text = search.value.trim();
    const which = WHICH[status.selectedIndex]?.[0];
    await list.refresh({ ...(text !== '' && { search: text }), ...(which && { status: which }) });
    for (const row of list.root.querySelectorAll('details')) row.open = open.includes(row.dataset.name);
  };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;
  search.oninput = () => {
    clearTimeout(pause);
    pause = setTimeout(refresh, 200);
  };
  status.onchange = refresh;
  return {
    elements: [
      h(
        'section',
        { className: 'card' },
        h(
          'div',
          { className: 'head' },
          h('h2', {}, 'People'),
          isWriter && h('button', { type: 'button', onclick: add }, 'Add a person'),
        ),
        h('div', { className: 'filters' }, search, status),
        list.root,
      ),
    ],
    refresh,
  };
}
