/* A row that unfolds: a summary that is drawn anew, and a part below that is made when it is opened. */
import { h } from '../element.js';

/**
 * Draws a row, the first time or again. What is below is drawn while the row is open, by what is known at that moment.
 *
 * @param {HTMLElement} row a `details` element
 * @param {string} className
 * @param {readonly HTMLElement[]} summary
 * @param {(below: Element) => void} drawBelow
 */
export function fill(row, className, summary, drawBelow) {
  row.className = `${className}${row.classList.contains('fresh') ? ' fresh' : ''}`;
  const head = row.children[0] ?? row.appendChild(h('summary'));
  const below = row.children[1] ?? row.appendChild(h('div', { className: 'more' }));
  head.replaceChildren(...summary);
  const unfold = () => {
    if (row.hasAttribute('open')) drawBelow(below);
  };
  row.ontoggle = unfold;
  unfold();
}
