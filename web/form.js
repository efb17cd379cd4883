/* Forms: fields with their labels, and what is wrong said at its field. */
import { Refusal, wordsOf } from './api.js';
import { h } from './element.js';

/** @import { Field, ValuesOf } from './fields.ts' */

/** @param {Field} field @param {string} id */
function controlOf(field, id) {
  const described = { 'aria-describedby': `${id}-problem ${id}-hint` };
  const { name, label } = field;
  switch (field.type) {
    case 'choices': {
      const boxes = field.options.map(([key, text]) =>
        h('label', {}, h('input', { type: 'checkbox', name, value: key, checked: field.value?.includes(key) }), text),
      );
      const group = { className: 'choices', role: 'group', 'aria-labelledby': id };
      return [h('label', { id }, label), h('div', group, boxes)];
    }
    case 'checkbox':
      return [h('label', { className: 'choice' }, h('input', { type: 'checkbox', name, checked: field.value }), label)];
    case 'select': {
      const options = field.options.map(([key, text]) =>
        h('option', { value: key, selected: key === field.value }, text),
      );
      return [h('label', { htmlFor: id }, label), h('select', { id, name, ...described }, options)];
    }
    default: {
      const { hint, label: _, ...rest } = field;
      return [
        h('label', { htmlFor: id }, label),
        h('input', { id, type: 'text', autocomplete: 'off', ...rest, ...described }),
      ];
    }
  }
}

/** A labelled field with its hint and the place for what is wrong. @param {Field} field @param {string} id */
function draw(field, id) {
  return [
    ...controlOf(field, id),
    field.hint === undefined ? undefined : h('p', { className: 'hint', id: `${id}-hint` }, field.hint),
    h('p', { className: 'problem', id: `${id}-problem`, role: 'alert', 'data-problem': field.name }),
  ];
}

/**
 * What stands in a form: empty fields are left out, boxes become lists or booleans.
 *
 * @template {readonly Field[]} Fields
 * @param {HTMLFormElement} form
 * @param {Fields} fields
 */
function valuesOf(form, fields) {
  const data = new FormData(form);
  /** @type {Record<string, unknown>} */
  const values = {};
  for (const { name, type } of fields) {
    const text = String(data.get(name) ?? '').trim();
    if (type === 'choices') values[name] = data.getAll(name);
    else if (type === 'checkbox') values[name] = data.has(name);
    else if (text !== '') values[name] = type === 'number' ? Number(text) : text;
  }
  // The browser lets no form go whose required field is empty, so this is what the fields say.
  return /** @type {ValuesOf<Fields>} */ (values);
}

let formCount = 0;

/**
 * @template {readonly Field[]} Fields
 * @template Result
 * @typedef {object} Form
 * @property {Fields} fields
 * @property {string} submit what the button says
 * @property {'bad'} [tone] of a button that ends something
 * @property {(values: ValuesOf<Fields>, form: HTMLFormElement) => Promise<Result>} send
 */

/**
 * A form that sends what was typed and shows what is wrong at its field.
 *
 * @template {readonly Field[]} const Fields
 * @param {Form<Fields, unknown> & { readonly others?: readonly HTMLElement[] }} form
 */
export function formOf({ fields, submit, tone, send, others = [] }) {
  formCount += 1;
  const group = `form-${formCount}`;
  const general = h('p', { className: 'problem', role: 'alert' });
  const go = h('button', { type: 'submit', className: tone ?? '' }, submit);
  const form = h(
    'form',
    {},
    fields.map((field, index) => draw(field, `${group}-${index}`)),
    general,
    h('div', { className: 'row' }, others, go),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    for (const problem of form.querySelectorAll('.problem')) problem.textContent = '';
    go.disabled = true;
    try {
      await send(valuesOf(form, fields), form);
    } catch (error) {
      if (!showAtFields(form, error)) general.textContent = wordsOf(error);
    } finally {
      go.disabled = false;
    }
  });
  return form;
}

/**
 * Whether what is wrong could be said at a field; the first of them gets the focus.
 *
 * @param {HTMLFormElement} form
 * @param {unknown} error
 */
function showAtFields(form, error) {
  const problems = error instanceof Refusal ? (error.problem?.errors ?? []) : [];
  for (const { path, message } of problems) {
    const place = form.querySelector(`[data-problem="${CSS.escape(path.split('.').at(-1) ?? '')}"]`);
    if (place !== null) place.textContent = message;
  }
  const first = form.querySelector('[data-problem]:not(:empty)');
  const input = first?.id && form.querySelector(`[aria-describedby~="${first.id}"]`);
  if (input instanceof HTMLElement) input.focus();
  return first !== null;
}
