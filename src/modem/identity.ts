import { type AtCommand, bareQuery, query } from './at/command.ts';
import { parseDigits, parseIdentity } from './at/parse-replies.ts';
import type { Commander } from './channel.ts';
import { answerOf, succeeded } from './modem-error.ts';

export interface ModemIdentity {
  readonly manufacturer?: string;
  readonly model?: string;
  readonly revision?: string;
  readonly imei?: string;
}

export interface SimIdentity {
  readonly imsi?: string;
  readonly iccid?: string;
}

/** Who made the modem and its IMEI. Readable before the PIN; what the modem does not tell is absent. */
export async function readModemIdentity(commander: Commander): Promise<ModemIdentity> {
  const ask = async (text: string) => answerOf(await commander.execute(bareQuery(text)));
  const manufacturer = parseIdentity(await ask('AT+CGMI'));
  const model = parseIdentity(await ask('AT+CGMM'));
  const revision = parseIdentity(await ask('AT+CGMR'));
  const imei = parseDigits(await ask('AT+CGSN'), 14, 17);
  return {
    ...(manufacturer === undefined ? {} : { manufacturer }),
    ...(model === undefined ? {} : { model }),
    ...(revision === undefined ? {} : { revision }),
    ...(imei === undefined ? {} : { imei }),
  };
}

/** How modems tell the number of the SIM card; there is no common command before 3GPP release 14. */
const CARD_NUMBER: readonly AtCommand[] = [
  bareQuery('AT+CCID'),
  bareQuery('AT+QCCID'),
  query('AT^ICCID?', '^ICCID:'),
  query('AT#CCID', '#CCID:'),
];

/** Which SIM is in: subscriber and card number. Needs the PIN. */
export async function readSimIdentity(commander: Commander): Promise<SimIdentity> {
  const imsi = parseDigits(answerOf(await commander.execute(bareQuery('AT+CIMI'))), 6, 15);
  const iccid = await readCardNumber(commander);
  return { ...(imsi === undefined ? {} : { imsi }), ...(iccid === undefined ? {} : { iccid }) };
}

/** The number of the SIM card; most modems tell it before the PIN. Undefined where none of the commands is known. */
export async function readCardNumber(commander: Commander): Promise<string | undefined> {
  for (const command of CARD_NUMBER) {
    const result = await commander.execute(command);
    if (succeeded(result)) return parseDigits(answerOf(result), 18, 20);
    if (result.kind !== 'done') return undefined;
  }
  return undefined;
}
