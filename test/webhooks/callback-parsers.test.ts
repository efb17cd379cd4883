import { describe, expect, it } from 'vitest';
import { parseCdr } from '../../src/webhooks/cdr.ts';
import { recordOf } from '../../src/webhooks/loose.ts';
import { parseRecording } from '../../src/webhooks/recording.ts';
import { parseSessionUpdate } from '../../src/webhooks/session-update.ts';
import { ownSample, readMessage, sampleNames, sharedSamples } from './samples.ts';

function ownBody(name: string) {
  return recordOf(ownSample(name).body) ?? {};
}

describe('session update', () => {
  it('is read, from a list of one too', () => {
    expect(parseSessionUpdate(ownBody('session-connected-array.json'))).toMatchObject({
      kind: 'session',
      key: '0e0e0e0e-0000-4000-8000-000000000001',
      status: 'connected',
      rawStatus: 'CONNECTED',
      isFinal: false,
      direction: 'inbound',
      from: '+16465550150',
      to: '+16465550102',
      startedAt: '2026-11-18T17:00:00.000Z',
      answeredAt: '2026-11-18T17:00:01.500Z',
      endedAt: null,
      reason: null,
    });
  });

  it.each([
    ['new', 'new', false],
    ['PROCESSING', 'processing', false],
    ['answer', 'connected', false],
    ['no-answer', 'no-answer', true],
    ['cancel', 'canceled', true],
    ['nocredit', 'failed', true],
    ['external', 'failed', true],
    ['completed', 'completed', true],
    ['something new', 'unknown', false],
  ])('%s is %s', (status, expected, isFinal) => {
    expect(parseSessionUpdate({ token: 't', status })).toMatchObject({ status: expected, rawStatus: status, isFinal });
  });

  it('without an eventId is known by what changed', () => {
    const key = (body: object) => parseSessionUpdate({ token: 't', status: 'ringing', modifiedAt: '1', ...body })?.key;
    expect(key({})).toBe(key({ vappServer: 'elsewhere' }));
    expect(key({})).not.toBe(key({ modifiedAt: '2' }));
    expect(key({})).not.toBe(key({ status: 'connected' }));
    expect(key({})).not.toBe(key({ token: 'u' }));
  });

  it('may be a conference event that shares the URL', () => {
    expect(parseSessionUpdate({ StatusCallbackEvent: 'participant-join', Session: 's' })).toMatchObject({
      callToken: 's',
      conferenceEvent: 'participant-join',
      status: 'unknown',
    });
  });

  it('of a conference says when somebody spoke, and carries nothing else to the journal', () => {
    const told = { Session: 's', ConferenceSid: 'c', Timestamp: 'Tue, 06 Jan 2026 09:00:01 +0000' };
    for (const StatusCallbackEvent of ['participant-speech-start', 'ParticipantSpeechStop']) {
      const speech = parseSessionUpdate({ ...told, StatusCallbackEvent });
      expect(speech).toMatchObject({ modifiedAt: '2026-01-06T09:00:01.000Z', raw: null });
    }
    const start = { ...told, StatusCallbackEvent: 'conference-start' };
    expect(parseSessionUpdate(start)?.raw).toEqual(start);
  });

  it('without a session is nothing', () => {
    expect(parseSessionUpdate({ status: 'new' })).toBeUndefined();
  });
});

describe('CDR', () => {
  it('keeps 0 billed seconds, money as text, and knows milliseconds from seconds', () => {
    expect(parseCdr(ownBody('cdr-answered.json'))).toMatchObject({
      key: '7d1f0a5b2c3e4d5f6a7b8c9d0e1f2a3b|a1b2@198.51.100.9:5060',
      disposition: 'answered',
      rawDisposition: 'CONNECTED',
      durationSeconds: 65,
      billedSeconds: 0,
      recordedAt: '2026-11-18T17:01:05.000Z',
      startedAt: '2026-11-18T17:00:00.000Z',
      endedAt: '2026-11-18T17:01:05.000Z',
      trunkId: '44',
      subscriber: null,
      cost: { rated: null, approximate: '0.0120', sell: null },
    });
  });

  it('two legs of one session are two records', () => {
    const session = { token: 't' };
    expect(parseCdr({ session, call_id: 'a' })?.key).not.toBe(parseCdr({ session, call_id: 'b' })?.key);
  });

  it.each([
    ['ANSWER', 'answered'],
    ['NO ANSWER', 'no-answer'],
    ['CANCEL', 'canceled'],
    ['CONGESTION', 'failed'],
    ['NOCREDIT', 'failed'],
  ])('%s is %s', (disposition, expected) => {
    expect(parseCdr({ disposition, call_id: 'x' })?.disposition).toBe(expected);
  });

  it('without any mark of a call is nothing', () => {
    expect(parseCdr({ from: '1' })).toBeUndefined();
  });
});

describe('recording', () => {
  it('is read; each status of it once', () => {
    expect(parseRecording(ownBody('recording-completed.json'))).toMatchObject({
      key: '7d1f0a5b2c3e4d5f6a7b8c9d0e1f2a3b|RE-1|completed',
      status: 'completed',
      url: 'https://files.example/1.mp3',
      durationSeconds: 64,
      startedAt: '2026-11-18T17:00:02.000Z',
    });
    expect(parseRecording({ Session: 't', RecordingStatus: 'absent' })).toMatchObject({ status: 'absent', url: null });
    expect(parseRecording({ RecordingSid: 'x' })).toBeUndefined();
  });
});

const shared = sharedSamples();
describe.skipIf(shared === undefined)('every shared sample', () => {
  const names = shared === undefined ? [] : sampleNames(shared, '.json');
  const parsers = { 'session-update-': parseSessionUpdate, 'cdr-': parseCdr, 'recording-status-': parseRecording };
  const cases = Object.entries(parsers).flatMap(([prefix, parser]) =>
    names.filter((name) => name.startsWith(prefix)).map((name) => [name, parser] as const),
  );

  it('there are samples to look at', () => {
    expect(cases.length).toBeGreaterThanOrEqual(20);
  });

  it.each(cases)('%s', (name, parser) => {
    const parsed = parser(recordOf(readMessage(new URL(name, shared)).body) ?? {});
    expect(parsed?.key).toMatch(/\S{8,}/);
    const word = /^(?:session-update|cdr)-(busy|cancel|failed|completed|ringing|new)/.exec(name)?.[1];
    if (word !== undefined) {
      const told = parsed?.kind === 'cdr' ? parsed.disposition : parsed?.kind === 'session' ? parsed.status : '';
      expect(told).toMatch(new RegExp(`^${word}`));
    }
  });
});

describe('absurd times and lengths', () => {
  it.each([
    ['far in the future', 8.6e15],
    ['before there were telephones', '-002026-01-01T00:00:00Z'],
    ['the year 0', '0000-01-01T00:00:00Z'],
    ['never', 0],
    ['no time at all', 'soon'],
  ])('%s is no instant', (_what, at) => {
    const session = { token: 't', callStartTime: at, callAnswerTime: at, callEndTime: at };
    expect(parseCdr({ disposition: 'BUSY', timestamp: at, session })).toMatchObject({
      recordedAt: null,
      startedAt: null,
      answeredAt: null,
      endedAt: null,
    });
    expect(parseSessionUpdate({ token: 't', status: 'ringing', modifiedAt: at, callAnswerTime: at })).toMatchObject({
      modifiedAt: null,
      answeredAt: null,
    });
  });

  it.each([
    [3.6, 4],
    ['12', 12],
    [0, 0],
    [-5, null],
    [1e20, null],
    ['NaN', null],
  ])('a length of %s is told as %s', (told, seconds) => {
    expect(parseCdr({ call_id: 'c', duration: told, billsec: told })).toMatchObject({
      durationSeconds: seconds,
      billedSeconds: seconds,
    });
    expect(parseRecording({ CallSid: 'c', RecordingDuration: told })).toMatchObject({ durationSeconds: seconds });
  });
});
