import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CallFacts, foldCall, unknownCall } from '../../../src/voice/rules/call-state.ts';
import type { CdrDisposition, SessionStatus } from '../../../src/webhooks/index.ts';
import { cdr, session, voice } from '../../support/call-records.ts';

const fold = (records: readonly Parameters<typeof foldCall>[1][]): CallFacts =>
  records.reduce(foldCall, unknownCall('2026-01-06T09:00:00.000Z'));

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
    expect(foldCall(unknownCall(at), cdr('canceled', late))).toMatchObject({
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
    const blocked = voice({ blocked: { pattern: '+1900', reason: 'nuisance' } });
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
});
