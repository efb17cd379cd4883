import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { AppError, messageOf } from '../core/errors.ts';
import {
  type DecodeOptions,
  decodePdu,
  ENCODING_POLICIES,
  type EncodingPolicy,
  encodeSubmit,
  type LinkDirection,
  type OutgoingMessage,
  type PduDirection,
  pduToJson,
} from '../modem/pdu/index.ts';

/** Where a command reads and writes; the process by default, buffers in a test. */
export interface PduStreams {
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: Pick<NodeJS.WritableStream, 'write'>;
  /** Ends with an exit status: 1 failed, 2 wrong use. */
  readonly exit: (status: number) => void;
}

/** Longer lines are no PDU and no message: the longest text of 255 slices is a quarter of it even when escaped. */
const MAX_LINE_LENGTH = 1_048_576;

/** Output is handed over in pieces of about this size: one write a line would cost more than the decoding. */
const WRITE_SIZE = 65_536;

/** Adds `pdu decode` and `pdu encode`. */
export function registerPdu(program: Command, streams: PduStreams = processStreams()): void {
  const pdu = program.command('pdu').description('read and write SMS PDUs');

  const decode = pdu
    .command('decode')
    .description('read one hexadecimal PDU a line on stdin, print one JSON line each')
    .option('--no-smsc', 'the PDUs have no service centre field in front')
    .addOption(
      new Option('--direction <direction>', 'the kind of PDU; by its type bits when left out').choices([
        'deliver',
        'submit',
        'status-report',
        'inbound',
        'submit-report',
        'deliver-report',
        'command',
      ]),
    )
    .option('--details', 'add what protocol id, ports and message lamps mean')
    .option('--lenient', 'read damaged PDUs as far as they make sense and list the repairs')
    .option('--json', 'JSON lines, which it prints anyway')
    .addHelpText(
      'after',
      '\nExample:\n  echo 07911326040000F0040B911346610089F60000208062917314480CC8F71D14969741F977FD07 \\\n    | switchhook pdu decode\n',
    )
    .action(async (options: DecodeLineOptions) => {
      await mapLines(streams, (line) => decodeLine(line, options));
    });

  const encode = pdu
    .command('encode')
    .description('print the submit PDUs of a message, or of one JSON message a line on stdin')
    .option('--to <number>', 'recipient: + and digits, or a short code')
    .option('--text <text>', 'the text; without it messages are read from stdin')
    .option('--reference <n>', 'concatenation reference (default: 0)', wholeNumber)
    .addOption(
      new Option('--encoding <policy>', 'how the alphabet is chosen (default: auto)').choices(ENCODING_POLICIES),
    )
    .addOption(new Option('--width <bits>', 'bits of the reference (default: 8)').choices(['8', '16']).argParser(width))
    .option('--status-report', 'ask for a delivery report')
    .addOption(new Option('--class <class>', 'message class; 0 shows at once').argParser(messageClass))
    .option('--json', 'print the answer as a JSON line')
    .addHelpText(
      'after',
      '\nExample:\n  switchhook pdu encode --to +436601234567 --text "Wer? 5 € [ok]" --status-report\n',
    )
    .action(async (options: EncodeFlags) => {
      if (options.text === undefined) {
        if (options.to !== undefined) return encode.error('error: --to needs --text', { exitCode: 2 });
        return mapLines(streams, encodeLine);
      }
      if (options.to === undefined) return encode.error('error: --text needs --to', { exitCode: 2 });
      encodeOnce(streams, options.to, options.text, options);
    });

  // Commander ends wrong use with 1; scripts are promised 2.
  for (const command of [pdu, decode, encode]) {
    command.exitOverride((error) => streams.exit(error.exitCode === 0 ? 0 : 2));
  }
}

interface DecodeLineOptions extends DecodeOptions<PduDirection | LinkDirection> {
  readonly details?: boolean;
}

/** The JSON line for one line of `pdu decode`; null for a blank one. */
export function decodeLine(line: string, options: DecodeLineOptions = {}): string | null {
  const hex = line.trim();
  if (hex === '') return null;
  const result = decodePdu(hex, options);
  return JSON.stringify(result.ok ? pduToJson(result.pdu, options.details) : result);
}

/** The JSON line for one message of `pdu encode`; null for a blank line. */
export function encodeLine(line: string): string | null {
  const json = line.trim();
  if (json === '') return null;
  try {
    const { reference, class: messageClass, ...message } = messageLine.parse(JSON.parse(json));
    return encodedJson(
      outgoing(message.to, message.text, {
        reference,
        width: message.width,
        encoding: message.encoding,
        statusReport: message.statusReport,
        class: messageClass,
      }),
    );
  } catch (error) {
    return JSON.stringify({ ok: false, error: problemOf(error) });
  }
}

interface EncodeSettings {
  readonly reference?: number | undefined;
  readonly width?: 8 | 16 | undefined;
  readonly statusReport?: boolean | undefined;
  readonly class?: 0 | 1 | 2 | 3 | undefined;
  readonly encoding?: EncodingPolicy | undefined;
}

interface EncodeFlags extends EncodeSettings {
  readonly to?: string;
  readonly text?: string;
  readonly json?: boolean;
}

const messageLine = z.object({
  to: z.string(),
  text: z.string(),
  reference: z.number().optional(),
  width: z.union([z.literal(8), z.literal(16)]).optional(),
  statusReport: z.boolean().optional(),
  class: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]).optional(),
  encoding: z.enum(ENCODING_POLICIES).optional(),
});

function outgoing(to: string, text: string, settings: EncodeSettings): OutgoingMessage {
  return {
    to,
    text,
    concatReference: settings.reference ?? 0,
    width: settings.width ?? 8,
    statusReport: settings.statusReport ?? false,
    ...(settings.class === undefined ? {} : { messageClass: settings.class }),
    ...(settings.encoding === undefined ? {} : { encoding: settings.encoding }),
  };
}

function encodedJson(message: OutgoingMessage): string {
  const { encoding, slices } = encodeSubmit(message);
  return JSON.stringify({ ok: true, encoding, pdus: slices.map((slice) => slice.pdu) });
}

function encodeOnce(streams: PduStreams, to: string, text: string, flags: EncodeFlags): void {
  try {
    const message = outgoing(to, text, flags);
    const lines = flags.json === true ? [encodedJson(message)] : encodeSubmit(message).slices.map((slice) => slice.pdu);
    streams.stdout.write(`${lines.join('\n')}\n`);
  } catch (error) {
    const { code, message } = problemOf(error);
    streams.stderr.write(`error: ${message} (${code})\n`);
    streams.exit(error instanceof AppError && error.kind !== 'invalid' ? 1 : 2);
  }
}

function problemOf(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof AppError) return { code: error.code, message: error.detail };
  if (error instanceof z.ZodError) return { code: 'pdu.message_invalid', message: z.prettifyError(error) };
  if (error instanceof SyntaxError) return { code: 'pdu.not_json', message: messageOf(error) };
  throw error;
}

/**
 * Answers each line of stdin on stdout, in order and in constant memory: nothing more is read while the reader of
 * stdout is behind. An over-long line is answered with an error and skipped. A reader that goes away (`| head`) ends
 * the work without complaint.
 */
async function mapLines(streams: PduStreams, answer: (line: string) => string | null): Promise<void> {
  const decoder = new TextDecoder();
  const { stdout } = streams;
  let closed = false;
  stdout.on('error', () => {
    closed = true;
  });
  let rest = '';
  let skipping = false;
  let pending = '';

  const put = async (line: string | null): Promise<void> => {
    if (line === null) return;
    pending += `${line}\n`;
    if (pending.length >= WRITE_SIZE) await flush();
  };
  const flush = async (): Promise<void> => {
    const full = pending !== '' && !closed && !stdout.write(pending);
    pending = '';
    if (full) await drained(stdout);
  };

  for await (const chunk of streams.stdin) {
    if (closed) return;
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      if (!skipping) await put(answer(rest + text.slice(start, end)));
      rest = '';
      skipping = false;
      start = end + 1;
    }
    if (!skipping) rest += text.slice(start);
    if (rest.length > MAX_LINE_LENGTH) {
      await put(LINE_TOO_LONG);
      rest = '';
      skipping = true;
    }
    // What is answered is shown at once when the input pauses, so that the command works in a conversation too.
    await flush();
  }
  if (!skipping) await put(answer(rest + decoder.decode()));
  await flush();
}

/** Resolves when more can be written, or nothing ever will. */
async function drained(stream: NodeJS.WritableStream): Promise<void> {
  const events = ['drain', 'close', 'error'] as const;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      for (const event of events) stream.removeListener(event, done);
      resolve();
    };
    for (const event of events) stream.on(event, done);
  });
}

const LINE_TOO_LONG = JSON.stringify({
  ok: false,
  error: { code: 'pdu.line_too_long', message: `the line is longer than ${MAX_LINE_LENGTH} characters` },
});

function processStreams(): PduStreams {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    exit: (status) => process.exit(status),
  };
}

function wholeNumber(value: string): number {
  if (!/^\d{1,5}$/.test(value)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(value);
}

function width(value: string): 8 | 16 {
  if (value === '8') return 8;
  if (value === '16') return 16;
  throw new InvalidArgumentError('It must be 8 or 16.');
}

function messageClass(value: string): 0 | 1 | 2 | 3 {
  const found = ([0, 1, 2, 3] as const).find((candidate) => String(candidate) === value);
  if (found === undefined) throw new InvalidArgumentError('It must be 0, 1, 2 or 3.');
  return found;
}
