/* A list of the API, page by page. */
import { wordsOf } from '../api.js';
import { h } from '../element.js';
import { attempt, button, empty } from './page.js';

const LIMIT = '50';

/** @typedef {{ readonly limit: string, readonly cursor?: string }} Page */
/**
 * @template Item
 * @typedef {{ readonly items: readonly Item[], readonly nextCursor?: string | null }} Answer
 */

/**
 * `read` asks for a page, `draw` makes an element of an item, `nothing` says why there is none. A refresh may ask for
 * something narrower; what follows by "More" is of the same question.
 *
 * @template Item
 * @template {object} [Query={}]
 * @param {(page: Page & Partial<Query>) => Promise<Answer<Item>>} read
 * @param {(item: Item) => HTMLElement} draw
 * @param {() => HTMLElement} nothing
 */
export function listOf(read, draw, nothing) {
  const root = h('div', { className: 'list', 'aria-busy': 'true' }, h('div', { className: 'skeleton' }));
  /** @param {Partial<Query>} [query] @param {{ readonly cursor?: string }} [from] */
  const page = (query, from) => read(/** @type {Page & Partial<Query>} */ ({ limit: LIMIT, ...query, ...from }));
  let asked = 0;

  /** @param {Partial<Query>} [query] */
  async function load(query) {
    asked += 1;
    const mine = asked;
    const first = await page(query);
    if (mine !== asked) return;
    root.replaceChildren();
    root.removeAttribute('aria-busy');
    if (first.items.length === 0) root.append(nothing());
    else show(first, query);
  }

  /** @param {Answer<Item>} answer @param {Partial<Query>} [query] */
  function show({ items, nextCursor }, query) {
    root.append(...items.map(draw));
    if (nextCursor === null || nextCursor === undefined) return;
    const more = button('More', async () => {
      more.remove();
      const next = await attempt(() => page(query, { cursor: nextCursor }));
      if (next !== undefined) show(next, query);
    });
    root.append(h('div', { className: 'plain' }, more));
  }

  return {
    root,
    /** Reads it anew; a list that cannot be read says why. @param {Partial<Query>} [query] */
    refresh: (query) =>
      load(query).catch((error) => {
        root.removeAttribute('aria-busy');
        root.replaceChildren(empty('This list could not be read.', wordsOf(error)));
      }),
  };
}
