import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { Deliver, parse, Submit } from 'node-pdu';
import { decodePdu, encodeDeliver, encodeSubmit } from '../src/modem/pdu/index.ts';

/** One measurement, printed as a JSON line by the bench runner. */
export interface BenchRow {
  readonly bench: string;
  readonly case: string;
  readonly value: number;
  readonly unit: string;
  readonly ratio?: number;
  readonly against?: string;
}

/** The part of node-sms-pdu, which has no types, that is measured here. */
interface NodeSmsPdu {
  parse(hex: string): { readonly text: string };
  generateSubmit(to: string, text: string): readonly { readonly hex: string }[];
}

interface Message {
  readonly to: string;
  readonly text: string;
}

/** One library doing one task over all inputs; the result is summed so that no work can be skipped. */
interface Contender {
  readonly name: string;
  readonly once: () => number;
}

const OURS = 'switchhook';
const ROUNDS = 9;
const ROUND_MS = 120;
const INPUTS = 400;

/**
 * PDUs decoded and encoded a second on one core, ours against npm's node-pdu and node-sms-pdu: the same inputs, rounds
 * interleaved so that a busy machine slows all of them alike, the median of each.
 */
export async function run(emit: (row: BenchRow) => void): Promise<void> {
  const nodeSmsPdu = createRequire(import.meta.url)('node-sms-pdu') as NodeSmsPdu;
  const messages = typicalMessages();
  const pdus = messages.map(({ to, text }) =>
    encodeDeliver({ smsc: '+436600000001', from: to, text, timestamp: '2026-11-20T18:00:00+02:00' }),
  );

  measure('decode', pdus.length, emit, [
    { name: OURS, once: () => sum(pdus, lengthOfText) },
    { name: 'node-pdu', once: () => sum(pdus, (hex) => textOfNodePdu(hex).length) },
    { name: 'node-sms-pdu', once: () => sum(pdus, (hex) => nodeSmsPdu.parse(hex).text.length) },
  ]);
  measure('encode', messages.length, emit, [
    { name: OURS, once: () => sum(messages, (message) => encodeSubmit(message).slices[0]?.pdu.length ?? 0) },
    { name: 'node-pdu', once: () => sum(messages, ({ to, text }) => new Submit(to, text).toString().length) },
    {
      name: 'node-sms-pdu',
      once: () => sum(messages, ({ to, text }) => nodeSmsPdu.generateSubmit(to, text)[0]?.hex.length ?? 0),
    },
  ]);
}

/** Single slices as people write them: two thirds GSM 7-bit of 5 to 155 characters, one third UCS-2 of 5 to 70. */
function typicalMessages(): readonly Message[] {
  const latin = 'Your parcel arrives tomorrow between 10 and 12 @ the usual door. Costs: 5 £, code {42}. '.repeat(2);
  const cyrillic = 'Ваша посылка прибудет завтра между 10 и 12 часами, пожалуйста, ждите нас. ';
  return Array.from({ length: INPUTS }, (_, index) => ({
    to: `+43660${1_000_000 + index * 7919}`,
    text: index % 3 === 2 ? cyrillic.slice(0, 5 + ((index * 31) % 66)) : latin.slice(0, 5 + ((index * 37) % 151)),
  }));
}

function lengthOfText(hex: string): number {
  const result = decodePdu(hex);
  return result.ok ? (result.pdu.userData?.text?.length ?? 0) : 0;
}

function textOfNodePdu(hex: string): string {
  const pdu = parse(hex);
  return pdu instanceof Deliver ? pdu.data.getText() : '';
}

function measure(task: string, inputs: number, emit: (row: BenchRow) => void, contenders: readonly Contender[]): void {
  const rates = contenders.map((): number[] => []);
  for (const { once } of contenders) rate(once, inputs);
  for (let round = 0; round < ROUNDS; round += 1) {
    contenders.forEach(({ once }, index) => {
      rates[index]?.push(rate(once, inputs));
    });
  }
  const medians = rates.map(median);
  const ours = medians[0] ?? 0;
  emit({ bench: 'pdu', case: task, value: Math.round(ours), unit: 'PDUs/s' });
  contenders.slice(1).forEach(({ name }, index) => {
    const theirs = medians[index + 1] ?? 0;
    const ratio = Math.round((ours / theirs) * 100) / 100;
    emit({ bench: 'pdu', case: `${task} by ${name}`, value: Math.round(theirs), unit: 'PDUs/s', ratio, against: OURS });
  });
}

/** Inputs a second over one round. */
function rate(once: () => number, inputs: number): number {
  const start = performance.now();
  let passes = 0;
  let checksum = 0;
  do {
    checksum += once();
    passes += 1;
  } while (performance.now() - start < ROUND_MS);
  if (checksum === 0) throw new Error('a contender read or wrote nothing');
  return (passes * inputs * 1000) / (performance.now() - start);
}

function sum<Input>(inputs: readonly Input[], size: (input: Input) => number): number {
  let total = 0;
  for (const input of inputs) total += size(input);
  return total;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[sorted.length >> 1] ?? 0;
}
