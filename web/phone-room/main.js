/* The first page: three lists that are true without a refresh, a form, and a button. */
import { createApi, isRefused } from '../api.js';
import { $ } from '../element.js';
import { calls } from './calls.js';
import { wireForm } from './compose.js';
import { say, showSignedOut } from './connection.js';
import { follow } from './live.js';
import { messages } from './messages.js';
import { modems } from './modems.js';
import { copyNumbersAsE164 } from './reading.js';
import { wireTestCall } from './test-call.js';

/** @import { Followed } from './live.js' */

const AGAIN_MS = 3000;

const api = createApi(({ status }) => {
  if (status === 401) showSignedOut();
});

async function start() {
  try {
    const { organization, actor, demo } = await api.GET('/api/v1/me');
    $('organization').textContent = organization.name;
    document.title = `${organization.name} · Switchhook`;
    $('room').hidden = false;
    wireForm(api);
    if (demo) wireTestCall(api);
    $('sign-out').hidden = actor.kind !== 'user';
    $('sign-out').addEventListener('click', () => api.DELETE('/api/v1/session').finally(() => location.reload()));
    /** @type {[topic: string, list: Followed][]} */
    const lists = [
      ['call', calls(api)],
      ['message', messages(api)],
      ['modem', modems(api)],
    ];
    follow(api, new Map(lists), showSignedOut);
  } catch (error) {
    if (isRefused(error, 401)) return;
    say('away', 'Not reachable; trying again');
    setTimeout(start, AGAIN_MS);
  }
}

copyNumbersAsE164();
start();
