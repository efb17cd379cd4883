import { query } from './at/command.ts';
import { type MemoryGroups, type MemoryUse, parseMemoryGroups, parseMemoryUse } from './at/parse-memory.ts';
import type { Commander } from './channel.ts';
import { answerOf, succeeded } from './modem-error.ts';

/** Which memory does what (AT+CPMS), and which ones may hold messages for us. */
export interface MemoryLayout {
  readonly read: string;
  readonly write: string;
  readonly receive: string;
  /** Memories to look through; reports may lie in another one than messages. */
  readonly sweep: readonly string[];
}

/** SIM first: it survives a change of the modem. MT (both) only where nothing else is allowed. */
const PREFERENCE = ['SM', 'ME', 'MT'];
/** Where messages and reports can be; broadcasts (BM) and the union of the others (MT) are not searched. */
const SEARCHED = ['SM', 'ME', 'SR'];

/** The layouts worth trying, best first. Each memory is taken from its own group: some modems allow different ones. */
export function layoutCandidates(groups: MemoryGroups | undefined): readonly MemoryLayout[] {
  const [readable = [], writable = [], receiving = []] = groups ?? [];
  const pick = (group: readonly string[], wanted: string) =>
    group.length === 0 || group.includes(wanted)
      ? wanted
      : (PREFERENCE.find((name) => group.includes(name)) ?? group[0] ?? wanted);
  const sweepOf = (read: string) => {
    const known = SEARCHED.filter((name) => readable.includes(name));
    return known.length === 0 ? [read] : known;
  };
  const allowed = PREFERENCE.filter((name) => receiving.length === 0 || receiving.includes(name));
  const canRead = (name: string) => readable.length === 0 || readable.includes(name);
  // What arrives where nothing can be read from would be lost; MT at least includes the memory that can.
  const ordered = [...allowed.filter(canRead), ...allowed.filter((name) => !canRead(name)).reverse()];
  return ordered.map((receive) => {
    const read = pick(readable, receive);
    return { read, write: pick(writable, receive), receive, sweep: sweepOf(read) };
  });
}

/** Chooses the memories, tolerant of modems that list one and refuse it. Undefined: the modem accepts none. */
export async function chooseMemories(commander: Commander): Promise<MemoryLayout | undefined> {
  const groups = parseMemoryGroups(answerOf(await commander.execute(query('AT+CPMS=?', '+CPMS:'))));
  for (const layout of layoutCandidates(groups)) {
    const result = await commander.execute(selectCommand(layout, layout.read));
    if (succeeded(result)) return layout;
    if (result.kind !== 'done') return undefined;
  }
  // Whatever the modem uses by itself is better than nothing.
  const current = parseMemoryUse(answerOf(await commander.execute(query('AT+CPMS?', '+CPMS:'))));
  const read = current?.[0]?.memory;
  if (read === undefined) return undefined;
  return { read, write: current?.[1]?.memory ?? read, receive: current?.[2]?.memory ?? read, sweep: [read] };
}

/** Reads and deletes go to `memory` from here on. All three are sent: omitted ones become defaults on some modems. */
export function selectCommand(layout: MemoryLayout, memory: string) {
  return query(`AT+CPMS="${memory}","${layout.write}","${layout.receive}"`, '+CPMS:');
}

/** Usage of the memory just selected. */
export function useOf(lines: readonly string[]): MemoryUse | undefined {
  const first = parseMemoryUse(lines)?.[0];
  return first === undefined ? undefined : { used: first.used, total: first.total };
}
