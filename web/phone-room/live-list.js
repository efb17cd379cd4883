/* A list whose rows stay where they are, open or closed, while what they say changes. */
import { $, h } from '../element.js';

/**
 * @template {{ readonly id: string }} Item
 * @typedef {object} Shown
 * @property {() => Promise<{ readonly items: readonly Item[] }>} read the newest of them
 * @property {(id: string) => Promise<Item>} [readOne] absent where one alone says less than the list does
 * @property {(a: Item, b: Item) => number} sortBy
 * @property {(item: Item, element: HTMLElement) => void} draw fills the row of an item, new or not
 * @property {readonly [title: string, words: string]} empty
 * @property {number} [limit] how many rows are kept
 * @property {'details' | 'div'} [rowTag]
 */

/** @template {{ readonly id: string }} Item */
export class LiveList {
  /** @type {Map<string, { item: Item, element: HTMLElement }>} */
  #rows = new Map();
  #root;
  #counter;
  #shown;

  /**
   * @param {string} id of the element that holds the rows; its counter is `<id>-count`
   * @param {Shown<Item>} shown
   */
  constructor(id, shown) {
    this.#root = $(id);
    this.#counter = $(`${id}-count`);
    this.#shown = shown;
    this.#root.replaceChildren(h('div', { className: 'skeleton' }), h('div', { className: 'skeleton' }));
  }

  /** Reads the whole list anew. */
  async load() {
    const { items } = await this.#shown.read();
    const ids = new Set(items.map(({ id }) => id));
    for (const id of this.#rows.keys()) if (!ids.has(id)) this.#forget(id);
    for (const item of items) this.#put(item);
    this.#root.removeAttribute('aria-busy');
    this.#arrange();
  }

  /** Says in the place of the rows why there are none. @param {string} words */
  fail(words) {
    this.#root.replaceChildren(
      h('p', { className: 'empty' }, h('strong', {}, 'This list could not be loaded.'), words),
    );
  }

  /** An item is new or has changed: its row lights up. @param {Item} item */
  show(item) {
    const { element } = this.#put(item);
    element.classList.remove('fresh');
    void element.offsetWidth; // starts the animation again
    element.classList.add('fresh');
    this.#arrange();
  }

  /** An item may have changed: it is read, or all of them are. @param {string} id */
  async look(id) {
    if (this.#shown.readOne === undefined) await this.load();
    else this.show(await this.#shown.readOne(id));
  }

  /** @param {string} id */
  remove(id) {
    this.#forget(id);
    this.#arrange();
  }

  /** @param {Item} item */
  #put(item) {
    const known = this.#rows.get(item.id);
    const row = {
      item: { ...known?.item, ...item },
      element: known?.element ?? h(this.#shown.rowTag ?? 'details'),
    };
    this.#rows.set(item.id, row);
    this.#shown.draw(row.item, row.element);
    return row;
  }

  /** @param {string} id */
  #forget(id) {
    this.#rows.get(id)?.element.remove();
    this.#rows.delete(id);
  }

  #arrange() {
    const sorted = [...this.#rows.values()].sort((a, b) => this.#shown.sortBy(a.item, b.item));
    for (const { item } of sorted.splice(this.#shown.limit ?? 50)) this.#forget(item.id);
    this.#counter.textContent = sorted.length === 0 ? '' : String(sorted.length);
    for (const child of [...this.#root.children]) {
      if (!sorted.some(({ element }) => element === child)) child.remove();
    }
    if (sorted.length === 0) {
      const [title, words] = this.#shown.empty;
      this.#root.replaceChildren(h('p', { className: 'empty' }, h('strong', {}, title), words));
      return;
    }
    // Only what is out of place is moved: a moved row would lose its focus.
    sorted.forEach(({ element }, index) => {
      if (this.#root.children[index] !== element) this.#root.insertBefore(element, this.#root.children[index] ?? null);
    });
  }
}

/**
 * Orders by a field, the newest first; among equals by id, so that nothing jumps.
 *
 * @template {string} Field
 * @param {Field} field
 * @returns {(a: Readonly<Record<Field | 'id', string>>, b: Readonly<Record<Field | 'id', string>>) => number}
 */
export const newestFirst = (field) => (a, b) =>
  a[field] < b[field] ? 1 : a[field] > b[field] ? -1 : a.id < b.id ? 1 : -1;
