/* Questions and answers in front of the page; the focus goes back to where it was. */
import { h } from '../element.js';
import { formOf } from '../form.js';
import { attempt, button } from './page.js';

/** @import { Field, ValuesOf } from '../fields.ts' */
/** @import { Form } from '../form.js' */

/**
 * Opens a dialog; `build` gets the function that closes it.
 *
 * @param {string} title
 * @param {(close: () => void) => readonly (HTMLElement | string)[]} build
 */
export function openDialog(title, build) {
  const from = document.activeElement;
  const dialog = h('dialog', { 'aria-label': title });
  const close = () => dialog.close();
  dialog.append(h('h2', {}, title), ...build(close));
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (from instanceof HTMLElement && from.isConnected) from.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  const first = dialog.querySelector('input, select, button');
  if (first instanceof HTMLElement) first.focus();
}

/**
 * Asks for something in a dialog and sends it; closes when that went well.
 *
 * @template {readonly Field[]} const Fields
 * @template Result
 * @param {string} title
 * @param {Form<Fields, Result> & { readonly words?: string, readonly done: (result: Result) => void }} question
 */
export function ask(title, { words, send, done, ...rest }) {
  openDialog(title, (close) => [
    words === undefined ? '' : h('p', { className: 'soft' }, words),
    formOf({
      ...rest,
      others: [button('Cancel', close)],
      async send(values, form) {
        const result = await send(values, form);
        close();
        done(result);
      },
    }),
  ]);
}

/**
 * Shows something once: a link, a code, a key, with a way to copy it.
 *
 * @param {string} title
 * @param {string} words
 * @param {string} text
 * @param {string} [svg] its QR code
 */
export function showOnce(title, words, text, svg) {
  openDialog(title, (close) => [
    h(
      'div',
      { className: 'shown' },
      h('p', { className: 'soft' }, words),
      svg !== undefined && drawing(svg, 'QR code of the link'),
      h('p', { className: 'code' }, text),
      h(
        'div',
        { className: 'row' },
        button('Copy', () => attempt(() => navigator.clipboard.writeText(text), 'Copied.')),
        h('button', { type: 'button', onclick: close }, 'Done'),
      ),
    ),
  ]);
}

/**
 * A drawing the server made, as SVG text: parsed, never inserted as markup of the page.
 *
 * @param {string} svg
 * @param {string} label
 */
export function drawing(svg, label) {
  const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  parsed.setAttribute('role', 'img');
  parsed.setAttribute('aria-label', label);
  return document.importNode(parsed, true);
}
