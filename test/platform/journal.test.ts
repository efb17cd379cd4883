import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { groupCommit } from '../../src/platform/journal/group-commit.ts';
import { type Journal, openJournal } from '../../src/platform/journal/journal.ts';

let directory: string;
const opened: Journal[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'journal-'));
});
afterEach(() => {
  for (const journal of opened.splice(0)) journal.close();
  rmSync(directory, { recursive: true, force: true });
});

function open(options: { maxBytes?: number; segmentBytes?: number } = {}): Journal {
  const journal = openJournal({ directory, maxBytes: 1_000_000, ...options });
  opened.push(journal);
  return journal;
}

/** Opens again without closing the first: what a new process finds after `kill -9`. */
const afterCrash = open;

function drain(journal: Journal, limit = 100): unknown[] {
  const all: unknown[] = [];
  for (let batch = journal.read(limit); batch !== undefined; batch = journal.read(limit)) {
    all.push(...batch.records);
    journal.commit(batch.next);
  }
  return all;
}

const segments = () => readdirSync(directory).filter((name) => name.endsWith('.journal'));

describe('journal', () => {
  test('gives records back in the order they were appended', () => {
    const journal = open();
    for (let n = 0; n < 250; n += 1) journal.append({ n });
    expect(drain(journal)).toEqual(Array.from({ length: 250 }, (_, n) => ({ n })));
    expect(journal.pendingBytes()).toBe(0);
  });

  test('an uncommitted batch is read again after a crash', () => {
    const journal = open();
    journal.append('a');
    journal.append('b');
    const batch = journal.read(1);
    expect(batch?.records).toEqual(['a']);
    expect(drain(afterCrash())).toEqual(['a', 'b']);
  });

  test('a committed batch is not read again by the next process', () => {
    const journal = openJournal({ directory, maxBytes: 1_000_000 });
    journal.append('a');
    journal.append('b');
    const batch = journal.read(1);
    if (batch !== undefined) journal.commit(batch.next);
    journal.close();
    expect(drain(open())).toEqual(['b']);
  });

  test('a crash before the position was noted reads again, and never skips', () => {
    const journal = open();
    journal.append('a');
    journal.append('b');
    const batch = journal.read(1);
    if (batch !== undefined) journal.commit(batch.next);
    expect(drain(afterCrash())).toEqual(['a', 'b']);
  });

  test('a write cut at any byte loses only itself, and what is appended afterwards is kept', () => {
    const journal = open();
    journal.append({ first: 'whole' });
    const [segment] = segments();
    const path = join(directory, segment ?? '');
    const whole = readFileSync(path).length;
    journal.append({ second: 'ünterbrochen' });
    const full = readFileSync(path);
    for (let cut = whole; cut < full.length; cut += 1) {
      const home = mkdtempSync(join(tmpdir(), 'journal-'));
      writeFileSync(join(home, '0000000001.journal'), full.subarray(0, cut));
      const next = openJournal({ directory: home, maxBytes: 1_000_000 });
      next.append({ third: cut });
      expect(drain(next)).toEqual([{ first: 'whole' }, { third: cut }]);
      next.close();
      rmSync(home, { recursive: true });
    }
  });

  test('a damaged record is reported, its file is kept aside, and the next segment is read', () => {
    const journal = open();
    journal.append('good');
    journal.append('bad');
    const path = join(directory, segments()[0] ?? '');
    const bytes = readFileSync(path);
    bytes[bytes.length - 2] = 0;
    writeFileSync(path, bytes);
    const next = afterCrash();
    next.append('later');
    const batch = next.read(10);
    expect(batch?.records).toEqual(['good']);
    expect(batch?.torn).toBe(true);
    if (batch !== undefined) next.commit(batch.next);
    expect(drain(next)).toEqual(['later']);
    expect(readdirSync(directory).some((name) => name.endsWith('.damaged'))).toBe(true);
  });

  test('refuses at its bound, keeps what it accepted, and accepts again once drained', () => {
    const journal = open({ maxBytes: 2_000 });
    let accepted = 0;
    while (journal.append({ n: accepted, filler: 'x'.repeat(100) })) accepted += 1;
    expect(accepted).toBeGreaterThan(5);
    expect(drain(journal)).toHaveLength(accepted);
    expect(journal.append('again')).toBe(true);
  });

  test('drained segments leave the disk', () => {
    const journal = open({ segmentBytes: 500 });
    for (let n = 0; n < 100; n += 1) journal.append({ n });
    expect(segments().length).toBeGreaterThan(3);
    expect(drain(journal)).toHaveLength(100);
    expect(segments().length).toBeLessThanOrEqual(1);
  });

  test('a lost or nonsense position note means reading from the beginning, never skipping', () => {
    const journal = open();
    journal.append('a');
    drain(journal);
    journal.append('b');
    writeFileSync(join(directory, 'position.json'), '{"segment":99,"offset":12');
    expect(drain(afterCrash())).toEqual(['a', 'b']);
  });

  test('any records in any batch sizes over any segment size come back complete and in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 40, max: 3_000 }),
        (records, limit, segmentBytes) => {
          const home = mkdtempSync(join(tmpdir(), 'journal-'));
          const journal = openJournal({ directory: home, maxBytes: 10_000_000, segmentBytes });
          for (const record of records) journal.append(record);
          const back = drain(journal, limit);
          journal.close();
          rmSync(home, { recursive: true });
          expect(JSON.stringify(back)).toBe(JSON.stringify(records));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('foreign bytes appended to a finished segment do not stop the reader', () => {
    const journal = open();
    journal.append('a');
    appendFileSync(join(directory, segments()[0] ?? ''), Buffer.from([1, 2, 3]));
    truncateSync(join(directory, segments()[0] ?? ''), readFileSync(join(directory, segments()[0] ?? '')).length - 1);
    const next = afterCrash();
    next.append('b');
    expect(drain(next)).toEqual(['a', 'b']);
  });

  test('records that arrive in one turn are written together, and each is told when it is in the journal', async () => {
    const journal = open();
    const writes: number[] = [];
    const append = groupCommit({
      append: journal.append,
      appendAll: (records) => {
        writes.push(records.length);
        return journal.appendAll(records);
      },
    });
    const taken = await Promise.all(['a', 'b', 'c'].map((record) => append(record)));
    expect(taken).toEqual([true, true, true]);
    expect(writes).toEqual([3]);
    expect(drain(journal)).toEqual(['a', 'b', 'c']);
  });

  test('of a group that does not fit, what fits is taken and the rest is told so', async () => {
    const journal = open({ maxBytes: 300 });
    const append = groupCommit(journal);
    const records = Array.from({ length: 6 }, (_, n) => ({ n, filler: 'x'.repeat(60) }));
    const taken = await Promise.all(records.map((record) => append(record)));
    expect(taken).toContain(true);
    expect(taken).toContain(false);
    expect(drain(journal)).toEqual(records.filter((_, index) => taken[index]));
  });
});
