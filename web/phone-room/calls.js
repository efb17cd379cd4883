/* The calls: who, where to, how it goes, and the way each took. */
import { wordsOf } from '../api.js';
import { h } from '../element.js';
import { LiveList, newestFirst } from './live-list.js';
import { clockOf, duration, number, time } from './reading.js';
import { fill } from './row.js';
import { pill } from './status.js';
import { indented } from './xml.js';

/** @import { AnsweringApi } from '../client/answers.ts' */
/** @import { components } from '../client/schema.d.ts' */
/** @typedef {components['schemas']['Call']} Call */
/** @typedef {components['schemas']['CallDetail']} CallDetail */

const LIVE = ['initiated', 'ringing', 'answered'];

/** @param {AnsweringApi} api */
export function calls(api) {
  setInterval(() => document.querySelectorAll('[data-since]').forEach(tick), 1000);
  return new LiveList('calls', {
    read: () => api.GET('/api/v1/calls', { params: { query: { limit: '50' } } }),
    /** @param {string} id @returns {Promise<Call>} */
    readOne: (id) => api.GET('/api/v1/calls/{id}', { params: { path: { id } } }),
    sortBy: newestFirst('startedAt'),
    empty: ['No calls yet.', 'They appear here the moment the phone rings, with the way they took.'],
    draw(call, row) {
      const isLive = !call.endedAt && LIVE.includes(call.status);
      const isOut = call.direction !== 'inbound';
      const way = { className: `way${isOut ? ' out' : ''}`, title: call.direction, 'aria-label': call.direction };
      fill(
        row,
        'call',
        [
          h('span', way, isOut ? '↗' : '↙'),
          h('span', { className: 'who' }, number(call.from), h('span', { className: 'to' }, ' → ', number(call.to))),
          pill(call.status, isLive),
          h('span', { className: 'what' }, [call.callerName, call.trace.at(-1)].filter(Boolean).join(' · ')),
          lengthOf(call, isLive),
        ],
        (below) => drawBelow(api, call, below),
      );
    },
  });
}

/** How long it lasts or lasted, or when it was. @param {Call} call @param {boolean} isLive */
function lengthOf(call, isLive) {
  const length = h('span', { className: 'when' });
  if (isLive && call.answeredAt) length.dataset.since = call.answeredAt;
  else if (call.billableSeconds) length.append(duration(call.billableSeconds));
  else length.append(time(call.startedAt));
  tick(length);
  return length;
}

/** @param {Element} element */
function tick(element) {
  const since = element.getAttribute('data-since');
  if (since) element.textContent = duration(Math.max(0, (Date.now() - new Date(since).getTime()) / 1000));
}

/** @param {AnsweringApi} api @param {Call} call @param {Element} below */
async function drawBelow(api, call, below) {
  const known = wayOf(call);
  if (below.childElementCount === 0) below.replaceChildren(...known);
  try {
    const { events } = await api.GET('/api/v1/calls/{id}', { params: { path: { id: call.id } } });
    below.replaceChildren(...known, ...documentsOf(events), ...updatesOf(events));
  } catch (error) {
    below.replaceChildren(...known, h('p', { className: 'problem' }, wordsOf(error)));
  }
}

/** @param {Call} call */
function wayOf({ startedAt, answeredAt, endedAt, trace }) {
  const times = h(
    'p',
    { className: 'soft' },
    'Started ',
    time(startedAt),
    answeredAt ? ` · answered ${clockOf(answeredAt)}` : '',
    endedAt ? ` · ended ${clockOf(endedAt)}` : '',
  );
  if (trace.length === 0) return [times];
  const steps = trace.map((line) => h('li', {}, line));
  return [times, h('h3', {}, 'The way it took'), h('ol', { className: 'trace' }, steps)];
}

/** What we answered, document by document. @param {CallDetail['events']} events */
function documentsOf(events) {
  return events
    .flatMap(({ at, data }) => (isDocument(data) ? [{ at, ...data }] : []))
    .flatMap(({ at, cxml, document: position }, index) => [
      h('h3', {}, `Document ${position ?? index + 1} · `, time(at)),
      h('pre', {}, h('code', {}, indented(cxml))),
    ]);
}

/** What came in beside the documents. @param {CallDetail['events']} events */
function updatesOf(events) {
  const updates = events.filter(({ data }) => !isDocument(data));
  if (updates.length === 0) return [];
  const rows = updates.map(({ kind, status, at }) =>
    h('tr', {}, h('td', {}, clockOf(at)), h('td', {}, kind), h('td', {}, status ?? '')),
  );
  return [h('h3', {}, 'What the network said'), h('table', {}, rows)];
}

/** @param {unknown} data @returns {data is { readonly cxml: string, readonly document?: number }} */
function isDocument(data) {
  return typeof data === 'object' && data !== null && 'cxml' in data && typeof data.cxml === 'string';
}
