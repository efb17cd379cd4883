import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { action, query } from '../../../src/modem/at/command.ts';
import { step } from '../../../src/modem/at/command-machine.ts';
import { parseFinalResult } from '../../../src/modem/at/final-result.ts';
import { emptySplitter, splitBytes } from '../../../src/modem/at/line-splitter.ts';
import { idleMachine, type MachineEffect } from '../../../src/modem/at/machine.ts';
import { parseMemoryGroups, parseMemoryUse } from '../../../src/modem/at/parse-memory.ts';
import { parseRegistration } from '../../../src/modem/at/parse-registration.ts';
import { parseIndicationRanges, parsePinState, parseServiceCentre } from '../../../src/modem/at/parse-replies.ts';
import { parseList, parseRead } from '../../../src/modem/at/parse-storage.ts';
import { parseUrc } from '../../../src/modem/at/urc.ts';

interface FieldReply {
  readonly id: string;
  readonly command?: string;
  readonly urc?: boolean;
  readonly response: string;
  readonly expected: Readonly<Record<string, unknown>> | null;
}

const read = (url: URL) => JSON.parse(readFileSync(url, 'utf8')) as readonly FieldReply[];
const ownFile = new URL('../../fixtures/at/replies.json', import.meta.url);
const sharedFile = new URL('../../../../shared/vectors/pdu/at-responses.json', import.meta.url);
if (!existsSync(sharedFile)) console.log('skipped: the collection of modem replies of other projects is not here');
const replies = [...read(ownFile), ...(existsSync(sharedFile) ? read(sharedFile) : [])];

/** The lines as the channel would see them, final results taken away. */
function linesOf(response: string): readonly string[] {
  const { tokens } = splitBytes(emptySplitter, new TextEncoder().encode(`${response}\r\n`));
  return tokens.flatMap((token) => (token.kind === 'line' && !parseFinalResult(token.text) ? [token.text] : []));
}

const asNumber = (value: unknown) => (typeof value === 'string' ? Number.parseInt(value, 16) : value);

/** What our parsers say, in the terms of the collection; it names only what the expectation asks for. */
function parsed(reply: FieldReply): Record<string, unknown> | null {
  const lines = linesOf(reply.response);
  const [line = ''] = lines;
  const registration = parseRegistration(line);
  if (registration !== undefined) {
    const { stat, area = 0, cell = 0 } = registration;
    return { stat, lac: area, ci: cell };
  }
  switch (reply.command?.slice(0, 7)) {
    case 'AT+CNMI':
      return { ...parseIndicationRanges(lines) };
    case 'AT+CPMS': {
      if (reply.command?.endsWith('=?')) return { memories: parseMemoryGroups(lines) };
      const [first, second] = parseMemoryUse(lines) ?? [];
      return { mem1: first?.memory, mem2: second?.memory };
    }
    case 'AT+CSCA':
      return { number: parseServiceCentre(lines) ?? null };
    case 'AT+CMGL':
      return { messages: parseList(lines).map(({ index, stat, pdu }) => ({ index, stat, pdu })) };
    case 'AT+CMGR': {
      const message = parseRead(lines);
      return {
        messages: [{ stat: message?.stat, pdu: message?.pdu }],
        stat: message?.stat ?? null,
        len: message?.length,
      };
    }
    case 'AT+CPIN':
      return { state: parsePinState(lines) };
    case 'AT+CREG':
      return null;
  }
  if (line.startsWith('+CDS')) return { pdu: routedPdu(lines) };
  const urc = parseUrc(line);
  if (urc?.kind === 'caller') return { number: urc.number };
  if (urc?.kind === 'ussd') return { m: urc.mode, text: urc.text };
  throw new Error(`no parser for ${reply.id}`);
}

function routedPdu(lines: readonly string[]): string | undefined {
  let state = idleMachine;
  const effects: MachineEffect[] = [];
  for (const text of lines) {
    const done = step(state, { kind: 'line', text });
    state = done.state;
    effects.push(...done.effects);
  }
  const [urc] = effects.flatMap((effect) => (effect.kind === 'urc' ? [effect.urc] : []));
  return urc?.kind === 'routed' ? urc.pdu : undefined;
}

/** Left aside on purpose: what is decoded elsewhere, or what the collection cannot say. */
function comparable(reply: FieldReply): Readonly<Record<string, unknown>> | null {
  const { expected } = reply;
  if (expected === null) return null;
  const { stat_name, n, act, toa, type, form, mr, st, len, mem1, stat, lac, ci, ...rest } = expected;
  return {
    ...rest,
    ...(stat_name !== undefined && stat === null ? {} : stat === undefined ? {} : { stat }),
    ...(lac === undefined ? {} : { lac: asNumber(lac), ci: asNumber(ci) }),
    // A memory with an unknown name is one all the same.
    ...(mem1 === undefined || mem1 === null ? {} : { mem1 }),
    // USSD text is passed on as the modem gave it.
    ...(form === undefined || form === 'text' ? {} : { text: expect.any(String) }),
  };
}

describe('replies of modems in the field', () => {
  it('are here to be read', () => {
    expect(replies.length).toBeGreaterThan(10);
  });

  it.each(replies.map((reply) => [reply.id, reply.command ?? 'indication', reply] as const))(
    '%s (%s) is understood',
    (_id, _command, reply) => {
      const expected = comparable(reply);
      if (expected === null) expect(parsed(reply)).toBeNull();
      else expect(parsed(reply)).toMatchObject(expected);
    },
  );

  it('never end the command they answer before their final result', () => {
    for (const reply of replies) {
      const command = reply.command === undefined ? action('AT') : query(reply.command, '+', { carriesPdu: true });
      let { state } = step(idleMachine, { kind: 'start', command });
      for (const text of linesOf(reply.response)) {
        const done = step(state, { kind: 'line', text });
        expect(done.effects.some((effect) => effect.kind === 'settle')).toBe(false);
        state = done.state;
      }
      expect(step(state, { kind: 'line', text: 'OK' }).effects.some((effect) => effect.kind === 'settle')).toBe(true);
    }
  });
});
