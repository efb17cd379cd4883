import { expect, it } from 'vitest';
import { Channel } from '../../src/modem/channel.ts';
import { initialise } from '../../src/modem/initialise.ts';
import { createBench, MemoryOfPins } from './support/bench.ts';
import { FakeTimers } from './support/fake-timers.ts';
import { playTranscript } from './support/scripted-modem.ts';

const PIN = '4711';

it('a recording holds no PIN, and replays as a transcript', async () => {
  const { timers, supervisor } = createBench({ pin: PIN, echo: false }, { pin: PIN });
  const lines: string[] = [];
  const stop = supervisor.onTrace((direction, text) => {
    lines.push(`${direction} ${text.replaceAll('\u001b', '^[').replaceAll('\u001a', '^Z').replace(/\r$/, '')}`);
  });
  await timers.resolve(supervisor.whenReady());
  stop();
  const length = lines.length;
  await timers.resolve(supervisor.close());
  expect(lines).toHaveLength(length);
  const transcript = lines.join('\n');
  expect(transcript).not.toContain(PIN);
  expect(transcript).toContain('> AT+CPIN=…');

  // What begins a line of work is replayed against a new modem object: the same commands, in the same order.
  const replayed = new FakeTimers();
  const start = transcript.slice(0, transcript.indexOf('> AT+CCID'));
  const transport = playTranscript(start, replayed);
  const channel = new Channel({ transport, timers: replayed });
  const outcome = await replayed.resolve(
    initialise(channel, { path: '/dev/modem', pinMemory: new MemoryOfPins(), timers: replayed }),
  );
  expect(outcome).toMatchObject({ kind: 'failed', step: 'AT+CPIN', error: { text: 'SIM PIN required' } });
  expect(transport.complaints()).toEqual([]);
});
