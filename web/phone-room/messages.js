/* The texts: each part is a dot that says how far it is. */
import { h } from '../element.js';
import { LiveList, newestFirst } from './live-list.js';
import { clockOf, number, time } from './reading.js';
import { fill } from './row.js';
import { pill, toneOf } from './status.js';

/** @import { AnsweringApi } from '../client/answers.ts' */
/** @import { components } from '../client/schema.d.ts' */
/** @typedef {components['schemas']['Message']} Message */
/** @typedef {Message['parts'][number]} Part */

const DOTS = 12;
const ENCODINGS = { ucs2: 'Unicode (UCS-2)', gsm7: 'GSM 7-bit', binary: 'binary' };

/** @param {AnsweringApi} api */
export function messages(api) {
  return new LiveList('messages', {
    read: () => api.GET('/api/v1/messages', { params: { query: { limit: '50' } } }),
    readOne: (id) => api.GET('/api/v1/messages/{id}', { params: { path: { id } } }),
    sortBy: newestFirst('createdAt'),
    empty: [
      'No messages yet.',
      'Send the first one: each of its parts gets a dot that turns green when it is delivered.',
    ],
    draw(message, row) {
      const isOut = message.direction === 'outbound';
      const way = { className: `way${isOut ? ' out' : ''}`, title: message.direction, 'aria-label': message.direction };
      const modem = h('span', { className: 'to' }, message.modem ? ` via ${message.modem}` : '');
      fill(
        row,
        'message',
        [
          h('span', way, isOut ? '↗' : '↙'),
          h('span', { className: 'who' }, number(message.peer), modem),
          pill(message.status),
          h('span', { className: 'what' }, message.body),
          h('span', { className: 'when' }, dots(message), time(message.createdAt)),
        ],
        (below) => below.replaceChildren(...whole(message)),
      );
    },
  });
}

/** The text and its parts, as a table. @param {Message} message */
function whole({ createdAt, body, partCount, encoding, parts }) {
  const titles = ['Part', 'State', 'Reference', 'Submitted', 'Delivered'];
  const rows = parts.flatMap((part) => [
    h(
      'tr',
      {},
      h('td', {}, String(part.sequence)),
      h('td', {}, pill(part.status)),
      [String(part.reference ?? '–'), clockOf(part.submittedAt), clockOf(part.deliveredAt)].map((cell) =>
        h('td', {}, cell),
      ),
    ),
    part.error ? h('tr', {}, h('td', {}), h('td', { colSpan: 4, className: 'problem' }, part.error)) : undefined,
  ]);
  return [
    h('h3', {}, 'Text · ', time(createdAt)),
    h('p', { className: 'body' }, body),
    h('h3', {}, `${partCount} ${partCount === 1 ? 'part' : 'parts'} · ${ENCODINGS[encoding]}`),
    h('table', {}, h('tr', {}, ...titles.map((title) => h('th', {}, title))), rows),
  ];
}

/** @param {Message} message */
function dots({ parts, partCount, direction, status }) {
  const shown = Array.from({ length: Math.min(partCount, DOTS) }, (_, index) => {
    const part = parts.find(({ sequence }) => sequence === index + 1);
    const state = part?.status ?? (direction === 'inbound' ? 'missing' : status);
    const words = [`Part ${index + 1} of ${partCount}: ${state}`, ...(part === undefined ? [] : factsOf(part))];
    const label = words.join(' · ');
    return h('span', { className: `dot ${toneOf(state)}`, title: label, role: 'img', 'aria-label': label });
  });
  const others = partCount > DOTS && h('span', { className: 'when' }, `+${partCount - DOTS}`);
  return h('span', { className: 'dots' }, shown, others);
}

/** @param {Part} part */
function factsOf({ reference, submittedAt, deliveredAt, error }) {
  return [
    reference === null ? '' : `reference ${reference}`,
    submittedAt === null ? '' : `submitted ${clockOf(submittedAt)}`,
    deliveredAt === null ? '' : `delivered ${clockOf(deliveredAt)}`,
    error ?? '',
  ].filter((fact) => fact !== '');
}
