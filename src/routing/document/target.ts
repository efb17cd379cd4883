import { z } from 'zod';
import { E164 } from '../../core/e164.ts';

/** The kinds of place a call can be sent to. Each has one file in `nodes/`. */
export const TARGET_TYPES = [
  'extension',
  'ring_group',
  'ivr_menu',
  'business_hours',
  'conference_room',
  'voicemail',
  'mailbox',
  'ai_assistant',
  'ai_load_balancer',
  'custom_logic',
  'forward',
  'hangup',
] as const;

export type TargetType = (typeof TARGET_TYPES)[number];

/** A place a call can be sent to. `key` is the natural key (a name, an extension number, E.164; empty for hangup). */
export interface Target {
  readonly type: TargetType;
  readonly key: string;
}

/** Kinds that other phone systems have, so that people will try them here. */
const NOT_YET = new Set(['queue', 'call_tracking']);

/** Reads `type:key` (or `hangup`); a string is the complaint, and says what to write instead. */
export function parseTarget(text: string): Target | string {
  const colon = text.indexOf(':');
  const type = colon < 0 ? text : text.slice(0, colon);
  const key = colon < 0 ? '' : text.slice(colon + 1).trim();
  if (NOT_YET.has(type)) return `${type.replace('_', ' ')} is not available yet; use one of ${TARGET_TYPES.join(', ')}`;
  const known = TARGET_TYPES.find((candidate) => candidate === type);
  if (known === undefined) return `"${text}" is not a target; write type:key with a type of ${TARGET_TYPES.join(', ')}`;
  if (known === 'hangup') return key === '' ? { type: known, key } : 'write hangup alone, without a key';
  if (key === '') return `"${text}" names no object; write ${known}:key`;
  if (known === 'forward' && !E164.test(key)) return `write the number to forward to in E.164: "forward:+12125550177"`;
  return { type: known, key };
}

/** The one spelling of a target, e.g. `ring_group:sales`. Also the key of a node in call state and traces. */
export function targetKey(target: Target): string {
  return target.type === 'hangup' ? 'hangup' : `${target.type}:${target.key}`;
}

/** A target as the document writes it. */
export const targetSchema = z
  .string('write a target as type:key, e.g. "extension:101"')
  .trim()
  .superRefine((text, context) => {
    const target = parseTarget(text);
    if (typeof target === 'string') context.addIssue({ code: 'custom', message: target });
  });

/** The target of a string that passed `targetSchema`. Throws on any other, for that is a bug. */
export function targetOf(text: string): Target {
  const target = parseTarget(text);
  if (typeof target === 'string') throw new Error(target);
  return target;
}
