/* How the page and the server stand: live, away, or not for you. */
import { $ } from '../element.js';

/** @param {'live' | 'away' | 'connecting'} state @param {string} words */
export function say(state, words) {
  const element = $('connection');
  element.dataset.state = state;
  element.textContent = words;
}

/** Nothing of the organization stays on the screen; how to get in again does. */
export function showSignedOut() {
  $('room').hidden = true;
  $('signed-out').hidden = false;
  $('sign-out').hidden = true;
  say('away', 'Signed out');
}
