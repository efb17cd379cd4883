/* What belongs to whoever looks: password, second factor, passkeys, sessions, and the organization's API keys. */
import { Refusal } from '../api.js';
import { h } from '../element.js';
import { formOf } from '../form.js';
import { ask, drawing, openDialog, showOnce } from './dialog.js';
import { listOf } from './list.js';
import { api, attempt, button, empty, pill, say, time } from './page.js';
import { isNamed, makePasskey } from './passkey.js';
import { roleChoices } from './persons.js';

/** @import { Child } from '../element.js' */
/** @import { Me } from './main.js' */
/** @import { May } from './page.js' */

/** A browser in words people know; what is not known stands as it is. @param {string | null} agent */
function browserOf(agent) {
  if (!agent) return 'unknown browser';
  /** @type {[mark: string, name: string][]} */
  const names = [
    ['Edg/', 'Edge'],
    ['Firefox/', 'Firefox'],
    ['Chrome/', 'Chrome'],
    ['Safari/', 'Safari'],
  ];
  const systems = ['iPhone', 'iPad', 'Android', 'Windows', 'Mac OS', 'Linux'];
  const name = names.find(([mark]) => agent.includes(mark))?.[1];
  const system = systems.find((mark) => agent.includes(mark));
  return name === undefined ? agent.slice(0, 60) : `${name}${system === undefined ? '' : ` on ${system}`}`;
}

/** @param {string} title @param {Child[]} parts */
const card = (title, ...parts) =>
  h(
    'section',
    { className: 'card', 'aria-label': title },
    h('div', { className: 'head' }, h('h2', {}, title), parts[0]),
    ...parts.slice(1),
  );

/** @param {{ me: Me, may: May }} who */
export function account({ me, may }) {
  const isPerson = me.person !== null;
  const parts = [
    ...(isPerson ? [password(), secondFactor(), passkeys()] : []),
    sessions(),
    ...(may('identity.api_key.read') ? [apiKeys()] : []),
  ];
  const hello = h(
    'p',
    { className: 'soft' },
    `You are ${me.actor.name}${me.role === '' ? '' : ` (${me.role})`}, signed in by ${me.method ?? 'a key'}.`,
  );

  function password() {
    const change = button('Change…', () =>
      ask('Change your password', {
        words: 'Your other sessions end with it.',
        fields: [
          {
            name: 'current',
            label: 'Current password',
            type: 'password',
            hint: 'Empty when you have none.',
            autocomplete: 'current-password',
          },
          {
            name: 'password',
            label: 'New password, at least 10 characters',
            type: 'password',
            required: true,
            autocomplete: 'new-password',
          },
        ],
        submit: 'Change it',
        send: (body) => api.PUT('/api/v1/me/password', { body }),
        done: () => say('Changed. Your other sessions have ended.'),
      }),
    );
    return { element: card('Password', change), refresh: () => {} };
  }

  function secondFactor() {
    const state = h('div', { className: 'plain', 'aria-busy': 'true' });
    const refresh = async () => {
      const person = await attempt(() => api.GET('/api/v1/me/person'));
      if (person === undefined) return;
      const isOn = person.credentials.includes('totp');
      state.removeAttribute('aria-busy');
      state.replaceChildren(
        h(
          'p',
          { className: 'soft' },
          isOn
            ? 'On: every sign-in asks for the code of your app.'
            : 'Off. A code of an app on your phone keeps a stolen password worthless.',
        ),
        h('div', { className: 'deeds' }, isOn ? button('Switch off…', off, 'quiet bad') : button('Set up…', on)),
      );
    };
    const off = () =>
      ask('Switch the second factor off', {
        words: 'From then on your password alone is enough.',
        fields: [],
        submit: 'Switch off',
        tone: 'bad',
        send: () => api.DELETE('/api/v1/me/totp'),
        done: refresh,
      });
    const on = async () => {
      const made = await attempt(() => api.POST('/api/v1/me/totp'));
      if (made === undefined) return;
      openDialog('Set up an authenticator app', (close) => [
        h(
          'div',
          { className: 'shown' },
          h('p', { className: 'soft' }, 'Scan this with the app, or type the secret into it.'),
          drawing(made.qr, 'QR code for the app'),
          h('p', { className: 'code' }, made.secret),
        ),
        formOf({
          fields: [
            {
              name: 'code',
              label: 'The code it shows now',
              required: true,
              inputmode: 'numeric',
              autocomplete: 'one-time-code',
            },
          ],
          submit: 'Switch on',
          others: [button('Cancel', close)],
          async send(body) {
            await api.PUT('/api/v1/me/totp', { body });
            close();
            say('On, from the next sign-in.');
            refresh();
          },
        }),
      ]);
    };
    return { element: card('Second factor', undefined, state), refresh };
  }

  function passkeys() {
    const make = async () => {
      try {
        const { step, options } = await api.POST('/api/v1/me/passkeys/options');
        const response = await makePasskey(options);
        await api.POST('/api/v1/me/passkeys', { body: { step, name: 'passkey', response } });
        say('Kept. You can sign in with it from now on.');
      } catch (error) {
        say(error instanceof Refusal ? error.message : 'No passkey was made.', 'bad');
      }
      list.refresh();
    };
    const list = listOf(
      () => api.GET('/api/v1/me/passkeys'),
      (item) =>
        h(
          'div',
          { className: 'item' },
          h('span', { className: 'who' }, item.name),
          button('Forget', async () => {
            await attempt(
              () => api.DELETE('/api/v1/me/passkeys/{id}', { params: { path: { id: item.id } } }),
              'Forgotten.',
            );
            list.refresh();
          }),
          h(
            'span',
            { className: 'what' },
            'made ',
            time(item.createdAt),
            item.lastUsedAt === null ? ', never used' : [', last used ', time(item.lastUsedAt)],
          ),
        ),
      () =>
        empty(
          'No passkey.',
          isNamed()
            ? 'Your phone or computer can sign you in without a password.'
            : 'Passkeys need a name in the address, such as https://phone.example or http://localhost.',
        ),
    );
    const canMake = isNamed() && window.PublicKeyCredential !== undefined;
    return { element: card('Passkeys', canMake && button('Add…', make), list.root), refresh: list.refresh };
  }

  function sessions() {
    const list = listOf(
      () => api.GET('/api/v1/me/sessions'),
      (item) =>
        h(
          'div',
          { className: 'item' },
          h('span', { className: 'who' }, browserOf(item.userAgent)),
          item.isThis
            ? pill('this one', 'calm')
            : button('End', async () => {
                await attempt(
                  () => api.DELETE('/api/v1/me/sessions/{id}', { params: { path: { id: item.id } } }),
                  'Ended.',
                );
                list.refresh();
              }),
          h(
            'span',
            { className: 'what' },
            `by ${item.method}`,
            item.ip === null ? '' : ` from ${item.ip}`,
            ', since ',
            time(item.createdAt),
          ),
        ),
      () => empty('No session.', 'You came with a key or a certificate.'),
    );
    const endOthers = button('End all others', async () => {
      await attempt(() => api.DELETE('/api/v1/me/sessions'), 'Only this one is left.');
      list.refresh();
    });
    return { element: card('Your sessions', endOthers, list.root), refresh: list.refresh };
  }

  function apiKeys() {
    const isWriter = may('identity.api_key.write');
    const list = listOf(
      (query) => api.GET('/api/v1/api-keys', { params: { query } }),
      (item) =>
        h(
          'div',
          { className: 'item', 'data-name': item.name },
          h('span', { className: 'who' }, item.name),
          item.revokedAt !== null
            ? pill('revoked', 'idle')
            : isWriter
              ? button('Revoke…', () => revoke(item), 'quiet bad')
              : pill('in use', 'good'),
          h(
            'span',
            { className: 'what' },
            `${item.prefix}… · ${item.role} · `,
            item.lastUsedAt === null ? 'never used' : ['last used ', time(item.lastUsedAt)],
          ),
        ),
      () => empty('No API key.', 'Programs use them instead of a person.'),
    );
    /** @param {{ readonly id: string, readonly name: string }} item */
    const revoke = (item) =>
      ask(`Revoke ${item.name}`, {
        words: 'Programs that use it are refused from now on.',
        fields: [],
        submit: 'Revoke',
        tone: 'bad',
        send: () => api.DELETE('/api/v1/api-keys/{id}', { params: { path: { id: item.id } } }),
        done: () => list.refresh(),
      });
    const make = async () => {
      const options = await attempt(() => roleChoices(may));
      if (options === undefined) return;
      ask('A new API key', {
        fields: [
          { name: 'name', label: 'Who uses it', required: true, placeholder: 'billing' },
          { name: 'role', label: 'What it may do', type: 'select', options, value: 'reporter' },
        ],
        submit: 'Make it',
        send: (body) => api.POST('/api/v1/api-keys', { body }),
        done(made) {
          list.refresh();
          showOnce(made.name, 'Put it where the program reads it. It is shown this once.', made.key);
        },
      });
    };
    return { element: card('API keys', isWriter && button('New key…', make), list.root), refresh: list.refresh };
  }

  return {
    elements: [hello, ...parts.map(({ element }) => element)],
    refresh() {
      for (const part of parts) part.refresh();
    },
  };
}
