/* Getting in: password, a code, a passkey, or whoever the organization trusts; then what is still missing. */
import { $, api, button, formOf, h, say } from './page.js';
import { isNamed, passkeyAnswer, passkeyOptions } from './passkey.js';

const login = {
  name: 'login',
  label: 'E-mail address, number or callsign',
  required: true,
  autocomplete: 'username webauthn',
  autocapitalize: 'none',
};
const slug = new URLSearchParams(location.search).get('organization') ?? undefined;
const organization = slug === undefined ? {} : { organization: slug };

/** Shows the door; `entered` is called once somebody is in. `half` goes on with a sign-in that was begun elsewhere. */
export function signIn(entered, half) {
  $('tabs').hidden = true;
  $('sign-out').hidden = true;

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
  const goOn = (result) => {
    if (result.signedIn) entered();
    else if (result.needs === 'totp') secondFactor(result.step);
    else newPassword(result.step);
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
        send: async (values) => goOn(await api('POST', '/sign-in', { ...values, ...organization })),
      }),
      others(),
    );
  }

  function others() {
    const ways = h('div', { className: 'ways' }, button('Send me a code', sendCode), button('I have a code', byCode));
    if (isNamed() && window.PublicKeyCredential !== undefined) ways.append(button('Passkey', byPasskey));
    api('GET', `/sign-in/ways${slug === undefined ? '' : `?organization=${encodeURIComponent(slug)}`}`).then(
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
          const { challenge } = await api('POST', '/sign-in/codes', { ...values, ...organization });
          enterNumber(challenge);
        },
      }),
    );
  }

  function enterNumber(challenge) {
    show(
      'Type the six digits',
      'If the name is known here, they are on their way. They work once, within ten minutes.',
      formOf({
        fields: [{ name: 'code', label: 'Code', required: true, inputmode: 'numeric', autocomplete: 'one-time-code' }],
        submit: 'Sign in',
        others: [back()],
        send: async ({ code }) => goOn(await api('POST', '/sign-in/code', { challenge, code })),
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
            goOn(await api('POST', '/sign-in/code', { code }));
          } catch (error) {
            if (error.status !== 403) throw error;
            const { isUsable } = await api('POST', '/join/check', { code });
            if (!isUsable) throw error;
            location.assign(`/join#${encodeURIComponent(code)}`);
          }
        },
      }),
    );
  }

  async function byPasskey() {
    try {
      const { step, options } = await api('POST', '/sign-in/passkey/options');
      const credential = await navigator.credentials.get({ publicKey: passkeyOptions(options) });
      goOn(await api('POST', '/sign-in/passkey', { step, response: passkeyAnswer(credential), ...organization }));
    } catch (error) {
      say(error.problem?.detail ?? 'No passkey was used.', 'bad');
    }
  }

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
        send: async ({ code }) => goOn(await api('POST', '/sign-in/totp', { step, code })),
      }),
    );
  }

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
        send: async ({ password }) => goOn(await api('POST', '/sign-in/password', { step, password })),
      }),
    );
  }

  if (half === undefined) byPassword();
  else goOn({ signedIn: false, ...half });
}
