/* The button of the demo: a call without an account anywhere. */
import { wordsOf } from '../api.js';
import { $ } from '../element.js';

/** @import { AnsweringApi } from '../client/answers.ts' */

const SAID_MS = 4000;

/** @param {AnsweringApi} api */
export function wireTestCall(api) {
  const button = $('test-call', HTMLButtonElement);
  const said = $('call-made');
  button.hidden = false;
  $('demo-phone').hidden = false;
  button.addEventListener('click', async () => {
    button.disabled = true;
    said.textContent = '';
    try {
      await api.POST('/api/v1/demo/call', { body: {} });
      said.textContent = 'Ringing…';
      setTimeout(() => {
        said.textContent = '';
      }, SAID_MS);
    } catch (error) {
      said.textContent = wordsOf(error);
    } finally {
      button.disabled = false;
    }
  });
}
