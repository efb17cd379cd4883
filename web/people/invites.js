/* Ways in: links and QR codes. */
import { h } from '../element.js';
import { ask, showOnce } from './dialog.js';
import { listOf } from './list.js';
import { api, attempt, button, empty, pill, say, time } from './page.js';
import { roleChoices } from './persons.js';

/** @import { Page } from './list.js' */
/** @import { May } from './page.js' */

/** @param {Page} query */
const read = (query) => api.GET('/api/v1/invites', { params: { query } });

/** @typedef {Awaited<ReturnType<typeof read>>['items'][number]} Invite */
/** @typedef {Pick<Invite, 'name'> & { readonly url: string, readonly qr: string }} NewLink */

const DAY_MS = 86_400_000;
/** @type {readonly (readonly [days: string, text: string])[]} */
const LASTS = [
  ['1', 'a day'],
  ['7', 'a week'],
  ['31', 'a month'],
  ['', 'until it is closed'],
];

/** @param {{ may: May }} who */
export function invites({ may }) {
  const isWriter = may('identity.invite.write');
  /** @param {NewLink} made */
  const show = (made) =>
    showOnce(made.name, 'Hand out this link or the QR code. Both are shown this once.', made.url, made.qr);

  /** @param {Invite} invite */
  function state({ isActive, expiresAt, maxUses, usedCount, deletedAt }) {
    if (deletedAt !== null) return pill('closed', 'idle');
    if (expiresAt !== null && new Date(expiresAt) <= new Date()) return pill('expired', 'idle');
    if (maxUses !== null && usedCount >= maxUses) return pill('used up', 'idle');
    return isActive ? pill('open', 'good') : pill('paused', 'busy');
  }

  /** @param {Invite} item */
  function draw(item) {
    const one = { params: { path: { id: item.id } } };
    const uses =
      item.maxUses === null ? `used ${item.usedCount} times` : `used ${item.usedCount} of ${item.maxUses} times`;
    const facts = [
      `as ${item.grants.roles.join(', ') || 'no role'}`,
      uses,
      item.isOpen ? 'without approval' : undefined,
      `by ${item.owner}`,
    ];
    const pause = async () => {
      await attempt(() => api.POST('/api/v1/invites/{id}/pause', one), 'Nobody gets in with it for now.');
      refresh();
    };
    const resume = async () => {
      await attempt(() => api.POST('/api/v1/invites/{id}/resume', one), 'It lets people in again.');
      refresh();
    };
    return h(
      'div',
      { className: 'item', 'data-name': item.name },
      h('span', { className: 'who' }, item.name),
      state(item),
      h(
        'span',
        { className: 'what' },
        facts.filter(Boolean).join(' · '),
        item.expiresAt === null ? '' : [' · until ', time(item.expiresAt)],
      ),
      isWriter &&
        h(
          'div',
          { className: 'deeds' },
          item.isActive ? button('Pause', pause) : button('Resume', resume),
          button('New link…', () => renew(item)),
          button('Close…', () => close(item), 'quiet bad'),
        ),
    );
  }

  /** @param {Invite} item */
  function renew(item) {
    ask(`A new link for ${item.name}`, {
      words: 'The old link and QR code stop working at once.',
      fields: [],
      submit: 'Make it',
      send: () => api.POST('/api/v1/invites/{id}/regenerate', { params: { path: { id: item.id } } }),
      done: show,
    });
  }

  /** @param {Invite} item */
  function close(item) {
    ask(`Close ${item.name}`, {
      words: 'For good. Who came in with it stays.',
      fields: [],
      submit: 'Close it',
      tone: 'bad',
      send: () => api.DELETE('/api/v1/invites/{id}', { params: { path: { id: item.id } } }),
      done() {
        say('It is closed.');
        refresh();
      },
    });
  }

  async function make() {
    const options = await attempt(() => roleChoices(may));
    if (options === undefined) return;
    ask('A new invite', {
      fields: [
        { name: 'name', label: 'Who it is for', required: true, placeholder: 'Field team' },
        { name: 'roles', label: 'What they may do', type: 'choices', options, value: ['member'] },
        { name: 'maxUses', label: 'How many may use it', type: 'number', min: 1, hint: 'Empty: any number.' },
        { name: 'days', label: 'How long', type: 'select', options: LASTS, value: '7' },
        {
          name: 'isOpen',
          label: 'Whoever has the link is in at once, without approval',
          type: 'checkbox',
          value: false,
        },
      ],
      submit: 'Make it',
      send: ({ roles, days, ...wish }) =>
        api.POST('/api/v1/invites', {
          body: {
            ...wish,
            grants: { roles },
            ...(days === undefined ? {} : { expiresAt: new Date(Date.now() + Number(days) * DAY_MS).toISOString() }),
          },
        }),
      done(made) {
        refresh();
        show(made);
      },
    });
  }

  const list = listOf(read, draw, () => empty('No way in yet.', 'Make an invite, and hand out its link or QR code.'));
  const refresh = () => list.refresh();
  return {
    elements: [
      h(
        'section',
        { className: 'card' },
        h(
          'div',
          { className: 'head' },
          h('h2', {}, 'Invites'),
          isWriter && h('button', { type: 'button', onclick: make }, 'New invite'),
        ),
        list.root,
      ),
    ],
    refresh,
  };
}
