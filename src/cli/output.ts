import type { Writable } from 'node:stream';
import { AppError, messageOf } from '../core/errors.ts';

/** Whoever reads may leave early (`| head`): that ends their reading and not our work, and is no failure to tell. */
export function letReadersLeave(streams: readonly Writable[]): void {
  for (const stream of streams) {
    stream.on('error', (error: Error) => {
      if (!isReaderGone(error)) throw error;
    });
  }
}

/** Whether a write failed because nobody reads any more. */
export function isReaderGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

/** Data, on stdout. */
export function print(line: string): void {
  process.stdout.write(`${harmless(line)}\n`);
}

/** Talk and progress, on stderr. */
export function say(line: string): void {
  process.stderr.write(`${harmless(line)}\n`);
}

/** What moves a terminal about, or turns the direction of what follows; line ends and tabs are ours. */
const STEERING = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\r(?!\n)/g;

/**
 * Text with control characters written out: a stranger chooses the name that a call shows, and must not steer the terminal of
 * whoever looks at it. `\u001b` reads the same in JSON.
 */
export function harmless(text: string): string {
  return text.replace(STEERING, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Rows as aligned columns; the last column is not padded. */
export function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => [...(row[column] ?? '')].length)));
  for (const row of all) {
    print(row.map((cell, column) => (column === row.length - 1 ? cell : pad(cell, widths[column] ?? 0))).join('  '));
  }
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - [...text].length));
}

/** Tells a failure: in words on stderr, or as one JSON object on stdout for scripts. Never a stack trace. */
export function reportFailure(error: unknown, json: boolean): void {
  const problems = error instanceof AppError ? error.problems : [];
  const code = error instanceof AppError ? error.code : 'internal';
  const detail = error instanceof AppError ? error.detail : messageOf(error);
  if (json) {
    print(JSON.stringify({ ok: false, code, detail, problems }));
    return;
  }
  say(detail);
  const [only] = problems;
  // One problem without a line is mostly all that the sentence says.
  if (problems.length === 1 && only?.line === undefined && detail.includes(only?.message ?? '')) return;
  for (const { path, message, line } of problems) {
    say(`  ${line === undefined ? '' : `line ${line}: `}${path === '' ? '' : `${path}: `}${message}`);
  }
}
