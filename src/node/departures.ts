import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Departures } from '../messaging/index.ts';

/** More slices than are ever claimed ahead, so that the ring holds whatever can be in doubt. */
const KEPT = 64;
/** A slice's id, its attempt, its reference once there is one, and the end of line. */
const LINE_BYTES = 48;
const HEADER_BYTES = 96;

/** Changes when the kernel starts: what it had not written to disk by then is gone. */
const BOOT_ID_FILE = '/proc/sys/kernel/random/boot_id';

/**
 * The departures of each modem in a small file, written without waiting for the disk: a killed process leaves them with
 * the kernel, and after a crash of the machine another boot id says that they are not to be trusted. Where the system has
 * no boot id, nobody knows anything, and every slice in the air is in doubt.
 */
export function createDepartures(dataDirectory: string, bootId: string | null = readBootId()): Departures {
  const directory = join(dataDirectory, 'departures');
  const open = new Map<string, { readonly runId: string; readonly file: number; count: number; last: string }>();
  const begun = new Set<string>();
  const pathOf = (modemId: string) => join(directory, modemId);

  function begin(modemId: string, runId: string) {
    if (begun.has(runId)) throw new Error('the beginning of this run is lost');
    begun.add(runId);
    const former = open.get(modemId);
    if (former !== undefined) closeSync(former.file);
    mkdirSync(directory, { recursive: true });
    const file = openSync(pathOf(modemId), 'w', 0o600);
    ftruncateSync(file, HEADER_BYTES + KEPT * LINE_BYTES);
    writeSync(file, line(`${bootId} ${runId}`, HEADER_BYTES), 0);
    const log = { runId, file, count: 0, last: '' };
    open.set(modemId, log);
    return log;
  }

  return {
    note(modemId, runId, { id, attempts }) {
      if (bootId === null) return;
      try {
        const current = open.get(modemId);
        const log = current?.runId === runId ? current : begin(modemId, runId);
        log.last = `${id}/${attempts}`;
        writeSync(log.file, line(log.last, LINE_BYTES), placeOf(log.count));
        log.count += 1;
      } catch {
        // A record with a gap would call a slice unsent that was sent; without a record it is in doubt.
        open.delete(modemId);
        forget(pathOf(modemId));
      }
    },

    arrive(modemId, runId, { id, attempts }, reference) {
      const log = open.get(modemId);
      if (log?.runId !== runId || log.last !== `${id}/${attempts}`) return;
      try {
        writeSync(log.file, line(`${log.last} ${reference}`, LINE_BYTES), placeOf(log.count - 1));
      } catch {
        // It stays as it was noted: in doubt, if the process is killed before the database knows better.
      }
    },

    of(modemId, runId) {
      const lines = readLines(pathOf(modemId));
      if (bootId === null || lines?.[0] !== `${bootId} ${runId}`) return undefined;
      return new Map(lines.slice(1).map(sliceOf));
    },
  };
}

function placeOf(count: number): number {
  return HEADER_BYTES + (count % KEPT) * LINE_BYTES;
}

function sliceOf(text: string): readonly [string, number | undefined] {
  const [slice = '', reference] = text.split(' ');
  return [slice, reference === undefined ? undefined : Number(reference)];
}

function forget(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    if (readLines(path) !== undefined) throw error;
  }
}

function readBootId(): string | null {
  return readLines(BOOT_ID_FILE)?.[0] ?? null;
}

function readLines(path: string): string[] | undefined {
  try {
    return readFileSync(path, 'latin1')
      .split('\n')
      .map((text) => text.replaceAll('\0', '').trim())
      .filter((text) => text !== '');
  } catch {
    return undefined;
  }
}

function line(text: string, bytes: number): string {
  return `${text.padEnd(bytes - 1)}\n`;
}
