/* Between what the server says of passkeys, which is JSON, and what the browser wants, which is bytes. */

/** @typedef {Readonly<Record<string, unknown>>} Said what the server says: the browser's own JSON form, passed on */

/** Passkeys belong to a name: at a bare address the browser would refuse. */
export function isNamed() {
  return !/^[\d.]+$|:/.test(location.hostname);
}

/** Makes a passkey; throws when the person or the browser does not want to. @param {Said} said */
export async function makePasskey(said) {
  const options = /** @type {PublicKeyCredentialCreationOptionsJSON} */ (/** @type {unknown} */ (said));
  const { user, excludeCredentials } = options;
  const publicKey = /** @type {PublicKeyCredentialCreationOptions} */ (
    /** @type {unknown} */ ({
      ...options,
      challenge: fromText(options.challenge),
      user: { ...user, id: fromText(user.id) },
      ...(excludeCredentials && { excludeCredentials: excludeCredentials.map(named) }),
    })
  );
  return answerOf(await navigator.credentials.create({ publicKey }));
}

/** Signs in with a passkey; throws when the person or the browser does not want to. @param {Said} said */
export async function askPasskey(said) {
  const options = /** @type {PublicKeyCredentialRequestOptionsJSON} */ (/** @type {unknown} */ (said));
  const { allowCredentials } = options;
  const publicKey = /** @type {PublicKeyCredentialRequestOptions} */ (
    /** @type {unknown} */ ({
      ...options,
      challenge: fromText(options.challenge),
      ...(allowCredentials && { allowCredentials: allowCredentials.map(named) }),
    })
  );
  return answerOf(await navigator.credentials.get({ publicKey }));
}

/** @param {PublicKeyCredentialDescriptorJSON} descriptor */
const named = (descriptor) => ({ ...descriptor, id: fromText(descriptor.id) });

/** @param {string} text */
const fromText = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));
/** @param {ArrayBuffer} bytes */
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** What the browser made, as JSON. @param {Credential | null} credential */
function answerOf(credential) {
  if (!(credential instanceof PublicKeyCredential)) throw new Error('The browser gave no passkey.');
  const { id, rawId, response } = credential;
  const parts = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'];
  const bytes = parts.flatMap((part) => {
    const value = Reflect.get(response, part);
    return value instanceof ArrayBuffer ? [[part, toText(value)]] : [];
  });
  return {
    id,
    rawId: toText(rawId),
    type: /** @type {const} */ ('public-key'),
    clientExtensionResults: { ...credential.getClientExtensionResults() },
    response: {
      ...Object.fromEntries(bytes),
      ...(response instanceof AuthenticatorAttestationResponse && { transports: response.getTransports() }),
    },
  };
}
