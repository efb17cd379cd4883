/* The modems: what each hears of its network, and what waits for it. */
import { h } from '../element.js';
import { LiveList } from './live-list.js';
import { pill } from './status.js';

/** @import { AnsweringApi } from '../client/answers.ts' */

/** Signal in dBm from which one more bar is shown: -113 is nothing, -51 and better is full (3GPP TS 27.007 +CSQ). */
const BARS = [-110, -99, -87, -75];

/** @param {AnsweringApi} api */
export function modems(api) {
  return new LiveList('modems', {
    // One modem alone is answered as its settings; how it does is in the list.
    read: () => api.GET('/api/v1/modems'),
    rowTag: 'div',
    sortBy: (a, b) => (a.name < b.name ? -1 : 1),
    empty: ['No modem yet.', 'Add one with a POST to /api/v1/modems, or in the configuration file.'],
    draw({ name, state, signal, operator, registration, queue, lastError }, row) {
      const bars = signal === null ? 0 : BARS.filter((level) => signal >= level).length;
      const label = signal === null ? 'No signal known' : `Signal ${signal} dBm`;
      const words = [operator, registration, queue === 0 ? 'nothing waits' : `${queue} waiting`].filter(Boolean);
      row.className = `modem${row.classList.contains('fresh') ? ' fresh' : ''}`;
      row.replaceChildren(
        h(
          'span',
          { className: `bars${bars <= 2 ? ' weak' : ''}`, title: label, role: 'img', 'aria-label': label },
          BARS.map((_, index) => h('i', { className: index < bars ? 'on' : '' })),
        ),
        h('span', { className: 'who' }, name),
        pill(state),
        h('span', { className: 'what' }, words.join(' · ')),
        lastError === null ? '' : h('span', { className: 'what problem' }, lastError),
      );
    },
  });
}
