import { describe, expect, it } from 'vitest';
import type { FinalResult } from '../../src/modem/at/final-result.ts';
import type { CommandResult } from '../../src/modem/at/machine.ts';
import { submit, submitOutcome } from '../../src/modem/submit.ts';

const done = (stage: 'prompt' | 'payload', final: FinalResult, lines: readonly string[] = []): CommandResult => ({
  kind: 'done',
  stage,
  final,
  lines,
});
const cms = (code: number): FinalResult => ({ kind: 'cms', code, text: `+CMS ERROR: ${code}` });
const cme = (code: number): FinalResult => ({ kind: 'cme', code, text: `+CME ERROR: ${code}` });
const error: FinalResult = { kind: 'error', text: 'ERROR' };

describe('what became of a slice', () => {
  it.each<[string, CommandResult, string]>([
    ['reference and OK', done('payload', { kind: 'ok' }, ['+CMGS: 9']), 'sent'],
    ['reference, then an error', done('payload', error, ['+CMGS: 9']), 'sent'],
    ['OK without reference', done('payload', { kind: 'ok' }), 'unknown ambiguous'],
    ['a permanent cause of the network', done('payload', cms(21)), 'refused permanent'],
    ['a temporary cause of the network', done('payload', cms(42)), 'refused temporary'],
    ['no service centre number', done('payload', cms(330)), 'refused modem'],
    ['SIM storage full', done('payload', cms(208)), 'refused modem'],
    ['unknown error', done('payload', cms(500)), 'unknown ambiguous'],
    ['network timeout', done('payload', cms(332)), 'unknown ambiguous'],
    ['a duplicate', done('payload', cms(197)), 'unknown ambiguous'],
    ['unspecified cause', done('payload', cms(255)), 'unknown ambiguous'],
    ['a code of no table', done('payload', cms(999)), 'unknown ambiguous'],
    ['an error in unknown words', done('payload', { kind: 'cms', text: '+CMS ERROR: huh' }), 'unknown ambiguous'],
    ['plain ERROR', done('payload', error), 'unknown ambiguous'],
    ['+CME SIM busy', done('payload', cme(14)), 'refused temporary'],
    ['+CME unknown', done('payload', cme(100)), 'unknown ambiguous'],
    ['no answer', { kind: 'timeout', stage: 'payload', restarted: false }, 'unknown ambiguous'],
    ['a restart', { kind: 'timeout', stage: 'payload', restarted: true }, 'unknown ambiguous'],
    ['the port gone', { kind: 'closed', stage: 'payload' }, 'unknown ambiguous'],
    ['before ctrl-Z: an unknown error', done('prompt', cms(500)), 'refused temporary'],
    ['before ctrl-Z: plain ERROR', done('prompt', error), 'refused temporary'],
    ['before ctrl-Z: OK', done('prompt', { kind: 'ok' }), 'refused temporary'],
    ['before ctrl-Z: no prompt', { kind: 'timeout', stage: 'prompt', restarted: false }, 'refused modem'],
    ['before ctrl-Z: the port gone', { kind: 'closed', stage: 'prompt' }, 'refused modem'],
    ['never begun: the port gone', { kind: 'closed', stage: 'waiting' }, 'refused modem'],
  ])('%s', (_name, result, expected) => {
    const outcome = submitOutcome(result);
    expect(outcome.kind === 'sent' ? 'sent' : `${outcome.kind} ${outcome.error.class}`).toBe(expected);
  });

  it.each([
    ['not hexadecimal', { pdu: '00XX', tpduLength: 1 }],
    ['another length', { pdu: '0001000A810010325476000000', tpduLength: 99 }],
    ['empty', { pdu: '', tpduLength: 0 }],
    ['only a service centre', { pdu: '00', tpduLength: 0 }],
  ])('a PDU that cannot be right never leaves: %s', async (_name, request) => {
    const outcome = await submit({ execute: () => Promise.reject(new Error('must not be called')) }, request);
    expect(outcome).toMatchObject({ kind: 'refused', error: { class: 'permanent' } });
  });
});
