/* Between what the server says of passkeys, which is JSON, and what the browser wants, which is bytes. */

/** Passkeys belong to a name: at a bare address the browser would refuse. */
export function isNamed() {
  return !/^[\d.]+$|:/.test(location.hostname);
}

const fromText = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** What the server says, as the browser wants it: bytes instead of base64url. */
export function passkeyOptions(options) {
  const descriptors = (list) => list?.map((item) => ({ ...item, id: fromText(item.id) }));
  return {
    ...options,
    challenge: fromText(options.challenge),
    ...(options.user === undefined ? {} : { user: { ...options.user, id: fromText(options.user.id) } }),
    ...(options.allowCredentials === undefined ? {} : { allowCredentials: descriptors(options.allowCredentials) }),
    ...(options.excludeCredentials === undefined
      ? {}
      : { excludeCredentials: descriptors(options.excludeCredentials) }),
  };
}

/** What the browser made, as JSON. */
export function passkeyAnswer(credential) {
  const { response } = credential;
  const parts = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'];
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      ...Object.fromEntries(parts.filter((part) => response[part]).map((part) => [part, toText(response[part])])),
      ...(response.getTransports === undefined ? {} : { transports: response.getTransports() }),
    },
  };
}
