/* Shows openapi.json so that a person can read it. */
import { $, h } from './element.js';

/** @typedef {{ readonly $ref?: string }} Pointer */
/** @typedef {{ readonly schema: unknown, readonly example?: unknown }} Content */
/** @typedef {{ readonly content?: Readonly<Record<string, Content>> }} Holder */
/** @typedef {Holder & { readonly description: string }} Answer */
/**
 * @typedef {object} Parameter
 * @property {string} name
 * @property {string} in
 * @property {string} [description]
 * @property {{ readonly enum?: string[] }} schema
 */
/**
 * @typedef {object} Operation
 * @property {string} summary
 * @property {string} [description]
 * @property {readonly string[]} tags
 * @property {readonly (Parameter | Pointer)[]} parameters
 * @property {Holder} [requestBody]
 * @property {Readonly<Record<string, Answer | Pointer>>} responses
 */
/** @typedef {Readonly<Record<string, Readonly<Record<string, unknown>>>>} Components */
/**
 * @typedef {object} Described
 * @property {{ readonly version: string, readonly description: string }} info
 * @property {readonly { readonly name: string }[]} tags
 * @property {Readonly<Record<string, Readonly<Record<string, Operation>>>>} paths
 * @property {Components} components
 */

/** @type {Readonly<Record<string, string>>} */
const TONES = { get: 'calm', post: 'good', patch: 'busy', put: 'busy', delete: 'bad' };

/** @param {string} text */
const code = (text) => h('code', {}, text);
/** @param {unknown} value */
const json = (value) => h('pre', {}, code(JSON.stringify(value, undefined, 2)));

/** A sentence whose `words in backticks` are code. @param {string} text */
const prose = (text) => text.split('`').map((part, index) => (index % 2 === 0 ? part : code(part)));

/** @param {Holder} [holder] */
const contentOf = (holder) => Object.values(holder?.content ?? {})[0];

/**
 * The schema with its own references replaced by what they point at, as deep as a reader wants to look.
 *
 * @param {unknown} schema
 * @param {Components} components
 * @returns {unknown}
 */
function expand(schema, components, depth = 4) {
  if (Array.isArray(schema)) return schema.map((part) => expand(part, components, depth));
  if (typeof schema !== 'object' || schema === null) return schema;
  if ('$ref' in schema) return depth === 0 ? schema : expand(followed(schema, components), components, depth - 1);
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, expand(value, components, depth)]));
}

/**
 * A part of the document, or what it points at: `#/components/responses/Refused401`.
 *
 * @template {object} Part
 * @param {Part | Pointer} part
 * @param {Components} components
 * @returns {Part}
 */
function followed(part, components) {
  const reference = '$ref' in part ? String(part.$ref) : undefined;
  const [, , kind = '', name = ''] = reference?.split('/') ?? [];
  return /** @type {Part} */ (reference === undefined ? part : components[kind]?.[name]);
}

/** @param {string} path @param {string} method @param {Operation} spec @param {Components} components */
function operation(path, method, spec, components) {
  const request = contentOf(spec.requestBody);
  const answers = Object.entries(spec.responses).map(([status, answer]) => ({
    status,
    .../** @type {Answer} */ (followed(answer, components)),
  }));
  const success = answers.find(({ status }) => status.startsWith('2'));
  const answer = contentOf(success);
  const refusals = answers
    .filter(({ status }) => !status.startsWith('2'))
    .map(({ status, description }) => h('tr', {}, h('td', {}, status), h('td', {}, description)));
  const parameters = spec.parameters
    .map((parameter) => /** @type {Parameter} */ (followed(parameter, components)))
    .map((parameter) =>
      h(
        'tr',
        {},
        h('td', {}, code(parameter.name)),
        h('td', {}, parameter.in),
        h('td', {}, prose(parameter.schema.enum?.join(', ') ?? parameter.description ?? '')),
      ),
    );
  const element = h(
    'details',
    {},
    h(
      'summary',
      {},
      h('span', { className: `method pill ${TONES[method]}` }, method.toUpperCase()),
      code(path),
      h('span', { className: 'when' }, spec.summary),
    ),
    h(
      'div',
      { className: 'more' },
      spec.description !== undefined && h('p', {}, prose(spec.description)),
      parameters.length > 0 && [h('h3', {}, 'Parameters'), h('table', {}, parameters)],
      request !== undefined && [
        h('h3', {}, 'Request'),
        request.example !== undefined && json(request.example),
        json(expand(request.schema, components)),
      ],
      h('h3', {}, `Answer ${success?.status ?? ''}`),
      answer === undefined ? h('p', {}, success?.description) : json(expand(answer.schema, components)),
      h('h3', {}, 'Refusals'),
      h('table', {}, refusals),
    ),
  );
  element.dataset.words = `${method} ${path} ${spec.summary}`.toLowerCase();
  return element;
}

async function start() {
  const response = await fetch('/openapi.json');
  const { info, tags, paths, components } = /** @type {Described} */ (await response.json());
  $('version').textContent = `Version ${info.version}`;
  $('about').replaceChildren(...prose(info.description));
  const sections = tags.map(({ name }) => {
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, spec]) => spec.tags.includes(name))
        .map(([method, spec]) => operation(path, method, spec, components)),
    );
    return h('section', { className: 'card' }, h('div', { className: 'head' }, h('h2', {}, name)), operations);
  });
  $('operations').replaceChildren(...sections);
  const filter = $('filter', HTMLInputElement);
  filter.addEventListener('input', () => {
    for (const section of sections) {
      const rows = [...section.querySelectorAll('details')];
      for (const row of rows) row.hidden = !row.dataset.words?.includes(filter.value.toLowerCase());
      section.hidden = rows.every(({ hidden }) => hidden);
    }
  });
}

start();
