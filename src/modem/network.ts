import { action, query } from './at/command.ts';
import {
  bestRegistration,
  isRegistered,
  parseRegistration,
  type RegistrationState,
  registrationState,
} from './at/parse-registration.ts';
import { parseOperator, parseSignalDbm } from './at/parse-replies.ts';
import type { Commander } from './channel.ts';
import { answerOf } from './modem-error.ts';

/** Asked in this order until one of them is registered: circuit-switched, LTE, packet. */
const DOMAINS = ['CREG', 'CEREG', 'CGREG'] as const;

/** The registration that counts for messages: the best of the three domains. Undefined: the modem gave no answer. */
export async function readRegistration(commander: Commander): Promise<RegistrationState | undefined> {
  const states: RegistrationState[] = [];
  for (const domain of DOMAINS) {
    const result = await commander.execute({
      ...query(`AT+${domain}?`, `+${domain}:`),
      // An indication may come in between; it has the same prefix and another form.
      accepts: (line) => {
        const reply = parseRegistration(line);
        return reply?.domain === domain && reply.form === 'read';
      },
    });
    if (result.kind !== 'done') break;
    const reply = parseRegistration(answerOf(result)[0] ?? '');
    if (reply !== undefined) states.push(registrationState(reply.stat));
    if (states.some(isRegistered)) break;
  }
  return states.length === 0 ? undefined : bestRegistration(states);
}

/** Asks for registration indications in every domain the modem has. */
export async function watchRegistration(commander: Commander): Promise<void> {
  for (const domain of DOMAINS) await commander.execute(action(`AT+${domain}=1`));
}

/** Signal strength in dBm; undefined when unknown. */
export async function readSignalDbm(commander: Commander): Promise<number | undefined> {
  return parseSignalDbm(answerOf(await commander.execute(query('AT+CSQ', '+CSQ:'))));
}

/** The operator's long name, or its number where the modem has no name; undefined when not registered. */
export async function readOperator(commander: Commander): Promise<string | undefined> {
  await commander.execute(action('AT+COPS=3,0', { timeoutMs: 5_000 }));
  return parseOperator(answerOf(await commander.execute(query('AT+COPS?', '+COPS:'))));
}
