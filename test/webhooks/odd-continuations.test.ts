import { describe, expect, it } from 'vitest';
import { APOLOGY } from '../../src/webhooks/index.ts';
import { actionIn, postVoice, voiceApp, voiceRecords } from './support.ts';

const MENU = { To: '+16465550102' };
const HOUR_MS = 3_600_000;

describe('a caller who goes on', () => {
  it.each(['1', '\u0661', '\u06f1', '\uff11'])(
    'presses %s, in whatever script the platform writes the digit',
    async (digit) => {
      const room = voiceApp();
      const menu = await (await postVoice(room, MENU)).text();
      const answer = await (await postVoice(room, { ...MENU, Digits: digit }, { url: actionIn(menu) })).text();
      expect(answer).toContain('<Number>101</Number><Number>102</Number>');
      expect(voiceRecords(room.records).at(-1)?.input.digits).toBe('1');
    },
  );

  it('hours too late hears a sentence, and the call ends', async () => {
    let now = new Date('2026-11-18T17:00:00Z');
    const room = voiceApp({ clock: { now: () => now } });
    const url = actionIn(await (await postVoice(room, MENU)).text());
    now = new Date(now.getTime() + 5 * HOUR_MS);
    const response = await postVoice(room, { ...MENU, Digits: '1' }, { url });
    expect([response.status, await response.text()]).toEqual([200, APOLOGY]);
    expect(voiceRecords(room.records).at(-1)).toMatchObject({ ended: true, failure: expect.stringContaining('token') });
  });

  it('twice by one address, as a platform that lost the answer asks again, gets the same document', async () => {
    const room = voiceApp();
    const url = actionIn(await (await postVoice(room, MENU)).text());
    const ask = async () => (await postVoice(room, { ...MENU, Digits: '2' }, { url })).text();
    const withoutState = (cxml: string) => cxml.replaceAll(/c=[^"<]+/g, 'c=');
    expect(withoutState(await ask())).toBe(withoutState(await ask()));
    expect(voiceRecords(room.records).map(({ document }) => document)).toEqual([1, 2, 2]);
  });

  it.each([
    ['missing', {}],
    ['null', { Digits: null }],
    ['a list', { Digits: ['1', '2'] }],
    ['an object', { Digits: { a: 1 } }],
    ['endless', { Digits: '9'.repeat(10_000) }],
    ['words', { Digits: 'one' }],
    ['an outcome nobody knows', { DialCallStatus: 'exploded' }],
  ])('with %s for digits hears the menu again', async (_, fields) => {
    const room = voiceApp();
    const url = actionIn(await (await postVoice(room, MENU)).text());
    const answer = await (await postVoice(room, { ...MENU, ...fields }, { url })).text();
    expect(answer).toContain('<Gather ');
    expect(voiceRecords(room.records).at(-1)?.failure).toBeNull();
  });
});

describe('a call that Cloudonix gives no name', () => {
  const nameless = { ...MENU, Session: undefined };

  /** An installation whose chance never comes twice. */
  function room() {
    let drawn = 0;
    const random = () => {
      drawn += 1;
      return drawn / 1000;
    };
    return voiceApp({ random });
  }

  it('has one of its own, which no other call shares', async () => {
    const { app, records } = room();
    for (let call = 0; call < 3; call += 1) await postVoice({ app }, nameless);
    const names = voiceRecords(records).map(({ callToken }) => callToken);
    expect(new Set(names).size).toBe(3);
    expect(names).not.toContain('');
  });

  it('keeps it when it comes back, again and again, still without a name', async () => {
    const { app, records } = room();
    let cxml = await (await postVoice({ app }, nameless)).text();
    for (let turn = 0; turn < 2; turn += 1) {
      cxml = await (await postVoice({ app }, { ...nameless, Digits: '9' }, { url: actionIn(cxml) })).text();
    }
    const [first, ...later] = voiceRecords(records);
    expect(later).toHaveLength(2);
    for (const record of later) expect(record).toMatchObject({ callToken: first?.callToken, failure: null });
    expect(voiceRecords(records).map(({ document }) => document)).toEqual([1, 2, 3]);
  });

  it('cannot take the name of another: the signature covers it', async () => {
    const { app, records } = room();
    const url = new URL(actionIn(await (await postVoice({ app }, nameless)).text()));
    url.searchParams.set('Session', 'nameless-other');
    expect(await (await postVoice({ app }, nameless, { url: url.href })).text()).toBe(APOLOGY);
    expect(voiceRecords(records).at(-1)?.failure).toContain('token');
  });

  it('is the only one whose addresses carry a name', async () => {
    expect(new URL(actionIn(await (await postVoice(room(), nameless)).text())).searchParams.has('Session')).toBe(true);
    expect(new URL(actionIn(await (await postVoice(room(), MENU)).text())).searchParams.has('Session')).toBe(false);
  });
});
