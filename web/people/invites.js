/* Ways in: links and QR codes. */
import { api, ask, attempt, button, empty, h, listOf, pill, say, showOnce, time } from './page.js';
import { roleChoices } from './persons.js';

const LASTS = [
  ['1', 'a day'],
  ['7', 'a week'],
  ['31', 'a month'],
  ['', 'until it is closed'],
];

export function invites({ may }) {
  const isWriter = may('identity.invite.write');
  const show = (made) =>
    showOnce(made.name, 'Hand out this link or the QR code. Both are shown this once.', made.url, made.qr);

  function state({ isActive, expiresAt, maxUses, usedCount, deletedAt }) {
    if (deletedAt !== null) return pill('closed', 'idle');
    if (expiresAt !== null && new Date(expiresAt) <= new Date()) return pill('expired', 'idle');
    if (maxUses !== null && usedCount >= maxUses) return pill('used up', 'idle');
    return isActive ? pill('open', 'good') : pill('paused', 'busy');
  }

  function draw(item) {
    const path = `/invites/${item.id}`;
    const uses =
      item.maxUses === null ? `used ${item.usedCount} times` : `used ${item.usedCount} of ${item.maxUses} times`;
    const facts = [
      `as ${item.grants.roles.join(', ') || 'no role'}`,
      uses,
      item.isOpen ? 'without approval' : undefined,
      `by ${item.owner}`,
    ];
    const change = async (work, done) => {
      await attempt(work, done);
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
          item.isActive
            ? button('Pause', () => change(() => api('POST', `${path}/pause`), 'Nobody gets in with it for now.'))
            : button('Resume', () => change(() => api('POST', `${path}/resume`), 'It lets people in again.')),
          button('New link…', () => renew(item)),
          button('Close…', () => close(item), 'quiet bad'),
        ),
    );
  }

  function renew(item) {
    ask(`A new link for ${item.name}`, {
      words: 'The old link and QR code stop working at once.',
      fields: [],
      submit: 'Make it',
      send: () => api('POST', `/invites/${item.id}/regenerate`),
      done: show,
    });
  }

  function close(item) {
    ask(`Close ${item.name}`, {
      words: 'For good. Who came in with it stays.',
      fields: [],
      submit: 'Close it',
      tone: 'bad',
      send: () => api('DELETE', `/invites/${item.id}`),
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
        api('POST', '/invites', {
          ...wish,
          grants: { roles },
          ...(days === undefined ? {} : { expiresAt: new Date(Date.now() + Number(days) * 86_400_000).toISOString() }),
        }),
      done(made) {
        refresh();
        show(made);
      },
    });
  }

  const list = listOf('/invites', draw, () =>
    empty('No way in yet.', 'Make an invite, and hand out its link or QR code.'),
  );
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
