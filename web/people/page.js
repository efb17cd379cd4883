/* What every part of the page needs: elements, the API, words to the person, questions. Text from outside stays text. */

export const $ = (id) => document.getElementById(id);

/** An element with properties and children; strings become text, nothing becomes nothing. */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null) continue;
    if (name in element && name !== 'title' && name !== 'list') element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.flat(2).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

export const button = (text, onclick, className = 'quiet') =>
  h('button', { type: 'button', className, onclick: () => onclick() }, text);

/** What the server answered; throws the problem it answered with, `error.problem`. */
export async function api(method, path, body) {
  const response = await fetch(`/api/v1${path}`, {
    method,
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Error('The server cannot be reached. Try again in a moment.');
  });
  const text = await response.text();
  const answer = text === '' ? undefined : JSON.parse(text);
  if (response.ok) return answer;
  const error = new Error(answer?.detail ?? `The server answered ${response.status}.`);
  throw Object.assign(error, { problem: answer, status: response.status });
}

let quiet;

/** A word to the person that goes away by itself. */
export function say(text, tone = 'good') {
  const word = $('word');
  word.textContent = text;
  word.dataset.tone = tone;
  word.hidden = false;
  clearTimeout(quiet);
  quiet = setTimeout(() => {
    word.hidden = true;
  }, 6000);
}

/** Does something and says how it went. */
export async function attempt(work, done) {
  try {
    const result = await work();
    if (done !== undefined) say(done);
    return result;
  } catch (error) {
    say(error.message, 'bad');
    return undefined;
  }
}

/** Whether one of the patterns covers a permission: a `*` stands for one or more parts. */
export function mayWith(patterns, permission) {
  return patterns.some((pattern) =>
    new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.+')}$`).test(permission),
  );
}

const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

export function time(iso) {
  const at = new Date(iso);
  return h('time', { dateTime: iso, title: whole.format(at) }, day.format(at));
}

export const pill = (text, tone) => h('span', { className: `pill ${tone}` }, text);

export const empty = (title, words) => h('p', { className: 'empty' }, h('strong', {}, title), words);

/** A drawing the server made, as SVG text: parsed, never inserted as markup of the page. */
export function drawing(svg, label) {
  const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  parsed.setAttribute('role', 'img');
  parsed.setAttribute('aria-label', label);
  return document.importNode(parsed, true);
}

let fieldCount = 0;

/** A labelled field of a form: `{name, label, type, required, value, hint, options}`; `choices` are boxes to tick. */
export function field({ name, label, type = 'text', hint, options, value, ...rest }) {
  fieldCount += 1;
  const id = `field-${fieldCount}`;
  const problem = h('p', { className: 'problem', id: `${id}-problem`, role: 'alert', 'data-problem': name });
  const described = { 'aria-describedby': `${id}-problem ${id}-hint` };
  const words = hint === undefined ? undefined : h('p', { className: 'hint', id: `${id}-hint` }, hint);
  if (type === 'choices') {
    const boxes = options.map(([key, text]) =>
      h('label', {}, h('input', { type: 'checkbox', name, value: key, checked: value?.includes(key) }), text),
    );
    return [
      h('label', { id }, label),
      h('div', { className: 'choices', role: 'group', 'aria-labelledby': id }, boxes),
      words,
      problem,
    ];
  }
  if (type === 'checkbox')
    return [h('label', { className: 'choice' }, h('input', { type, name, checked: value }), label), words, problem];
  const input =
    type === 'select'
      ? h(
          'select',
          { id, name, ...described },
          options.map(([key, text]) => h('option', { value: key, selected: key === value }, text)),
        )
      : h('input', { id, name, type, value, autocomplete: 'off', ...rest, ...described });
  return [h('label', { htmlFor: id }, label), input, words, problem];
}

/** What stands in a form: empty fields are left out, boxes become lists or booleans. */
export function valuesOf(form, fields) {
  const data = new FormData(form);
  return Object.fromEntries(
    fields.flatMap(({ name, type }) => {
      if (type === 'choices') return [[name, data.getAll(name)]];
      if (type === 'checkbox') return [[name, data.has(name)]];
      const value = String(data.get(name) ?? '').trim();
      return value === '' ? [] : [[name, type === 'number' ? Number(value) : value]];
    }),
  );
}

/** A form that sends what was typed and shows what is wrong at its field. */
export function formOf({ fields, submit, tone, send, others = [] }) {
  const general = h('p', { className: 'problem', role: 'alert' });
  const go = h('button', { type: 'submit', className: tone ?? '' }, submit);
  const form = h('form', { noValidate: false }, fields.map(field), general, h('div', { className: 'row' }, others, go));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    for (const problem of form.querySelectorAll('.problem')) problem.textContent = '';
    go.disabled = true;
    try {
      await send(valuesOf(form, fields), form);
    } catch (error) {
      for (const { path, message } of error.problem?.errors ?? []) {
        const place = form.querySelector(`[data-problem="${CSS.escape(String(path).split('.').at(-1))}"]`);
        if (place !== null) place.textContent = message;
      }
      if ([...form.querySelectorAll('[data-problem]')].every(({ textContent }) => textContent === ''))
        general.textContent = error.message;
      form
        .querySelector('[data-problem]:not(:empty)')
        ?.parentElement?.querySelector('input:not([type=checkbox])')
        ?.focus();
    } finally {
      go.disabled = false;
    }
  });
  return form;
}

/** Opens a dialog; `build` gets the function that closes it. The focus goes back to where it was. */
export function openDialog(title, build) {
  const from = document.activeElement;
  const dialog = h('dialog', { 'aria-label': title });
  const close = () => dialog.close();
  dialog.append(h('h2', {}, title), ...build(close));
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (from?.isConnected) from.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector('input, select, button')?.focus();
  return dialog;
}

/** Asks for something in a dialog and sends it; closes when that went well. */
export function ask(title, { words, send, done, ...rest }) {
  openDialog(title, (close) => [
    words === undefined ? '' : h('p', { className: 'soft' }, words),
    formOf({
      ...rest,
      others: [button('Cancel', close)],
      async send(values) {
        const result = await send(values);
        close();
        if (typeof done === 'function') done(result);
        else if (done !== undefined) say(done);
      },
    }),
  ]);
}

/** Shows something once: a link, a code, a key, with a way to copy it. */
export function showOnce(title, words, text, svg) {
  openDialog(title, (close) => [
    h(
      'div',
      { className: 'shown' },
      h('p', { className: 'soft' }, words),
      svg === undefined ? '' : drawing(svg, 'QR code of the link'),
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

/** A list of the API, page by page unless it comes whole. `draw` makes an element of an item. */
export function listOf(path, draw, nothing, isWhole = false) {
  const root = h('div', { className: 'list', 'aria-busy': 'true' }, h('div', { className: 'skeleton' }));
  let asked = 0;
  async function load(query = '') {
    asked += 1;
    const mine = asked;
    const first = await page(query);
    if (mine !== asked) return;
    root.replaceChildren();
    root.removeAttribute('aria-busy');
    if (first.items.length === 0) root.append(nothing());
    else show(first, query);
  }
  const separator = path.includes('?') ? '&' : '?';
  const page = (query) => api('GET', isWhole ? path : `${path}${separator}limit=50${query}`);
  function show({ items, nextCursor }, query) {
    root.append(...items.map(draw));
    if (nextCursor === null || nextCursor === undefined) return;
    const more = button('More', async () => {
      more.remove();
      const next = await attempt(() => page(`${query}&cursor=${encodeURIComponent(nextCursor)}`));
      if (next !== undefined) show(next, query);
    });
    root.append(h('div', { className: 'plain' }, more));
  }
  return {
    root,
    /** Reads it anew; a list that cannot be read says why. */
    refresh: (query) =>
      load(query).catch((error) => {
        root.removeAttribute('aria-busy');
        root.replaceChildren(empty('This list could not be read.', error.message));
      }),
  };
}
