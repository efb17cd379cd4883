/* Who stands at the door: look up the code they show, or take them from the list. */
import { api, ask, attempt, button, empty, formOf, h, listOf, pill, say, time } from './page.js';

const TONE = { pending: 'busy', approved: 'good', rejected: 'bad', expired: 'idle' };

export function waiting({ may }) {
  const found = h('div', { 'aria-live': 'polite' });
  const isReader = may('identity.enrollment.read');
  const isWriter = may('identity.enrollment.write');

  const byList = (item) => ({
    approve: () => api('POST', `/enrollments/${item.id}/approve`),
    reject: (reason) => api('POST', `/enrollments/${item.id}/reject`, { reason }),
  });
  const byCode = (code) => ({
    approve: () => api('POST', '/enrollments/decide', { decision: 'approve', code }),
    reject: (reason) => api('POST', '/enrollments/decide', { decision: 'reject', code, reason }),
  });

  function draw(item, deeds) {
    const details = [item.phone, item.email, `as ${item.grants.roles.join(', ') || 'no role'}`].filter(Boolean);
    const decided =
      item.decidedAt === null
        ? ''
        : [` · ${item.decidedBy ?? 'by itself'}, `, time(item.decidedAt), item.reason ? `: ${item.reason}` : ''];
    return h(
      'div',
      { className: 'item', 'data-name': item.name },
      h('span', { className: 'who' }, item.name),
      pill(item.state === 'pending' ? 'waits' : item.state, TONE[item.state]),
      h('span', { className: 'what' }, details.join(' · '), ' · asked ', time(item.createdAt), decided),
      deeds !== undefined &&
        item.state === 'pending' &&
        h(
          'div',
          { className: 'deeds' },
          h(
            'button',
            { type: 'button', onclick: () => letIn(item, deeds), 'aria-label': `Let ${item.name} in` },
            'Let in',
          ),
          button('Turn away…', () => turnAway(item, deeds), 'quiet bad'),
        ),
    );
  }

  async function letIn(item, deeds) {
    if ((await attempt(deeds.approve, `${item.name} is in.`)) === undefined) return;
    found.replaceChildren();
    refresh();
  }

  function turnAway(item, deeds) {
    ask(`Turn ${item.name} away`, {
      words: 'They read the reason on their screen. They may ask again with another invite.',
      fields: [{ name: 'reason', label: 'Reason', required: true }],
      submit: 'Turn away',
      tone: 'bad',
      send: ({ reason }) => deeds.reject(reason),
      done() {
        say(`${item.name} was turned away.`);
        found.replaceChildren();
        refresh();
      },
    });
  }

  const lookUp = formOf({
    fields: [
      { name: 'code', label: 'Code they show', required: true, autocapitalize: 'characters', placeholder: 'ABCD-EFGH' },
    ],
    submit: 'Look up',
    async send({ code }, form) {
      found.replaceChildren();
      const item = await api('POST', '/enrollments/find', { code });
      found.replaceChildren(
        draw(item, may('identity.enrollment.decide') ? byCode(code) : isWriter ? byList(item) : undefined),
      );
      form.reset();
      found.querySelector('button')?.focus();
    },
  });
  const list = listOf(
    '/enrollments?state=pending',
    (item) => draw(item, isWriter ? byList(item) : undefined),
    () => empty('Nobody waits.', 'Whoever opens an invite and asks to join appears here at once.'),
  );
  const past = listOf(
    '/enrollments',
    (item) => draw(item),
    () => empty('Nobody has asked yet.', ''),
  );
  const history = h(
    'details',
    { className: 'card' },
    h('summary', {}, h('span', { className: 'who' }, 'Everybody who asked')),
    past.root,
  );
  history.addEventListener('toggle', () => history.open && past.refresh());
  const refresh = () => {
    if (!isReader) return;
    list.refresh();
    if (history.open) past.refresh();
  };
  return {
    elements: [
      h('section', { className: 'card', 'aria-label': 'Look up a code' }, lookUp, found),
      isReader &&
        h('section', { className: 'card' }, h('div', { className: 'head' }, h('h2', {}, 'At the door')), list.root),
      isReader && history,
    ].filter(Boolean),
    refresh,
  };
}
