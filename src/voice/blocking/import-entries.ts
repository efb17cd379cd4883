import type { Context } from '../../db/context.ts';
import { changeEntries, type EntriesChange } from './change-entries.ts';

/** Lines that go into the database at once. */
const BATCH = 5_000;

/** The longest line that can be a number; a file without line ends would otherwise be collected whole. */
const LONGEST_LINE = 10_000;

/**
 * Adds the numbers of a text or CSV file as it arrives, in batches of a transaction each: calls go on being answered and a
 * list of a million is in force piece by piece. Doing it again changes nothing, so a broken import is simply repeated.
 */
export async function importEntries(
  context: Context,
  idOrName: string,
  file: AsyncIterable<Uint8Array>,
): Promise<EntriesChange> {
  let sum: EntriesChange | undefined;
  let lines: string[] = [];
  let before = 0;
  const store = async () => {
    const change = await changeEntries(context, idOrName, { add: lines });
    const refused = change.refused.map(({ line, message }) => ({ line: before + line, message }));
    before += lines.length;
    lines = [];
    sum = {
      ...change,
      added: change.added + (sum?.added ?? 0),
      known: change.known + (sum?.known ?? 0),
      refusedCount: change.refusedCount + (sum?.refusedCount ?? 0),
      refused: [...(sum?.refused ?? []), ...refused].slice(0, 100),
    };
  };
  for await (const line of linesOf(file)) {
    lines.push(line);
    if (lines.length >= BATCH) await store();
  }
  await store();
  if (sum === undefined) throw new Error('an import came to no end');
  return sum;
}

async function* linesOf(file: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of file) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > LONGEST_LINE) rest = rest.slice(0, LONGEST_LINE);
  }
  rest += decoder.decode();
  if (rest.trim() !== '') yield rest;
}
