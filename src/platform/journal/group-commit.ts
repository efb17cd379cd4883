import type { Journal } from './journal.ts';

/**
 * Takes records one by one and writes them together: everything that arrives in one turn of the event loop shares one
 * write, and with `always` one synchronisation of the disk. The promise says whether the record is in the journal, so
 * nothing is acknowledged before it is; a busy process pays for one system call where it had dozens. `refused` hears of
 * each record that was not taken.
 */
export function groupCommit(
  journal: Pick<Journal, 'append' | 'appendAll'>,
  refused: () => void = () => {},
): (record: unknown) => Promise<boolean> {
  let records: unknown[] = [];
  let waiting: ((taken: boolean) => void)[] = [];
  return (record) =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (records.push(record) === 1) setImmediate(flush);
    });

  function flush(): void {
    const group = records;
    const resolvers = waiting;
    records = [];
    waiting = [];
    // A group that does not fit is tried piece by piece: the last records that do fit are still taken.
    const isWhole = journal.appendAll(group);
    for (const [place, resolve] of resolvers.entries()) {
      const taken = isWhole || journal.append(group[place]);
      if (!taken) refused();
      resolve(taken);
    }
  }
}
