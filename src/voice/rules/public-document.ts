/**
 * The signed state of a call in a continuation URL: whoever holds it could take the call over. With it goes the name of a
 * call that came without one.
 */
const CONTINUATION = /([?&](?:amp;)?c=)[A-Za-z0-9_.-]+(?:&amp;Session=[A-Za-z0-9-]+)?/g;

/** The address of a callback proves itself in the same way. */
const CALLBACK = /(\/webhooks\/cloudonix\/(?:recording|session|cdr)\/)[A-Za-z0-9_.-]+/g;

/** Passwords of SIP services and keys among the parameters of a media stream. */
const PASSWORD = /(\spassword=")[^"]*/g;
const SECRET_PARAMETER = /(<Parameter name="[^"]*(?:key|token|secret|password|authorization)[^"]*" value=")[^"]*/gi;

/** What stands where a secret stood. */
const HIDDEN = 'hidden';

/** A CXML document as people may see it: the same, without what opens a door. */
export function withoutSecrets(cxml: string): string {
  return cxml
    .replace(CONTINUATION, `$1${HIDDEN}`)
    .replace(CALLBACK, `$1${HIDDEN}`)
    .replace(PASSWORD, `$1${HIDDEN}`)
    .replace(SECRET_PARAMETER, `$1${HIDDEN}`);
}
