import { action, query } from './at/command.ts';
import { indicationCandidates } from './at/indication-settings.ts';
import { parseIndicationRanges, parseNumbers } from './at/parse-replies.ts';
import type { Commander } from './channel.ts';
import { answerOf, succeeded } from './modem-error.ts';

/**
 * Asks the modem to announce messages and reports: the first setting it accepts and keeps (AT+CNMI, read back). Returns
 * it, or undefined when it accepts none; messages are then found by the sweep alone. `first` are the settings a profile
 * wants tried before the usual ones.
 */
export async function armIndications(
  commander: Commander,
  first: readonly (readonly number[])[] = [],
): Promise<readonly number[] | undefined> {
  const ranges = parseIndicationRanges(answerOf(await commander.execute(query('AT+CNMI=?', '+CNMI:'))));
  for (const setting of [...first, ...indicationCandidates(ranges)]) {
    const result = await commander.execute(action(`AT+CNMI=${setting.join(',')}`));
    if (result.kind !== 'done') return undefined;
    if (!succeeded(result)) continue;
    const kept = parseNumbers(answerOf(await commander.execute(query('AT+CNMI?', '+CNMI:'))), '+CNMI:');
    if (kept === undefined || kept[1] === setting[1]) return kept ?? setting;
  }
  return undefined;
}

/**
 * Asks what is set and arms the indications again when it is not what was: a modem that misses an acknowledgement
 * (3GPP TS 27.005 3.4.4) or resets a part of itself drops them without a word.
 */
export async function keepIndications(
  commander: Commander,
  wanted: readonly number[],
  first?: readonly (readonly number[])[],
): Promise<void> {
  const kept = parseNumbers(answerOf(await commander.execute(query('AT+CNMI?', '+CNMI:'))), '+CNMI:');
  if (kept !== undefined && wanted.some((value, place) => kept[place] !== value))
    await armIndications(commander, first);
}
