/* Who stands at the door: look up the code they show, or take them from the list. */
import { h } from '../element.js';
import { formOf } from '../form.js';
import { ask } from './dialog.js';
import { listOf } from './list.js';
import { api, attempt, button, empty, pill, say, time } from './page.js';

/** @import { May } from './page.js' */
/** @typedef {Awaited<ReturnType<typeof find>>} Enrollment */
/** @typedef {{ approve: () => Promise<unknown>, reject: (reason: string) => Promise<unknown> }} Deeds */

/** @type {Readonly<Record<Enrollment['state'], 'good' | 'busy' | 'bad' | 'idle'>>} */
const TONE = { pending: 'busy', approved: 'good', rejected: 'bad', expired: 'idle' };

/** Whoever waits with a code. @param {string} code */
const find = (code) => api.POST('/api/v1/enrollments/find', { body: { code } });

/** @param {{ may: May }} who */
export function waiting({ may }) {
  const found = h('div', { 'aria-live': 'polite' });
  const isReader = may('identity.enrollment.read');
  const isWriter = may('identity.enrollment.write');

  /** @param {Enrollment} item @returns {Deeds} */
  const byList = ({ id }) => ({
    approve: () => api.POST('/api/v1/enrollments/{id}/approve', { params: { path: { id } } }),
    reject: (reason) => api.POST('/api/v1/enrollments/{id}/reject', { params: { path: { id } }, body: { reason } }),
  });
  /** @param {string} code @returns {Deeds} */
  const byCode = (code) => ({
    approve: () => api.POST('/api/v1/enrollments/decide', { body: { decision: 'approve', code } }),
    reject: (reason) => api.POST('/api/v1/enrollments/decide', { body: { decision: 'reject', code, reason } }),
  });

  /** @param {Enrollment} item @param {Deeds} [deeds] */
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

  /** @param {Enrollment} item @param {Deeds} deeds */
  async function letIn(item, deeds) {
    if ((await attempt(deeds.approve, `${item.name} is in.`)) === undefined) return;
    found.replaceChildren();
    refresh();
  }

  /** @param {Enrollment} item @param {Deeds} deeds */
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
      const item = await find(code);
      found.replaceChildren(
        draw(item, may('identity.enrollment.decide') ? byCode(code) : isWriter ? byList(item) : undefined),
      );
      form.reset();
      found.querySelector('button')?.focus();
    },
  });
  const list = listOf(
    (page) => api.GET('/api/v1/enrollments', { params: { query: { ...page, state: 'pending' } } }),
    (item) => draw(item, isWriter ? byList(item) : undefined),
    () => empty('Nobody waits.', 'Whoever opens an invite and asks to join appears here at once.'),
  );
  const past = listOf(
    (query) => api.GET('/api/v1/enrollments', { params: { query } }),
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
    ].filter((part) => part !== false),
    refresh,
  };
}
