/* The form that sends a text, and says beforehand how it will be cut. */
import { Refusal, wordsOf } from '../api.js';
import { $ } from '../element.js';

/** @import { AnsweringApi } from '../client/answers.ts' */

const PAUSE_MS = 150;

/** Works where crypto.randomUUID does not: a console on plain http in a local network. */
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {AnsweringApi} api */
export function wireForm(api) {
  const form = $('compose', HTMLFormElement);
  const to = $('to', HTMLInputElement);
  const body = $('body', HTMLTextAreaElement);
  const submit = $('send', HTMLButtonElement);
  let key = newKey();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;
  let asked = 0;

  form.addEventListener('input', () => {
    // Another text is another request, and a repetition of this one must not become a second message.
    key = newKey();
    $('sent').textContent = '';
    $('to-problem').textContent = '';
    clearTimeout(pause);
    pause = setTimeout(preview, PAUSE_MS);
  });

  async function preview() {
    asked += 1;
    const question = asked;
    const words =
      body.value === '' ? 'Up to 160 characters fit into one part.' : await cutOf(body.value).catch(wordsOf);
    if (question === asked) $('preview').textContent = words;
  }

  /** @param {string} text */
  async function cutOf(text) {
    const seen = await api.POST('/api/v1/messages/preview', { body: { body: text } });
    return [
      `${seen.partCount} ${seen.partCount === 1 ? 'part' : 'parts'}`,
      `${seen.unitsLeft} left`,
      seen.encoding === 'gsm7' ? 'GSM 7-bit' : `Unicode because of ${seen.unicodeCharacters.slice(0, 8).join(' ')}`,
    ].join(' · ');
  }

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    submit.disabled = true;
    try {
      await api.POST('/api/v1/messages', {
        params: { header: { 'Idempotency-Key': key } },
        body: { to: to.value, body: body.value, statusReport: true },
      });
      body.value = '';
      key = newKey();
      await preview();
      $('sent').textContent = 'On its way. Watch its dots.';
    } catch (error) {
      const field = error instanceof Refusal && error.problem?.errors?.find(({ path }) => path === 'to');
      $('to-problem').textContent = field ? field.message : wordsOf(error);
    } finally {
      submit.disabled = false;
    }
  });

  body.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}
