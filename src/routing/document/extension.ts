import { z } from 'zod';
import { E164 } from '../../core/e164.ts';
import { e164Schema, extensionNumberSchema, labelSchema, statusSchema } from './common.ts';
import { parseTarget, type TargetType, targetSchema } from './target.ts';

/** An extension of one of these types stands for the object its `target` names. */
const POINTING_TYPES = {
  ring_group: 'ring_group',
  ivr: 'ivr_menu',
  conference: 'conference_room',
  ai_assistant: 'ai_assistant',
  ai_load_balancer: 'ai_load_balancer',
} as const satisfies Record<string, TargetType>;

const EXTENSION_TYPES = [
  'user',
  'forward',
  'ring_group',
  'ivr',
  'conference',
  'ai_assistant',
  'ai_load_balancer',
] as const;

export type ExtensionType = (typeof EXTENSION_TYPES)[number];

/** Something that can be dialled inside: a person's phone, a number outside, or another object under a short number. */
export const extensionSchema = z
  .strictObject({
    number: extensionNumberSchema,
    type: z.enum(EXTENSION_TYPES, `use a type of ${EXTENSION_TYPES.join(', ')}`).default('user'),
    name: labelSchema.default(''),
    status: statusSchema,
    callerId: e164Schema.optional(),
    forwardTo: z
      .string('write the number to forward to in quotes')
      .refine(
        (text) => E164.test(text) || /^[0-9]{2,6}$/.test(text),
        'forward to a number in E.164 or to an extension number',
      )
      .optional(),
    target: targetSchema.optional(),
  })
  .superRefine((extension, context) => {
    for (const problem of extensionProblems(extension)) {
      context.addIssue({ code: 'custom', path: [problem.field], message: problem.message });
    }
  });

export type Extension = Readonly<z.output<typeof extensionSchema>>;

interface FieldsByType {
  readonly type: ExtensionType;
  readonly callerId?: string | undefined;
  readonly forwardTo?: string | undefined;
  readonly target?: string | undefined;
}

/** Fields an extension of this type needs but lacks, or has but cannot use. */
function extensionProblems(extension: FieldsByType): { field: string; message: string }[] {
  const { type } = extension;
  const problems: { field: string; message: string }[] = [];
  const refuse = (field: string, message: string) => problems.push({ field, message });
  if (type !== 'user' && extension.callerId !== undefined) refuse('callerId', 'only a user extension has a callerId');
  if (type === 'forward' && extension.forwardTo === undefined) {
    refuse('forwardTo', 'a forward extension needs forwardTo, e.g. "+12125550177"');
  }
  if (type !== 'forward' && extension.forwardTo !== undefined) {
    refuse('forwardTo', 'only a forward extension has forwardTo');
  }
  if (type === 'user' || type === 'forward') {
    if (extension.target !== undefined) refuse('target', `a ${type} extension has no target`);
    return problems;
  }
  const wanted = POINTING_TYPES[type];
  if (extension.target === undefined) {
    refuse('target', `a ${type} extension needs a target, e.g. "${wanted}:name"`);
  } else {
    const target = parseTarget(extension.target);
    // A string is already reported by the target's own schema.
    if (typeof target !== 'string' && target.type !== wanted) {
      refuse('target', `a ${type} extension points to ${wanted}:name, not to ${target.type}`);
    }
  }
  return problems;
}
