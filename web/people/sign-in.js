/* Getting in: password, a code, a passkey, or whoever the organization trusts; then what is still missing. */
import { isRefused, Refusal } from '../api.js';
import { $, h } from '../element.js';
import { formOf } from '../form.js';
import { api, button, say } from './page.js';
import { askPasskey, isNamed } from './passkey.js';

/** @typedef {{ readonly signedIn: boolean, readonly needs?: string, readonly step?: string }} Result */

const login = /** @type {const} */ ({
  name: 'login',
  label: 'E-mail address, number or callsign',
  required: true,
  autocomplete: 'username webauthn',
  autocapitalize: 'none',
});
const slug = new URLSearchParams(location.search).get('organization') ?? undefined;
const organization = slug === undefined ? {} : { organization: slug };

/**
 * Shows the door; `entered` is called once somebody is in. `half` goes on with a sign-in that was begun elsewhere.
 *
 * @param {() => void} entered
 * @param {Omit<Result, 'signedIn'>} [half]
 */
export function signIn(entered, half) {
  $('tabs').hidden = true;
  $('sign-out').hidden = true;

  /** @param {string} title @param {string} words @param {HTMLElement[]} parts */
  const show = (title, words, ...parts) => {
    const card = h(
      'section',
      { className: 'card door' },
      h('h2', {}, title),
      h('p', { className: 'soft' }, words),
      parts,
    );
    $('view').replaceChildren(card);
    $('view').removeAttribute('aria-busy');
    card.querySelector('input')?.focus();
  };
  /** @param {Result} result */
  const goOn = ({ signedIn, needs, step = '' }) => {
    if (signedIn) entered();
    else if (needs === 'totp') secondFactor(step);
    else newPassword(step);
  };
  const back = () => button('Begin again', byPassword);

  function byPassword() {
    show(
      'Sign in',
      'With your password, or one of the other ways below.',
      formOf({
        fields: [
          login,
          { name: 'password', label: 'Password', type: 'password', required: true, autocomplete: 'current-password' },
        ],
        submit: 'Sign in',
        send: async (values) => goOn(await api.POST('/api/v1/sign-in', { body: { ...values, ...organization } })),
      }),
      others(),
    );
  }

  function others() {
    const ways = h('div', { className: 'ways' }, button('Send me a code', sendCode), button('I have a code', byCode));
    if (isNamed() && window.PublicKeyCredential !== undefined) ways.append(button('Passkey', byPasskey));
    api.GET('/api/v1/sign-in/ways', { params: { query: organization } }).then(
      ({ providers }) => ways.append(...providers.map(({ name, url }) => h('a', { href: url }, `Go on with ${name}`))),
      () => {
        // The other ways work without this list.
      },
    );
    return h('div', { className: 'plain' }, ways);
  }

  function sendCode() {
    show(
      'Send me a code',
      'It comes as a text message, or by e-mail when you type an e-mail address.',
      formOf({
        fields: [login],
        submit: 'Send it',
        others: [back()],
        async send(values) {
          const { challenge } = await api.POST('/api/v1/sign-in/codes', { body: { ...values, ...organization } });
          enterNumber(challenge);
        },
      }),
    );
  }

  /** @param {string} challenge */
  function enterNumber(challenge) {
    show(
      'Type the six digits',
      'If the name is known here, they are on their way. They work once, within ten minutes.',
      formOf({
        fields: [{ name: 'code', label: 'Code', required: true, inputmode: 'numeric', autocomplete: 'one-time-code' }],
        submit: 'Sign in',
        others: [back()],
        send: async ({ code }) => goOn(await api.POST('/api/v1/sign-in/code', { body: { challenge, code } })),
      }),
    );
  }

  function byCode() {
    show(
      'I have a code',
      'A sign-in code somebody gave you, or the code of an invite.',
      formOf({
        fields: [{ name: 'code', label: 'Code', required: true, autocapitalize: 'characters' }],
        submit: 'Go on',
        others: [back()],
        async send({ code }) {
          try {
            goOn(await api.POST('/api/v1/sign-in/code', { body: { code } }));
          } catch (error) {
            if (!isRefused(error, 403)) throw error;
            const { isUsable } = await api.POST('/api/v1/join/check', { body: { code } });
            if (!isUsable) throw error;
            location.assign(`/join#${encodeURIComponent(code)}`);
          }
        },
      }),
    );
  }

  async function byPasskey() {
    try {
      const { step, options } = await api.POST('/api/v1/sign-in/passkey/options');
      const response = await askPasskey(options);
      goOn(await api.POST('/api/v1/sign-in/passkey', { body: { step, response, ...organization } }));
    } catch (error) {
      say(error instanceof Refusal ? error.message : 'No passkey was used.', 'bad');
    }
  }

  /** @param {string} step */
  function secondFactor(step) {
    show(
      'One more step',
      'Type the code your authenticator app shows now.',
      formOf({
        fields: [
          {
            name: 'code',
            label: 'Code of the app',
            required: true,
            inputmode: 'numeric',
            autocomplete: 'one-time-code',
          },
        ],
        submit: 'Go on',
        others: [back()],
        send: async ({ code }) => goOn(await api.POST('/api/v1/sign-in/totp', { body: { step, code } })),
      }),
    );
  }

  /** @param {string} step */
  function newPassword(step) {
    show(
      'Choose a password',
      'Somebody gave you the one you used; from now on it is yours alone.',
      formOf({
        fields: [
          {
            name: 'password',
            label: 'New password, at least 10 characters',
            type: 'password',
            required: true,
            autocomplete: 'new-password',
          },
        ],
        submit: 'Go in',
        send: async ({ password }) => goOn(await api.POST('/api/v1/sign-in/password', { body: { step, password } })),
      }),
    );
  }

  if (half === undefined) byPassword();
  else goOn({ signedIn: false, ...half });
}
