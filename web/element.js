/* Elements of a page. Text from outside stays text: nothing here makes markup of it. */

/** @typedef {Node | string | false | null | undefined} Leaf */
/** @typedef {Leaf | readonly (Leaf | readonly Leaf[])[]} Child */

/**
 * The element of an id, which must be there and, where it matters, be of a kind.
 *
 * @template {HTMLElement} [E=HTMLElement]
 * @param {string} id
 * @param {new () => E} [kind]
 * @returns {E}
 */
export function $(id, kind) {
  const element = document.getElementById(id);
  if (element instanceof (kind ?? HTMLElement)) return /** @type {E} */ (element);
  throw new Error(`This page has no #${id}.`);
}

/**
 * An element with properties and children; strings become text, nothing becomes nothing.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Readonly<Record<string, unknown>>} [properties]
 * @param {Child[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name in element && name !== 'title' && name !== 'list') Reflect.set(element, name, value);
    else element.setAttribute(name, String(value));
  }
  element.append(...children.flat(2).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}
