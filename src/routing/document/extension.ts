import { z } from 'zod';
import { E164 } from '../../core/e164.ts';
import { e164Schema, extensionNumberSchema, labelSchema, statusSchema, wholeNumber } from './common.ts';
import { outboundPermissionSchema, recordingModeSchema, usageLimitsSchema } from './policy.ts';
import { parseTarget, type TargetType, targetSchema } from './target.ts';

/** An extension of one of these types stands for the object its `target` names. */
const POINTING_TYPES = {
  ring_group: 'ring_group',
  ivr: 'ivr_menu',
  conference: 'conference_room',
  ai_assistant: 'ai_assistant',
  ai_load_balancer: 'ai_load_balancer',
  custom_logic: 'custom_logic',
} as const satisfies Record<string, TargetType>;

const EXTENSION_TYPES = [
  'user',
  'forward',
  'ring_group',
  'ivr',
  'conference',
  'ai_assistant',
  'ai_load_balancer',
  'custom_logic',
  // Kept so that the number is taken and callers hear why; queues do not exist yet.
  'queue',
] as const;

export type ExtensionType = (typeof EXTENSION_TYPES)[number];

/** Fields that only some types have, and which. */
const FIELDS_OF_TYPES = {
  callerId: ['user'],
  user: ['user'],
  doNotDisturb: ['user'],
  ringTimeoutSeconds: ['user', 'forward'],
  onBusy: ['user', 'forward'],
  onNoAnswer: ['user', 'forward'],
  onOffline: ['user', 'forward'],
  outbound: ['user', 'forward'],
  outboundLimits: ['user', 'forward'],
  recording: ['user', 'forward'],
  forwardTo: ['forward'],
} as const satisfies Record<string, readonly ExtensionType[]>;

/** Something that can be dialled inside: a person's phone, a number outside, or another object under a short number. */
export const extensionSchema = z
  .strictObject({
    number: extensionNumberSchema,
    type: z.enum(EXTENSION_TYPES, `use a type of ${EXTENSION_TYPES.join(', ')}`).default('user'),
    name: labelSchema.default(''),
    status: statusSchema,
    /** The person whose phone it is, as in `voice.userCallerIds`. */
    user: labelSchema.optional(),
    callerId: e164Schema.optional(),
    /** Calls go straight to `onBusy`. */
    doNotDisturb: z.boolean('use true or false').default(false),
    /** `noAnswerTimeoutSeconds` of the organization when absent. */
    ringTimeoutSeconds: wholeNumber(1, 600).optional(),
    /** Where unanswered calls go. Busy and offline follow `onNoAnswer` when they name nothing of their own. */
    onBusy: targetSchema.optional(),
    onNoAnswer: targetSchema.optional(),
    onOffline: targetSchema.optional(),
    /** How far it may call, its limits and its recording, where they differ from the organization's. */
    outbound: outboundPermissionSchema.optional(),
    outboundLimits: usageLimitsSchema.optional(),
    recording: recordingModeSchema.optional(),
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

type FieldsByType = { readonly type: ExtensionType; readonly target?: string | undefined } & {
  readonly [Field in keyof typeof FIELDS_OF_TYPES]?: unknown;
};

/** Fields an extension of this type needs but lacks, or has but cannot use. */
function extensionProblems(extension: FieldsByType): { field: string; message: string }[] {
  const { type } = extension;
  const problems: { field: string; message: string }[] = [];
  const refuse = (field: string, message: string) => problems.push({ field, message });
  for (const [field, types] of Object.entries(FIELDS_OF_TYPES)) {
    const value = extension[field as keyof typeof FIELDS_OF_TYPES];
    const isSet = value !== undefined && value !== false;
    if (isSet && !(types as readonly ExtensionType[]).includes(type)) {
      refuse(field, `only a ${types.join(' or ')} extension has ${field === 'callerId' ? 'a callerId' : field}`);
    }
  }
  if (type === 'forward' && extension.forwardTo === undefined) {
    refuse('forwardTo', 'a forward extension needs forwardTo, e.g. "+12125550177"');
  }
  if (type === 'user' || type === 'forward' || type === 'queue') {
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
