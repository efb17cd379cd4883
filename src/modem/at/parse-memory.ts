import { afterPrefix, splitFields, toInteger } from './fields.ts';

export interface MemoryUse {
  readonly used: number;
  readonly total: number;
}

/** `AT+CPMS=?`: for reading, for writing, for incoming messages (3GPP TS 27.005 3.2.2). Groups may be missing. */
export type MemoryGroups = readonly (readonly string[])[];

/**
 * Reads the three groups of memories, with or without parentheses, blanks and contents. No text at all (some phones)
 * gives no groups; undefined when there is no such line.
 */
export function parseMemoryGroups(lines: readonly string[]): MemoryGroups | undefined {
  const rest = restOf(lines, '+CPMS:');
  if (rest === undefined) return undefined;
  if (rest === '') return [];
  const groups: string[][] = [];
  let depth = 0;
  let group = '';
  const finish = () => {
    groups.push(
      group
        .split(',')
        .map((name) => name.replaceAll('"', '').trim())
        .filter((name) => name !== ''),
    );
    group = '';
  };
  for (const char of rest) {
    if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    else if (char === ',' && depth === 0) finish();
    else group += char;
  }
  finish();
  return groups;
}

/** Usage of mem1, mem2, mem3 from the answer to `AT+CPMS=…` (`1,20,1,20,1,20`) or `AT+CPMS?` (with names between). */
export function parseMemoryUse(
  lines: readonly string[],
): readonly (MemoryUse & { readonly memory?: string })[] | undefined {
  const rest = restOf(lines, '+CPMS:');
  if (rest === undefined) return undefined;
  // Thuraya separates by blanks; the names never hold one.
  const parts = splitFields(rest.includes(',') ? rest : rest.replaceAll(' ', ',')).filter((field) => field.text !== '');
  const uses: (MemoryUse & { memory?: string })[] = [];
  let memory: string | undefined;
  let used: number | undefined;
  for (const { text } of parts) {
    const number = toInteger(text);
    if (number === undefined) memory = text;
    else if (used === undefined) used = number;
    else {
      uses.push({ used, total: number, ...(memory === undefined ? {} : { memory }) });
      used = undefined;
      memory = undefined;
    }
  }
  return uses.length === 0 ? undefined : uses;
}

function restOf(lines: readonly string[], prefix: string): string | undefined {
  return lines.map((line) => afterPrefix(line, prefix)).find((rest) => rest !== undefined);
}
