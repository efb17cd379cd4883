import { describe, expect, it } from 'vitest';
import { action, query } from '../../src/modem/at/command.ts';
import { parseList } from '../../src/modem/at/parse-storage.ts';
import { RESYNC_AT_START } from '../../src/modem/at/resync.ts';
import type { Urc } from '../../src/modem/at/urc.ts';
import { Channel } from '../../src/modem/channel.ts';
import { answerOf } from '../../src/modem/modem-error.ts';
import { type SubmitOutcome, submit } from '../../src/modem/submit.ts';
import { FakeTimers } from './support/fake-timers.ts';
import { playTranscript, readTranscript } from './support/scripted-modem.ts';

function open(transcript: string) {
  const timers = new FakeTimers();
  const transport = playTranscript(transcript, timers);
  const traced: string[] = [];
  const channel = new Channel({ transport, timers, trace: (direction, text) => traced.push(`${direction} ${text}`) });
  const urcs: Urc[] = [];
  channel.onUrc((urc) => urcs.push(urc));
  return { timers, transport, channel, urcs, traced };
}

const request = { pdu: '0001000A810010325476000000', tpduLength: 12 };

async function play(name: string) {
  const all = open(readTranscript(name));
  const outcome = await all.timers.resolve(submit(all.channel, request));
  await all.timers.advance(20_000);
  return { ...all, outcome };
}

const brief = (outcome: SubmitOutcome) =>
  outcome.kind === 'sent'
    ? `sent ${outcome.reference}`
    : `${outcome.kind} ${outcome.error.reason}${outcome.error.code ? ` ${outcome.error.code}` : ''} ${outcome.error.class}`;

describe('sending a slice', () => {
  it.each([
    ['send-plain', 'sent 42'],
    ['send-echo', 'sent 42'],
    ['send-cmti-before-prompt', 'sent 42'],
    ['send-cds-after-ctrl-z', 'sent 42'],
    ['send-cds-split-by-answer', 'sent 42'],
    ['send-boot-in-the-middle', 'sent 42'],
    ['send-everything-glued', 'sent 42'],
    ['send-ok-lost', 'sent 42'],
    ['send-late-answer', 'sent 42'],
    ['send-refused-at-prompt', 'refused cms 304 permanent'],
    ['send-no-prompt', 'refused timeout modem'],
    ['send-error-38', 'refused cms 38 temporary'],
    ['send-error-500', 'unknown cms 500 ambiguous'],
    ['send-plain-error', 'unknown rejected ambiguous'],
    ['send-no-answer', 'unknown timeout ambiguous'],
    ['send-unplugged', 'unknown closed ambiguous'],
    ['send-restart-without-answer', 'unknown timeout ambiguous'],
  ])('%s: %s', async (name, expected) => {
    const { outcome, transport } = await play(name);
    expect(brief(outcome)).toBe(expected);
    expect(transport.complaints()).toEqual([]);
  });

  it.each([
    ['send-cmti-before-prompt', ['stored']],
    ['send-cds-after-ctrl-z', ['routed']],
    ['send-cds-split-by-answer', ['routed']],
    ['send-boot-in-the-middle', ['boot', 'boot', 'boot']],
    ['send-everything-glued', ['noise', 'ring', 'caller', 'noise', 'stored']],
  ])('%s loses no indication', async (name, kinds) => {
    const { urcs } = await play(name);
    expect(urcs.map((urc) => urc.kind)).toEqual(kinds);
  });

  it('says that the modem is silent when nothing is answered any more', async () => {
    const timers = new FakeTimers();
    const transport = playTranscript('', timers);
    const channel = new Channel({ transport, timers });
    let silent = 0;
    channel.onSilence(() => {
      silent += 1;
    });
    const result = await timers.resolve(channel.execute(action('AT+CSQ')));
    expect(result.kind).toBe('timeout');
    await timers.advance(10_000);
    expect(silent).toBe(1);
    expect(timers.pending).toBe(0);
  });
});

describe('channel', () => {
  it('puts indications between list entries aside and keeps the entries whole', async () => {
    const { channel, timers, urcs } = open(readTranscript('list-interleaved'));
    const result = await timers.resolve(channel.execute(query('AT+CMGL=4', '+CMGL:', { carriesPdu: true })));
    expect(parseList(answerOf(result)).map(({ index, pdu }) => [index, pdu.slice(-2)])).toEqual([
      [1, '1B'],
      [2, '00'],
    ]);
    expect(urcs.map((urc) => urc.kind)).toEqual(['stored', 'registration', 'routed']);
  });

  it('leaves a prompt of a dead host with ESC', async () => {
    const { channel, timers, transport } = open(readTranscript('leftover-prompt'));
    expect(await timers.resolve(channel.resync(RESYNC_AT_START))).toBe(true);
    expect(transport.complaints()).toEqual([]);
  });

  it('has exactly one command in flight, priority first', async () => {
    const { channel, timers, transport } = open(
      '> AT+CSQ\n@ 100\n< +CSQ: 20,0\n< OK\n> AT+CNMA\n< OK\n> AT+COPS?\n< OK\n',
    );
    const answers: string[] = [];
    const run = (text: string, priority = false) =>
      channel.execute(query(text, '+'), { priority }).then(() => answers.push(text));
    const all = Promise.all([run('AT+CSQ'), run('AT+COPS?'), run('AT+CNMA', true)]);
    await timers.resolve(all);
    expect(answers).toEqual(['AT+CSQ', 'AT+CNMA', 'AT+COPS?']);
    expect(transport.complaints()).toEqual([]);
  });

  it('does not take the late answer of one command for the answer of the next', async () => {
    const { channel, timers, transport } = open(
      '> AT+CSQ\n@ 5000\n> ^[\n@ 200\n< +CSQ: 1,0\n< OK\n@ 700\n> AT\n< OK\n> AT+CSQ\n< +CSQ: 31,0\n< OK\n',
    );
    const first = channel.execute(query('AT+CSQ', '+CSQ:'));
    const second = channel.execute(query('AT+CSQ', '+CSQ:'));
    expect((await timers.resolve(first)).kind).toBe('timeout');
    expect(answerOf(await timers.resolve(second))).toEqual(['+CSQ: 31,0']);
    expect(transport.complaints()).toEqual([]);
  });

  it('ends everything pending as closed when the port goes', async () => {
    const { channel, timers } = open('> AT+CSQ\n!\n');
    const results = Promise.all([
      channel.execute(query('AT+CSQ', '+CSQ:')),
      channel.execute(query('AT+COPS?', '+COPS:')),
      channel.resync(RESYNC_AT_START),
    ]);
    const [first, second, third] = await timers.resolve(results);
    expect(first).toMatchObject({ kind: 'closed', stage: 'reply' });
    expect(second).toMatchObject({ kind: 'closed', stage: 'waiting' });
    expect(third).toBe(false);
    expect((await channel.execute(action('AT'))).kind).toBe('closed');
    expect(timers.pending).toBe(0);
  });

  it('ends as closed when writing fails', async () => {
    const timers = new FakeTimers();
    const channel = new Channel({
      timers,
      transport: {
        write: () => Promise.reject(new Error('EIO')),
        onData: () => undefined,
        onClose: () => undefined,
        close: async () => undefined,
      },
    });
    const result = await timers.resolve(channel.execute(action('AT')));
    expect(result).toMatchObject({ kind: 'closed', cause: new Error('EIO') });
  });

  it('keeps the PIN out of the trace, also in the echo', async () => {
    const { channel, timers, traced } = open('> AT+CPIN="4711"\n<| AT+CPIN="4711"\\r\\r\\nOK\\r\\n\n');
    await timers.resolve(channel.execute(action('AT+CPIN="4711"')));
    expect(traced).toHaveLength(3);
    expect(traced.join()).not.toContain('4711');
  });
});
