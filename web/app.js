/*
 * The first page: three lists that are true without a refresh. Everything that came from outside is put into the page as
 * text, never as markup.
 */

const $ = (id) => document.getElementById(id);

/** An element with properties and children; strings become text. */
function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null) continue;
    if (name in element && name !== 'title') element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null));
  return element;
}

/** What the server answered; throws the problem it answered with. */
async function api(path, options = {}) {
  const response = await fetch(`/api/v1${path}`, {
    ...options,
    headers: {
      accept: 'application/json',
      ...(options.body && { 'content-type': 'application/json' }),
      ...options.headers,
    },
  });
  if (response.status === 401) showSignedOut();
  const text = await response.text();
  const body = text === '' ? undefined : JSON.parse(text);
  if (response.ok) return body;
  throw Object.assign(new Error(body?.detail ?? `The server answered ${response.status}.`), { problem: body });
}

/** Works where crypto.randomUUID does not: a console on plain http in a local network. */
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

// --- how things read ---------------------------------------------------------------------------------------------

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

function time(iso) {
  const at = new Date(iso);
  const isToday = at.toDateString() === new Date().toDateString();
  return h('time', { dateTime: iso, title: whole.format(at) }, (isToday ? clock : day).format(at));
}

const clockOf = (iso) => (iso ? clock.format(new Date(iso)) : '–');

/** A number as people read it; copying gives E.164 back. */
function number(text) {
  const spaced = /^\+1\d{10}$/.test(text)
    ? text.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '+1 $1 $2 $3')
    : /^\+\d{9,}$/.test(text)
      ? text.replace(/^(\+\d{2})(\d{3})(\d{3})(\d+)$/, '$1 $2 $3 $4')
      : text;
  return h('span', { 'data-e164': text }, spaced);
}

document.addEventListener('copy', (event) => {
  const selection = getSelection();
  if (!selection || selection.rangeCount === 0 || event.target.matches?.('input, textarea')) return;
  const copy = selection.getRangeAt(0).cloneContents();
  const numbers = copy.querySelectorAll('[data-e164]');
  if (numbers.length === 0) return;
  for (const element of numbers) element.textContent = element.dataset.e164;
  event.clipboardData.setData('text/plain', copy.textContent);
  event.preventDefault();
});

function duration(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}

const TONES = {
  good: ['delivered', 'received', 'completed', 'ready'],
  busy: [
    'submitting',
    'ringing',
    'initiated',
    'registering',
    'initialising',
    'opening',
    'resting',
    'degraded',
    'unknown',
  ],
  bad: ['failed', 'rejected', 'expired', 'busy', 'no_answer', 'blocked', 'absent'],
};
const MOVING = ['submitting', 'ringing', 'initiated', 'registering', 'initialising', 'opening'];

function toneOf(status) {
  if (status === 'sent' || status === 'answered') return 'calm';
  return Object.keys(TONES).find((tone) => TONES[tone].includes(status)) ?? 'idle';
}

const movingClass = (status) => (MOVING.includes(status) ? ' moving' : '');

function pill(status, isMoving = MOVING.includes(status)) {
  return h('span', { className: `pill ${toneOf(status)}${isMoving ? ' moving' : ''}` }, status.replaceAll('_', ' '));
}

// --- a list whose rows stay where they are, open or closed, while what they say changes ------------------------------

class LiveList {
  constructor(id, { path, sortBy, draw, empty, limit = 50, rowTag = 'details' }) {
    Object.assign(this, { root: $(id), counter: $(`${id}-count`), path, sortBy, draw, empty, limit, rowTag });
    this.rows = new Map();
    this.root.replaceChildren(h('div', { className: 'skeleton' }), h('div', { className: 'skeleton' }));
  }

  async load() {
    const answer = await api(this.path);
    const items = Array.isArray(answer) ? answer : answer.items;
    const ids = new Set(items.map((item) => item.id));
    for (const id of [...this.rows.keys()]) if (!ids.has(id)) this.remove(id);
    for (const item of items) this.put(item, false);
    this.root.removeAttribute('aria-busy');
    this.arrange();
  }

  put(item, isFresh) {
    const known = this.rows.get(item.id);
    const element = known?.element ?? h(this.rowTag, {});
    const row = { item: { ...known?.item, ...item }, element };
    this.rows.set(item.id, row);
    this.draw(row.item, element);
    if (!isFresh) return;
    element.classList.remove('fresh');
    void element.offsetWidth; // starts the animation again
    element.classList.add('fresh');
    this.arrange();
  }

  remove(id) {
    this.rows.get(id)?.element.remove();
    this.rows.delete(id);
    this.arrange();
  }

  arrange() {
    const sorted = [...this.rows.values()].sort((a, b) => this.sortBy(a.item, b.item));
    for (const { item } of sorted.splice(this.limit)) {
      this.rows.get(item.id).element.remove();
      this.rows.delete(item.id);
    }
    this.counter.textContent = sorted.length === 0 ? '' : String(sorted.length);
    for (const child of [...this.root.children]) {
      if (!sorted.some(({ element }) => element === child)) child.remove();
    }
    if (sorted.length === 0) {
      this.root.replaceChildren(h('p', { className: 'empty' }, h('strong', {}, this.empty[0]), this.empty[1]));
      return;
    }
    // Only what is out of place is moved: a moved row would lose its focus.
    sorted.forEach(({ element }, index) => {
      if (this.root.children[index] !== element) this.root.insertBefore(element, this.root.children[index] ?? null);
    });
  }
}

/** Fills a row: a summary that is drawn anew and a part below that is made when it is opened. */
function fill(element, className, summary, more) {
  element.className = `${className}${element.classList.contains('fresh') ? ' fresh' : ''}`;
  let head = element.querySelector(':scope > summary');
  if (!head) {
    head = h('summary');
    element.append(head, h('div', { className: 'more' }));
    element.addEventListener('toggle', () => element.open && element.unfold());
  }
  head.replaceChildren(...summary);
  element.unfold = () => more(element.querySelector(':scope > .more'));
  if (element.open) element.unfold();
}

const newestFirst = (field) => (a, b) => (a[field] < b[field] ? 1 : a[field] > b[field] ? -1 : a.id < b.id ? 1 : -1);

// --- calls -----------------------------------------------------------------------------------------------------------

const calls = () =>
  new LiveList('calls', {
    path: '/calls?limit=50',
    sortBy: newestFirst('startedAt'),
    empty: ['No calls yet.', 'They appear here the moment the phone rings, with the way they took.'],
    draw(call, element) {
      const isLive = !call.endedAt && ['initiated', 'ringing', 'answered'].includes(call.status);
      const trace = call.trace ?? [];
      const isOut = call.direction !== 'inbound';
      const length = h('span', { className: 'when' });
      if (isLive && call.answeredAt) length.dataset.since = call.answeredAt;
      else if (call.billableSeconds > 0) length.append(duration(call.billableSeconds));
      else length.append(time(call.startedAt));
      tick(length);
      fill(
        element,
        'call',
        [
          h(
            'span',
            { className: `way${isOut ? ' out' : ''}`, title: call.direction, 'aria-label': call.direction },
            isOut ? '↗' : '↙',
          ),
          h('span', { className: 'who' }, number(call.from), h('span', { className: 'to' }, ' → ', number(call.to))),
          pill(call.status, isLive),
          h('span', { className: 'what' }, [call.callerName, trace.at(-1)].filter(Boolean).join(' · ')),
          length,
        ],
        (more) => drawCall(more, call),
      );
    },
  });

async function drawCall(more, call) {
  const base = [
    h(
      'p',
      { className: 'soft' },
      'Started ',
      time(call.startedAt),
      call.answeredAt ? ` · answered ${clockOf(call.answeredAt)}` : '',
      call.endedAt ? ` · ended ${clockOf(call.endedAt)}` : '',
    ),
  ];
  if (call.trace?.length > 0)
    base.push(
      h('h3', {}, 'The way it took'),
      h(
        'ol',
        { className: 'trace' },
        call.trace.map((line) => h('li', {}, line)),
      ),
    );
  if (more.childElementCount === 0) more.replaceChildren(...base);
  try {
    const { events = [] } = await api(`/calls/${encodeURIComponent(call.id)}`);
    const documents = events.filter((event) => event.data?.cxml);
    const updates = events.filter((event) => !event.data?.cxml);
    const steps = documents.flatMap((event, index) => [
      h('h3', {}, `Document ${event.data.document ?? index + 1} · `, time(event.at)),
      h('pre', {}, h('code', {}, indented(event.data.cxml))),
    ]);
    const rest =
      updates.length === 0
        ? []
        : [
            h('h3', {}, 'What the network said'),
            h(
              'table',
              {},
              updates.map(({ kind, status, at }) =>
                h('tr', {}, h('td', {}, clockOf(at)), h('td', {}, kind), h('td', {}, status ?? '')),
              ),
            ),
          ];
    more.replaceChildren(...base, ...steps, ...rest);
  } catch (error) {
    more.replaceChildren(...base, h('p', { className: 'problem' }, error.message));
  }
}

/** One element a line, indented by depth, the signed state of the call shortened; for the eye only. */
function indented(xml) {
  let depth = 0;
  const short = xml.replace(/([?&;][a-z]=)[\w.~-]{24,}/g, '$1…');
  const lines = short.replace(/>\s*</g, '>\n<').split('\n');
  return lines
    .map((line) => {
      if (line.startsWith('</')) depth = Math.max(0, depth - 1);
      const text = '  '.repeat(depth) + line;
      if (/^<[A-Za-z][^>]*[^/]>$/.test(line) || /^<[A-Za-z]>$/.test(line)) depth += 1;
      return text;
    })
    .join('\n');
}

function tick(element) {
  if (element.dataset.since)
    element.textContent = duration(Math.max(0, (Date.now() - new Date(element.dataset.since)) / 1000));
}
setInterval(() => document.querySelectorAll('[data-since]').forEach(tick), 1000);

// --- messages --------------------------------------------------------------------------------------------------------

function sliceWords(part, total) {
  return [
    `Part ${part.sequence} of ${total}: ${part.status}`,
    part.reference === null || part.reference === undefined ? undefined : `reference ${part.reference}`,
    part.submittedAt ? `submitted ${clockOf(part.submittedAt)}` : undefined,
    part.deliveredAt ? `delivered ${clockOf(part.deliveredAt)}` : undefined,
    part.error ?? undefined,
  ]
    .filter(Boolean)
    .join(' · ');
}

function dots(message) {
  const parts = message.parts ?? [];
  const total = message.partCount ?? parts.length;
  const shown = Array.from({ length: Math.min(total, 12) }, (_, index) => {
    const part = parts.find(({ sequence }) => sequence === index + 1) ?? {
      sequence: index + 1,
      status: message.direction === 'inbound' ? 'missing' : message.status,
    };
    const words = sliceWords(part, total);
    return h('span', {
      className: `dot ${toneOf(part.status)}${movingClass(part.status)}`,
      title: words,
      role: 'img',
      'aria-label': words,
    });
  });
  return h(
    'span',
    { className: 'dots' },
    shown,
    total > 12 ? h('span', { className: 'when' }, `+${total - 12}`) : undefined,
  );
}

const messages = () =>
  new LiveList('messages', {
    path: '/messages?limit=50',
    sortBy: newestFirst('createdAt'),
    empty: [
      'No messages yet.',
      'Send the first one: each of its parts gets a dot that turns green when it is delivered.',
    ],
    draw(message, element) {
      const isOut = message.direction === 'outbound';
      fill(
        element,
        'message',
        [
          h(
            'span',
            { className: `way${isOut ? ' out' : ''}`, title: message.direction, 'aria-label': message.direction },
            isOut ? '↗' : '↙',
          ),
          h(
            'span',
            { className: 'who' },
            number(message.peer),
            h('span', { className: 'to' }, message.modem ? ` via ${message.modem}` : ''),
          ),
          pill(message.status),
          h('span', { className: 'what' }, message.body),
          h('span', { className: 'when' }, dots(message), time(message.createdAt)),
        ],
        (more) => {
          const parts = message.parts ?? [];
          more.replaceChildren(
            h('h3', {}, 'Text · ', time(message.createdAt)),
            h('p', { className: 'body' }, message.body),
            h(
              'h3',
              {},
              `${message.partCount} ${message.partCount === 1 ? 'part' : 'parts'} · ${message.encoding === 'ucs2' ? 'Unicode (UCS-2)' : message.encoding === 'gsm7' ? 'GSM 7-bit' : message.encoding}`,
            ),
            h(
              'table',
              {},
              h(
                'tr',
                {},
                ['Part', 'State', 'Reference', 'Submitted', 'Delivered'].map((title) => h('th', {}, title)),
              ),
              parts.flatMap((part) => [
                h(
                  'tr',
                  {},
                  h('td', {}, String(part.sequence)),
                  h('td', {}, pill(part.status)),
                  [part.reference ?? '–', clockOf(part.submittedAt), clockOf(part.deliveredAt)].map((cell) =>
                    h('td', {}, String(cell)),
                  ),
                ),
                part.error
                  ? h('tr', {}, h('td', {}), h('td', { colSpan: 4, className: 'problem' }, part.error))
                  : undefined,
              ]),
            ),
          );
        },
      );
    },
  });

// --- modems ----------------------------------------------------------------------------------------------------------

/** -113 dBm is nothing, -51 and better is full (3GPP TS 27.007 +CSQ). */
function barsOf(dbm) {
  return dbm === undefined || dbm === null ? 0 : dbm >= -75 ? 4 : dbm >= -87 ? 3 : dbm >= -99 ? 2 : dbm >= -110 ? 1 : 0;
}

/** The queue as a number or as numbers by state. */
function queueWords(queue) {
  if (typeof queue === 'number') return queue === 0 ? 'nothing waits' : `${queue} waiting`;
  if (typeof queue !== 'object' || queue === null) return undefined;
  return Object.entries(queue)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

const modems = () =>
  new LiveList('modems', {
    path: '/modems',
    rowTag: 'div',
    sortBy: (a, b) => (a.name < b.name ? -1 : 1),
    empty: ['No modem yet.', 'Add one with a POST to /api/v1/modems, or in the configuration file.'],
    draw(modem, element) {
      const signal = modem.signalDbm ?? modem.signal?.dbm ?? modem.signal;
      const bars = barsOf(signal);
      const state = modem.state ?? modem.status;
      const lastError =
        modem.lastError?.message ?? modem.lastError?.detail ?? modem.lastError?.reason ?? modem.lastError;
      const words = [modem.operator, modem.registration, queueWords(modem.queue)].filter(
        (word) => typeof word === 'string',
      );
      const known = typeof signal === 'number' ? `Signal ${signal} dBm` : 'No signal known';
      element.className = `modem${element.classList.contains('fresh') ? ' fresh' : ''}`;
      element.replaceChildren(
        h(
          'span',
          { className: `bars${bars <= 2 ? ' weak' : ''}`, title: known, role: 'img', 'aria-label': known },
          [1, 2, 3, 4].map((bar) => h('i', { className: bar <= bars ? 'on' : '' })),
        ),
        h('span', { className: 'who' }, modem.name),
        pill(state),
        h('span', { className: 'what' }, words.join(' · ') || (modem.path ?? '')),
        typeof lastError === 'string' ? h('span', { className: 'what problem' }, lastError) : '',
      );
    },
  });

// --- live ------------------------------------------------------------------------------------------------------------

function say(state, words) {
  const element = $('connection');
  element.dataset.state = state;
  element.textContent = words;
}

class Live {
  constructor(lists) {
    this.lists = lists;
    this.attempt = 0;
    this.connect();
  }

  connect() {
    clearInterval(this.countdown);
    const url = new URL('/api/v1/live', location.href);
    url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    if (this.sequence !== undefined) url.searchParams.set('after', this.sequence);
    this.socket = new WebSocket(url);
    this.socket.onmessage = ({ data }) => this.hear(JSON.parse(data));
    this.socket.onclose = ({ code }) => (code === 1008 ? showSignedOut() : this.retry());
  }

  hear(word) {
    this.sequence = word.sequence;
    if (word.type === 'hello') {
      this.attempt = 0;
      say('live', 'Live');
      if (!word.resumed) this.reload();
    } else if (word.type === 'reload') this.reload();
    else this.change(word);
  }

  reload() {
    for (const list of Object.values(this.lists)) {
      list.load().catch((error) => {
        list.root.replaceChildren(
          h('p', { className: 'empty' }, h('strong', {}, 'This list could not be loaded.'), error.message),
        );
      });
    }
  }

  change({ topic, id, object }) {
    const list = this.lists[topic];
    if (!list) return;
    if (object?.id) list.put(object, true);
    else if (id === null) list.load().catch(() => {});
    else
      api(`${list.path.split('?')[0]}/${encodeURIComponent(id)}`).then(
        (item) => list.put(item, true),
        (error) => error.problem?.status === 404 && list.remove(id),
      );
  }

  /** 0.5, 1, 2 … 15 seconds, shaken so that many consoles do not come back in the same instant. */
  retry() {
    const wait = Math.min(15, 0.5 * 2 ** this.attempt) * (0.75 + Math.random() / 2);
    this.attempt += 1;
    const until = Date.now() + wait * 1000;
    const show = () => say('away', `Reconnecting in ${Math.max(1, Math.ceil((until - Date.now()) / 1000))} s`);
    show();
    clearInterval(this.countdown);
    this.countdown = setInterval(show, 500);
    setTimeout(async () => {
      clearInterval(this.countdown);
      say('connecting', 'Connecting…');
      // A refused upgrade does not say why; a session that has ended does, here.
      const isSignedIn = await api('/me').then(
        () => true,
        (error) => error.problem?.status !== 401,
      );
      if (isSignedIn) this.connect();
    }, wait * 1000);
  }
}

// --- what can be done ------------------------------------------------------------------------------------------------

function wireForm() {
  const form = $('compose');
  const { to, body } = form.elements;
  const submit = form.querySelector('button');
  let key = newKey();
  let previewTimer;
  let asked = 0;

  form.addEventListener('input', () => {
    // Another text is another request, and a repetition of this one must not become a second message.
    key = newKey();
    $('sent').textContent = '';
    $('to-problem').textContent = '';
    clearTimeout(previewTimer);
    previewTimer = setTimeout(preview, 150);
  });

  async function preview() {
    asked += 1;
    const question = asked;
    const text = body.value;
    if (text === '') {
      $('preview').textContent = 'Up to 160 characters fit into one part.';
      return;
    }
    try {
      const seen = await api('/messages/preview', { method: 'POST', body: JSON.stringify({ body: text }) });
      if (question !== asked) return;
      const special = seen.unicodeCharacters.slice(0, 8).join(' ');
      $('preview').textContent = [
        `${seen.partCount} ${seen.partCount === 1 ? 'part' : 'parts'}`,
        `${seen.unitsLeft} left`,
        seen.encoding === 'gsm7' ? 'GSM 7-bit' : `Unicode because of ${special}`,
      ].join(' · ');
    } catch (error) {
      if (question === asked) $('preview').textContent = error.message;
    }
  }

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    submit.disabled = true;
    try {
      await api('/messages', {
        method: 'POST',
        headers: { 'idempotency-key': key },
        body: JSON.stringify({ to: to.value, body: body.value, statusReport: true }),
      });
      body.value = '';
      key = newKey();
      await preview();
      $('sent').textContent = 'On its way. Watch its dots.';
    } catch (error) {
      const field = error.problem?.errors?.find(({ path }) => path === 'to');
      $('to-problem').textContent = field?.message ?? error.message;
    } finally {
      submit.disabled = false;
    }
  });

  body.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}

function wireButtons(me) {
  const button = $('test-call');
  button.hidden = !me.demo;
  $('demo-phone').hidden = !me.demo;
  button.addEventListener('click', async () => {
    button.disabled = true;
    $('call-made').textContent = '';
    try {
      await api('/demo/call', { method: 'POST', body: '{}' });
      $('call-made').textContent = 'Ringing…';
      setTimeout(() => {
        $('call-made').textContent = '';
      }, 4000);
    } catch (error) {
      $('call-made').textContent = error.message;
    } finally {
      button.disabled = false;
    }
  });
  $('sign-out').hidden = me.actor.kind !== 'user';
  $('sign-out').addEventListener('click', () => api('/session', { method: 'DELETE' }).finally(() => location.reload()));
}

function showSignedOut() {
  $('room').hidden = true;
  $('signed-out').hidden = false;
  $('sign-out').hidden = true;
  say('away', 'Signed out');
}

async function start() {
  try {
    const me = await api('/me');
    $('organization').textContent = me.organization.name;
    document.title = `${me.organization.name} · Switchhook`;
    $('room').hidden = false;
    wireForm();
    wireButtons(me);
    new Live({ call: calls(), message: messages(), modem: modems() });
  } catch (error) {
    if (error.problem?.status === 401) return;
    say('away', 'Not reachable; trying again');
    setTimeout(start, 3000);
  }
}

start();
