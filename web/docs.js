/* Shows openapi.json so that a person can read it. Everything is put into the page as text. */

function h(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.flat().filter((child) => child !== undefined));
  return element;
}

const TONES = { get: 'calm', post: 'good', patch: 'busy', put: 'busy', delete: 'bad' };

const code = (text) => h('code', {}, text);
const json = (value) => h('pre', {}, code(JSON.stringify(value, undefined, 2)));

/** A sentence whose `words in backticks` are code. */
const prose = (text) => text.split('`').map((part, index) => (index % 2 === 0 ? part : code(part)));

function contentOf(holder) {
  return Object.values(holder?.content ?? {})[0];
}

/** The schema with its own references replaced by what they point at, as deep as a reader wants to look. */
function expand(schema, components, depth = 4) {
  if (Array.isArray(schema)) return schema.map((part) => expand(part, components, depth));
  if (typeof schema !== 'object' || schema === null) return schema;
  const name = schema.$ref?.split('/').at(-1);
  if (name !== undefined) return depth === 0 ? schema : expand(components[name], components, depth - 1);
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, expand(value, components, depth)]));
}

/** A part of the document, or what it points at: `#/components/responses/Refused401`. */
function followed(part, { components }) {
  const [, , kind, name] = part.$ref?.split('/') ?? [];
  return name === undefined ? part : components[kind][name];
}

function operation(path, method, spec, described) {
  const components = described.components.schemas;
  const request = contentOf(spec.requestBody);
  const [status, success] = Object.entries(spec.responses).find(([number]) => number.startsWith('2'));
  const answer = contentOf(success);
  const refusals = Object.entries(spec.responses)
    .filter(([number]) => !number.startsWith('2'))
    .map(([number, refusal]) => [number, followed(refusal, described)]);
  const parameters = spec.parameters
    .map((parameter) => followed(parameter, described))
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
      spec.description === undefined ? undefined : h('p', {}, prose(spec.description)),
      parameters.length === 0 ? undefined : [h('h3', {}, 'Parameters'), h('table', {}, parameters)],
      request === undefined
        ? undefined
        : [
            h('h3', {}, 'Request'),
            request.example === undefined ? undefined : json(request.example),
            json(expand(request.schema, components)),
          ],
      h('h3', {}, `Answer ${status}`),
      answer === undefined ? h('p', {}, success.description) : json(expand(answer.schema, components)),
      h('h3', {}, 'Refusals'),
      h(
        'table',
        {},
        refusals.map(([number, { description }]) => h('tr', {}, h('td', {}, number), h('td', {}, description))),
      ),
    ),
  );
  element.dataset.words = `${method} ${path} ${spec.summary}`.toLowerCase();
  return element;
}

async function start() {
  const response = await fetch('/openapi.json');
  const document_ = await response.json();
  document.getElementById('version').textContent = `Version ${document_.info.version}`;
  document.getElementById('about').replaceChildren(...prose(document_.info.description));
  const sections = document_.tags.map(({ name }) => {
    const operations = Object.entries(document_.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, spec]) => spec.tags.includes(name))
        .map(([method, spec]) => operation(path, method, spec, document_)),
    );
    return h('section', { className: 'card' }, h('div', { className: 'head' }, h('h2', {}, name)), operations);
  });
  document.getElementById('operations').replaceChildren(...sections);
  document.getElementById('filter').addEventListener('input', ({ target }) => {
    for (const section of sections) {
      const found = [...section.querySelectorAll('details')].filter((element) => {
        element.hidden = !element.dataset.words.includes(target.value.toLowerCase());
        return !element.hidden;
      });
      section.hidden = found.length === 0;
    }
  });
}

start();
