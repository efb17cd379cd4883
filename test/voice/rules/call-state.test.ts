import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CallFacts, factsOf, foldCall, NOTHING_HEARD } from '../../../src/voice/rules/call-state.ts';
import type { CallRecord, CdrDisposition, SessionStatus } from '../../../src/webhooks/index.ts';
import { BLOCKED, cdr, session, voice } from '../../support/call-records.ts';

const fold = (records: readonly CallRecord[]): CallFacts => factsOf(records.reduce(foldCall, NOTHING_HEARD));

describe('call state', () => {
  test.each<[SessionStatus, string]>([
    ['new', 'initiated'],
    ['processing', 'initiated'],
    ['ringing', 'ringing'],
    ['connected', 'answered'],
    ['completed', 'completed'],
    ['no-answer', 'no_answer'],
    ['busy', 'busy'],
    ['canceled', 'cancelled'],
    ['failed', 'failed'],
    ['unknown', 'initiated'],
  ])('a session update %s makes a new call %s', (status, expected) => {
    expect(fold([session(status)]).status).toBe(expected);
  });

  test('a late "ringing" does not undo "answered"', () => {
    expect(fold([session('connected'), session('ringing')]).status).toBe('answered');
  });

  test('a late "connected" does not undo an ended call', () => {
    expect(fold([session('busy'), session('connected')]).status).toBe('busy');
  });

  test.each<[CdrDisposition, string]>([
    ['answered', 'completed'],
    ['no-answer', 'no_answer'],
    ['busy', 'busy'],
    ['canceled', 'cancelled'],
    ['failed', 'failed'],
  ])('a CDR %s closes the call as %s whatever the updates said', (disposition, status) => {
    const call = fold([session('connected'), session('failed'), cdr(disposition)]);
    expect(call.status).toBe(status);
    expect(call.endedAt).not.toBeNull();
  });

  test('a CDR alone makes a call with its two numbers', () => {
    expect(fold([cdr('answered', { billedSeconds: 31 })])).toMatchObject({
      status: 'completed',
      from: '+12125550101',
      to: '+12125550100',
      billableSeconds: 31,
    });
  });

  test('a CDR without a session, heard of late, does not end a call before it began', () => {
    const at = '2026-02-01T00:00:00.000Z';
    const late = { at, startedAt: null, endedAt: null, recordedAt: '2026-01-06T09:01:05.000Z', durationSeconds: 5 };
    expect(fold([cdr('canceled', late)])).toMatchObject({
      startedAt: '2026-01-06T09:01:00.000Z',
      endedAt: '2026-01-06T09:01:05.000Z',
    });
  });

  test('answered with zero seconds stays zero', () => {
    expect(fold([cdr('answered', { billedSeconds: 0, durationSeconds: 12 })]).billableSeconds).toBe(0);
  });

  test('a second leg that was not answered does not undo the answered one', () => {
    expect(fold([cdr('answered', { billedSeconds: 9 }), cdr('no-answer', { billedSeconds: 0 })])).toMatchObject({
      status: 'completed',
      billableSeconds: 9,
    });
  });

  test('a blocked caller stays blocked after the CDR', () => {
    const blocked = voice({ blocked: BLOCKED });
    expect(fold([blocked, cdr('failed')])).toMatchObject({ status: 'blocked' });
  });

  test('every document adds its trace, and the caller is the one of the first', () => {
    const call = fold([voice({ trace: ['one'] }), voice({ document: 2, from: 'other', trace: ['two'] })]);
    expect(call).toMatchObject({ trace: ['one', 'two'], from: '+12125550101' });
  });

  test('session updates in any order, any of them repeated, end in the same state once the CDR came', () => {
    const updates = (['new', 'processing', 'ringing', 'connected', 'completed'] as const).map((status) =>
      session(status),
    );
    fc.assert(
      fc.property(fc.shuffledSubarray([...updates, ...updates]), (order) => {
        const call = fold([...order, cdr('answered', { billedSeconds: 5 })]);
        expect(call).toMatchObject({ status: 'completed', billableSeconds: 5, endedAt: '2026-01-06T09:01:00.000Z' });
      }),
    );
  });

  test('a connected call with no ringing before it is answered, at the time the update says', () => {
    const connected = session('connected', { modifiedAt: '2026-01-06T09:00:07.000Z' });
    expect(fold([connected])).toMatchObject({ status: 'answered', answeredAt: '2026-01-06T09:00:07.000Z' });
  });

  test('a call of which only a conference event is heard is there, and not moved by it', () => {
    expect(fold([session('unknown', { conferenceEvent: 'participant-join' })])).toMatchObject({ status: 'initiated' });
  });

  test('a call that we could not route is failed until the CDR says how it ended', () => {
    const apology = voice({ failure: 'the plan is broken', ended: true });
    expect(fold([apology])).toMatchObject({ status: 'failed', endedAt: apology.at });
    expect(fold([apology, cdr('answered')])).toMatchObject({ status: 'completed' });
  });

  test('a blocked caller needs no CDR to be gone', () => {
    const blocked = voice({ blocked: BLOCKED, ended: true });
    expect(fold([blocked])).toMatchObject({ status: 'blocked', endedAt: blocked.at });
  });

  test('the version of the plan is the one that began the call', () => {
    const [begun, later] = [voice({ planVersion: 4 }), voice({ document: 2, key: 'stage-2', planVersion: 5 })];
    expect(fold([later, begun]).planVersion).toBe(4);
  });

  test('the extension is who called, else who was rung alone last, and never one of many', () => {
    const rung = (document: number, ...rings: string[]) => voice({ document, key: `stage-${document}`, rings });
    expect(fold([rung(1, '101'), rung(3, '103', '104'), rung(2, '102')]).extension).toBe('102');
    expect(fold([rung(1, '101', '102')]).extension).toBeNull();
    expect(fold([voice({ direction: 'subscriber', from: '105', rings: ['101'] })]).extension).toBe('105');
  });

  test('the assistant is the last that had the call, however late an earlier one is told', () => {
    const by = (document: number, assistant: string | null) => voice({ document, key: `stage-${document}`, assistant });
    expect(fold([by(3, null), by(2, 'ava'), by(1, 'bot')]).assistant).toBe('ava');
    expect(fold([by(1, null)]).assistant).toBeNull();
  });

  test('the place is that of the last document, however late an earlier one is told', () => {
    const at = (document: number, place: string) => voice({ document, key: `stage-${document}`, path: ['x:y', place] });
    expect(fold([at(2, 'ring_group:sales'), at(1, 'ivr_menu:main')]).place).toBe('ring_group:sales');
  });

  test('any order of the same happenings, and any repeats, leave the same row', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyRecord, {
          minLength: 1,
          maxLength: 12,
          selector: (record) => `${record.kind}:${record.key}`,
        }),
        fc.infiniteStream(fc.nat()),
        (records, numbers) => {
          const shuffled = [...records, ...records].sort(() => (numbers.next().value % 2 === 0 ? 1 : -1));
          expect(shuffled.reduce(foldCall, NOTHING_HEARD)).toEqual(records.reduce(foldCall, NOTHING_HEARD));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('whatever came before, a CDR closes the call, with an end that is not before its beginning', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 12 }), (records) => {
        const last = cdr('answered', { key: 'the-last', endedAt: '2026-01-06T11:00:00.000Z' });
        const call = fold([...records, last]);
        expect(['completed', 'blocked']).toContain(call.status);
        expect(call.endedAt).toBe('2026-01-06T11:00:00.000Z');
        expect(call.startedAt <= (call.endedAt ?? '')).toBe(true);
      }),
    );
  });
});

const anyInstant = fc
  .integer({ min: 0, max: 3_600 })
  .map((second) => new Date(Date.parse('2026-01-06T09:00:00.000Z') + second * 1000).toISOString());
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const anyKey = fc.nat(50).map(String);
const anyNumber = fc.constantFrom('', '101', '+12125550101', 'anonymous');

const anyRecord: fc.Arbitrary<CallRecord> = fc.oneof(
  fc
    .record({
      at: anyInstant,
      key: anyKey,
      document: fc.integer({ min: 1, max: 50 }),
      from: anyNumber,
      to: anyNumber,
      direction: fc.constantFrom('inbound' as const, 'subscriber' as const),
      callerName: maybe(fc.constantFrom('Ada', 'Bob')),
      trace: fc.array(fc.constantFrom('one', 'two', 'three'), { maxLength: 3 }),
      path: fc.array(fc.constantFrom('ivr_menu:main', 'ring_group:sales'), { maxLength: 2 }),
      rings: fc.array(fc.constantFrom('101', '102'), { maxLength: 2 }),
      planVersion: maybe(fc.integer({ min: 1, max: 3 })),
      ended: fc.boolean(),
      failure: maybe(fc.constant('broken')),
      blocked: maybe(fc.constant(BLOCKED)),
    })
    .map(voice),
  fc
    .tuple(
      fc.constantFrom<SessionStatus[]>('new', 'processing', 'ringing', 'connected', 'completed', 'busy', 'unknown'),
      fc.record({
        at: anyInstant,
        key: anyKey,
        from: maybe(anyNumber),
        direction: fc.constantFrom('inbound' as const, 'outbound' as const, 'unknown' as const),
        modifiedAt: maybe(anyInstant),
        startedAt: maybe(anyInstant),
        answeredAt: maybe(anyInstant),
        endedAt: maybe(anyInstant),
      }),
    )
    .map(([status, facts]) => session(status, facts)),
  fc
    .tuple(
      fc.constantFrom<CdrDisposition[]>('answered', 'no-answer', 'busy', 'canceled', 'failed'),
      fc.record({
        at: anyInstant,
        key: anyKey,
        recordedAt: maybe(anyInstant),
        startedAt: maybe(anyInstant),
        answeredAt: maybe(anyInstant),
        endedAt: maybe(anyInstant),
        billedSeconds: maybe(fc.nat(100)),
        recordingUrl: maybe(fc.constantFrom('https://a.example/1', 'https://a.example/2')),
      }),
    )
    .map(([disposition, facts]) => cdr(disposition, facts)),
);
