import { readFileSync } from 'node:fs';
import type { Timers } from '../../../src/modem/time.ts';
import type { Transport } from '../../../src/modem/transport/transport.ts';

/*
 * Transcripts: one step a line.
 *   > text     the host must write this next (a CR at its end is implied; ^Z is ctrl-Z, ^[ is ESC)
 *   < text     the modem says this line; `< >` is the prompt
 *   <| text    the same bytes without line ends (\r and \n may be written), for odd framing
 *   @ 5000     what follows comes that many milliseconds later
 *   !          the port goes away
 *   # text     a remark
 */

type Step =
  | { readonly kind: 'host'; readonly bytes: string }
  | { readonly kind: 'modem'; readonly bytes: string }
  | { readonly kind: 'later'; readonly delayMs: number }
  | { readonly kind: 'gone' };

export interface ScriptedModem extends Transport {
  /** What the host wrote that the transcript does not say, or what it still says; empty when all was as written. */
  readonly complaints: () => readonly string[];
}

export function readTranscript(name: string): string {
  return readFileSync(new URL(`../../fixtures/at/${name}.txt`, import.meta.url), 'utf8');
}

/** A port behind which a transcript is played. */
export function playTranscript(text: string, timers: Timers): ScriptedModem {
  const steps = parse(text);
  const complaints: string[] = [];
  let onData: (bytes: Uint8Array) => void = () => undefined;
  let onClose: (cause?: unknown) => void = () => undefined;
  let written = '';
  let waiting = false;

  const advance = () => {
    while (!waiting) {
      const [step] = steps;
      if (step === undefined || step.kind === 'host') return;
      steps.shift();
      if (step.kind === 'modem') {
        const bytes = Uint8Array.from(step.bytes, (char) => char.charCodeAt(0));
        queueMicrotask(() => onData(bytes));
      } else if (step.kind === 'gone') {
        queueMicrotask(() => onClose(new Error('unplugged')));
      } else {
        waiting = true;
        timers.after(step.delayMs, () => {
          waiting = false;
          advance();
        });
      }
    }
  };

  return {
    write: (bytes) => {
      written += String.fromCharCode(...bytes);
      const [step] = steps;
      if (step?.kind !== 'host' || waiting) {
        complaints.push(`not in the transcript: ${show(written)}`);
        written = '';
      } else if (written === step.bytes) {
        written = '';
        steps.shift();
        advance();
      } else if (!step.bytes.startsWith(written)) {
        complaints.push(`expected ${show(step.bytes)}, got ${show(written)}`);
        written = '';
      }
    },
    onData: (callback) => {
      onData = callback;
      advance();
    },
    onClose: (callback) => {
      onClose = callback;
    },
    close: async () => onClose(),
    complaints: () => [...complaints, ...steps.map((step) => `not reached: ${show(JSON.stringify(step))}`)],
  };
}

function parse(text: string): Step[] {
  const steps: Step[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('> ')) steps.push({ kind: 'host', bytes: hostBytes(line.slice(2)) });
    else if (line === '< >') steps.push({ kind: 'modem', bytes: '\r\n> ' });
    else if (line.startsWith('<| ')) {
      steps.push({ kind: 'modem', bytes: line.slice(3).replaceAll('\\r', '\r').replaceAll('\\n', '\n') });
    } else if (line.startsWith('< ')) steps.push({ kind: 'modem', bytes: `\r\n${line.slice(2)}\r\n` });
    else if (line.startsWith('@ ')) steps.push({ kind: 'later', delayMs: Number(line.slice(2)) });
    else if (line === '!') steps.push({ kind: 'gone' });
    else if (line !== '' && !line.startsWith('#')) throw new Error(`transcript: cannot read "${line}"`);
  }
  return steps;
}

function hostBytes(text: string): string {
  if (text === '^[') return '\u001b';
  return text.endsWith('^Z') ? `${text.slice(0, -2)}\u001a` : `${text}\r`;
}

const show = (text: string) => JSON.stringify(text);
