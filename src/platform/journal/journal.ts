import {
  closeSync,
  copyFileSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { createFrameEncoder, readFrame } from './frame.ts';

/** Where the reader stands: bytes of a segment that are already in Postgres. */
export interface Position {
  readonly segment: number;
  readonly offset: number;
}

export interface Batch {
  readonly records: readonly unknown[];
  /** Commit this once the records are stored. */
  readonly next: Position;
  /** The segment ended in bytes that are no record: a write that a crash cut short, or a damaged disk (a copy is kept). */
  readonly torn: boolean;
}

export interface JournalOptions {
  readonly directory: string;
  /** Bytes on disk after which `append` refuses. */
  readonly maxBytes: number;
  /** A segment is closed and the next one begun at this size. */
  readonly segmentBytes?: number;
  /** `always`: each append is on the platter before it returns; `interval`: within 50 ms. */
  readonly sync?: 'interval' | 'always';
  /** Reads a record back; JSON.parse unless the reader needs more. */
  readonly parse?: (text: string) => unknown;
}

export interface Journal {
  /**
   * Writes a record so that a crash of this process cannot lose it. False when the journal is full or the disk
   * refuses: then nothing was accepted.
   */
  append(record: unknown): boolean;
  /** The same for several records in one write: all are taken or none. */
  appendAll(records: readonly unknown[]): boolean;
  /** The oldest records not yet committed, up to `limit`; undefined when there are none. */
  read(limit: number): Batch | undefined;
  /**
   * Forgets everything before `position`; whole segments before it are deleted. The note for the next process is written
   * once a second, because it costs the disk more than a batch does: after a crash at most that second is read again.
   */
  commit(position: Position): void;
  /** Bytes that wait to be stored. */
  pendingBytes(): number;
  onAppend(listener: () => void): () => void;
  close(): void;
}

const SYNC_INTERVAL_MS = 50;
const NOTE_INTERVAL_MS = 1_000;
const READ_BYTES = 1024 * 1024;
const POSITION_FILE = 'position.json';

/**
 * The local journal (promise P3): numbered segment files that are only ever appended to. Each process begins a segment
 * of its own, so a record that a crash cut short is always the end of a file that nobody continues.
 */
export function openJournal(options: JournalOptions): Journal {
  const { directory } = options;
  const segmentBytes = options.segmentBytes ?? 16 * 1024 * 1024;
  mkdirSync(directory, { recursive: true, mode: 0o700 });

  const sizes = new Map<number, number>();
  for (const segment of listSegments(directory)) sizes.set(segment, statSync(pathOf(segment)).size);
  let reader = startPosition(directory, sizes);
  let writer = begin(Math.max(0, reader.segment, ...sizes.keys()) + 1);
  let readerFile: { segment: number; fd: number } | undefined;
  const encodeFrames = createFrameEncoder();
  const listeners = new Set<() => void>();
  let syncing: NodeJS.Timeout | undefined;
  let isNoted = true;
  const noteTimer = setInterval(notePosition, NOTE_INTERVAL_MS);
  noteTimer.unref();

  return {
    append: (record) => appendAll([record]),
    appendAll,
    read,
    commit(position) {
      reader = position;
      isNoted = false;
      for (const segment of sizes.keys()) if (segment < position.segment) drop(segment);
    },
    pendingBytes: () => totalBytes() - reader.offset,
    onAppend(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      clearTimeout(syncing);
      clearInterval(noteTimer);
      notePosition();
      fdatasyncSync(writer.fd);
      closeSync(writer.fd);
      if (readerFile !== undefined) closeSync(readerFile.fd);
      if (writer.size === 0) drop(writer.segment);
    },
  };

  function appendAll(records: readonly unknown[]): boolean {
    const frames = encodeFrames(records.map((record) => JSON.stringify(record)));
    if (totalBytes() - reader.offset + frames.length > options.maxBytes) return false;
    if (writer.size >= segmentBytes) roll();
    try {
      writeAll(writer.fd, frames);
    } catch {
      // The disk is full: whatever part was written ends this segment, and the reader knows it as torn.
      roll();
      return false;
    }
    writer.size += frames.length;
    sizes.set(writer.segment, writer.size);
    if (options.sync === 'always') fdatasyncSync(writer.fd);
    else syncing ??= setTimeout(syncNow, SYNC_INTERVAL_MS).unref();
    for (const listener of listeners) listener();
    return true;
  }

  function read(limit: number): Batch | undefined {
    while (reader.offset >= sizeOf(reader.segment) && reader.segment < writer.segment) {
      reader = { segment: nextSegment(reader.segment), offset: 0 };
    }
    const { segment, offset } = reader;
    const unread = sizeOf(segment) - offset;
    if (unread <= 0) return undefined;
    for (let wanted = READ_BYTES; ; wanted *= 4) {
      const buffer = readAt(segment, offset, Math.min(wanted, unread));
      const { records, bytes, stop } = takeFrames(buffer, limit, options.parse ?? JSON.parse);
      const sawAll = buffer.length === unread;
      if (stop === 'incomplete' && records.length === 0 && !sawAll) continue;
      const torn = stop === 'damaged' || (stop === 'incomplete' && sawAll);
      if (!torn) return { records, next: { segment, offset: offset + bytes }, torn };
      if (stop === 'damaged') copyFileSync(pathOf(segment), `${pathOf(segment)}.damaged`);
      if (segment === writer.segment) roll();
      return { records, next: { segment: nextSegment(segment), offset: 0 }, torn };
    }
  }

  function sizeOf(segment: number): number {
    return sizes.get(segment) ?? 0;
  }

  function readAt(segment: number, offset: number, length: number): Buffer {
    if (readerFile?.segment !== segment) {
      if (readerFile !== undefined) closeSync(readerFile.fd);
      readerFile = { segment, fd: openSync(pathOf(segment), 'r') };
    }
    const buffer = Buffer.allocUnsafe(length);
    return buffer.subarray(0, readSync(readerFile.fd, buffer, 0, length, offset));
  }

  function nextSegment(after: number): number {
    return Math.min(...[...sizes.keys()].filter((segment) => segment > after), writer.segment);
  }

  function totalBytes(): number {
    let total = 0;
    for (const size of sizes.values()) total += size;
    return total;
  }

  function begin(segment: number): { segment: number; fd: number; size: number } {
    const fd = openSync(pathOf(segment), 'ax', 0o600);
    sizes.set(segment, 0);
    return { segment, fd, size: 0 };
  }

  function roll(): void {
    fdatasyncSync(writer.fd);
    sizes.set(writer.segment, fstatSync(writer.fd).size);
    closeSync(writer.fd);
    writer = begin(writer.segment + 1);
  }

  function drop(segment: number): void {
    if (readerFile?.segment === segment) {
      closeSync(readerFile.fd);
      readerFile = undefined;
    }
    sizes.delete(segment);
    unlinkSync(pathOf(segment));
  }

  function notePosition(): void {
    if (isNoted) return;
    isNoted = true;
    const path = join(directory, POSITION_FILE);
    writeFileSync(`${path}.new`, JSON.stringify(reader));
    renameSync(`${path}.new`, path);
  }

  function syncNow(): void {
    syncing = undefined;
    fdatasync(writer.fd, () => {
      // The descriptor may have been rolled meanwhile; rolling synchronises by itself.
    });
  }

  function pathOf(segment: number): string {
    return join(directory, `${String(segment).padStart(10, '0')}.journal`);
  }
}

function takeFrames(
  buffer: Buffer,
  limit: number,
  parse: (text: string) => unknown,
): { records: unknown[]; bytes: number; stop: 'end' | 'limit' | 'incomplete' | 'damaged' } {
  const records: unknown[] = [];
  let offset = 0;
  while (offset < buffer.length) {
    if (records.length === limit) return { records, bytes: offset, stop: 'limit' };
    const frame = readFrame(buffer, offset);
    if (frame.kind !== 'frame') return { records, bytes: offset, stop: frame.kind };
    records.push(parse(frame.payload.toString('utf8')));
    offset = frame.next;
  }
  return { records, bytes: offset, stop: 'end' };
}

function listSegments(directory: string): number[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.journal'))
    .map((name) => Number.parseInt(name, 10))
    .sort((left, right) => left - right);
}

/** Where the last process had got to; without a readable note, the beginning (natural keys make that harmless). */
function startPosition(directory: string, sizes: ReadonlyMap<number, number>): Position {
  const first = Math.min(...sizes.keys());
  const beginning = { segment: Number.isFinite(first) ? first : 0, offset: 0 };
  try {
    const { segment, offset } = JSON.parse(readFileSync(join(directory, POSITION_FILE), 'utf8')) as Position;
    return sizes.has(segment) && offset <= (sizes.get(segment) ?? 0) ? { segment, offset } : beginning;
  } catch {
    return beginning;
  }
}

function writeAll(fd: number, bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(fd, bytes, written);
}
