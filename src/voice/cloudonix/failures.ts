import { AppError } from '../../core/errors.ts';

/** What an operator does about each refusal (reference/cloudonix.md 5.1 and 5.2). */
const ADVICE: Readonly<Record<number, { readonly code: string; readonly advice: string }>> = {
  400: {
    code: 'cloudonix.refused',
    advice: 'Cloudonix did not take the request. If it repeats, compare the object in the Cloudonix cockpit.',
  },
  401: {
    code: 'cloudonix.key_refused',
    advice:
      'Cloudonix does not know the API key. Make a domain key in its cockpit and set cloudonix.apiKey to the value that begins with XI.',
  },
  403: {
    code: 'cloudonix.key_scope',
    advice:
      'The API key may not do this. It needs the scope of the domain: a key of a subscriber or an application is too little.',
  },
  429: {
    code: 'cloudonix.limited',
    advice: 'Cloudonix takes about 10 requests in 10 seconds for a domain. Wait a minute and run the command again.',
  },
};

/** An answer that says no, or a server that is in trouble. The path is shown, for it holds no secret. */
export function refusedBy(status: number, body: string, method: string, path: string): AppError {
  const known = ADVICE[status];
  const said = sentenceIn(body);
  const detail = known?.advice ?? `Cloudonix has trouble (status ${status}). Try again in some minutes.`;
  return new AppError({
    code: known?.code ?? 'cloudonix.failing',
    kind: status >= 500 || status === 429 ? 'unavailable' : 'conflict',
    detail: said === undefined ? detail : `${detail} It said: "${said}".`,
    cause: new Error(`${method} ${path} was answered ${status}`),
  });
}

/** No answer at all, or one that cannot be read. */
export function unreachable(baseUrl: string, reason: string, cause: unknown): AppError {
  return new AppError({
    code: 'cloudonix.unreachable',
    kind: 'unavailable',
    detail: `No usable answer from ${baseUrl} (${reason}). Is this machine on the network, and may it reach that address?`,
    cause,
  });
}

/** Cloudonix answered, but not with what its documentation says. */
export function unexpected(what: string, cause: unknown): AppError {
  return new AppError({
    code: 'cloudonix.unexpected',
    kind: 'unavailable',
    detail: `Cloudonix answered with something else than ${what}. Its API may have changed; report this.`,
    cause,
  });
}

const LONGEST_QUOTE = 200;

/** The sentence in an error body, whatever its form: `{message}`, `{error}` or plain text. */
function sentenceIn(body: string): string | undefined {
  const text = textIn(body).replace(/\s+/g, ' ').trim();
  return text === '' ? undefined : text.slice(0, LONGEST_QUOTE);
}

function textIn(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null) return '';
    const { message, error } = parsed as { message?: unknown; error?: unknown };
    return typeof message === 'string' ? message : typeof error === 'string' ? error : '';
  } catch {
    // A page of a proxy in between says nothing to an operator.
    return body.trimStart().startsWith('<') ? '' : body;
  }
}
