import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { notify } from '../../db/notify.ts';
import { parseInput } from '../../identity/index.ts';
import { acceptMessages, type Draft } from './accept.ts';
import { type QueuedMessage, type SendMessageInput, sendMessageSchema } from './message.schema.ts';
import { readSendingRules, type SendingRules } from './sending-rules.ts';

/**
 * Puts a message into the queue: message and slices in one transaction, each slice with the PDU that will go to the
 * modem. Needs `sms.message.write`.
 *
 * @throws AppError `validation.failed`, `message.recipient_invalid`, `message.too_long`, `message.modem_missing`,
 *   `message.modem_inactive`, `message.suppressed`, `message.prefix_refused`, `message.not_a_contact`, `quota.exceeded`
 */
export async function sendMessage(
  context: Context,
  input: SendMessageInput,
  more: Pick<Draft, 'resendOf'> = {},
): Promise<QueuedMessage> {
  context.require('sms.message.write');
  const { to, body, modem, ...options } = parseInput(sendMessageSchema, input);
  return context.transaction(async (inner) => {
    const { db, organizationId } = inner;
    const rules = await readSendingRules(inner);
    const modemId = modem === undefined ? undefined : modemNamed(rules, modem);
    const [acceptance] = await acceptMessages(inner, rules, [{ to, body, ...more }], { ...options, modemId });
    if (acceptance?.ok !== true) throw refusal(acceptance?.refused);
    const { id, peer, encoding, partCount } = acceptance;
    await inner.audit({
      action: 'sms.message.create',
      entityType: 'message',
      entityId: id,
      // The text is the business of those who wrote and read it, not of the audit.
      after: { peer, encoding, partCount, modem: modem ?? null, dueAt: options.scheduleAt ?? null },
    });
    await notify(db, { topic: 'outbox', organizationId, id });
    await notify(db, { topic: 'message', organizationId, id });
    return { id, status: 'queued', encoding, partCount };
  });
}

function refusal(
  refused: { readonly code: string; readonly kind: AppError['kind']; readonly detail: string } | undefined,
) {
  if (refused === undefined) return new Error('a message was neither accepted nor refused');
  return new AppError({ ...refused, problems: [{ path: 'to', message: refused.detail }] });
}

/** The id of an active modem. Throws `message.modem_missing` or `message.modem_inactive`. */
export function modemNamed({ modems }: SendingRules, name: string): string {
  const found = modems.find((modem) => modem.name === name);
  if (found?.isActive) return found.id;
  const usable = modems.flatMap((modem) => (modem.isActive ? [modem.name] : [])).sort();
  const known = usable.length === 0 ? 'no modem is active' : `active modems: ${usable.join(', ')}`;
  const detail =
    found === undefined ? `There is no modem "${name}"; ${known}.` : `Modem "${name}" is switched off; ${known}.`;
  throw new AppError({
    code: found === undefined ? 'message.modem_missing' : 'message.modem_inactive',
    kind: 'invalid',
    detail,
    problems: [{ path: 'modem', message: detail }],
  });
}
