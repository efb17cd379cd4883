import type { Journal } from './journal.ts';

/**
 * Takes records one by one and writes them together: everything that arrives in one turn of the event loop shares one
 * write, and with `always` one synchronisation of the disk. The promise says whether the record is in the journal, so
 * nothing is acknowledged before it is; a busy process pays for one system call where it had dozens.
 */
export function groupCommit(journal: Pick<Journal, 'append' | 'appendAll'>): (record: unknown) => Promise<boolean> {
  let records: unknown[] = [];
  let tell: ((taken: boolean[]) => void)[] = [];
  return (record) =>
    new Promise((resolve) => {
      const place = records.push(record) - 1;
      tell.push((taken) => resolve(taken[place] ?? false));
      if (records.length === 1) setImmediate(flush);
    });

  function flush(): void {
    const group = records;
    const waiting = tell;
    records = [];
    tell = [];
    // A group that does not fit is tried piece by piece: the last records that do fit are still taken.
    const taken = journal.appendAll(group) ? group.map(() => true) : group.map((record) => journal.append(record));
    for (const one of waiting) one(taken);
  }
}
