import { isSupportedCountry } from 'libphonenumber-js/min';
import { z } from 'zod';
import { e164Schema, extensionNumberSchema, labelSchema, listOf, nameSchema } from './common.ts';
import { outboundPermissionSchema, recordingModeSchema, usageLimitsSchema } from './policy.ts';
import { promptSchema } from './prompt.ts';

/** What a feature code does. */
const FEATURES = ['voicemail', 'conference', 'night_mode'] as const;

/** Keys that a phone of ours dials to have something done. */
const featureCodeSchema = z.strictObject({
  code: z.string('put the code in quotes: "*97"').regex(/^[*#][0-9]{1,5}$/, 'use * or # and 1 to 5 digits, e.g. "*97"'),
  action: z.enum(FEATURES, `use ${FEATURES.join(', ')}`),
  /** For night_mode: the schedules it switches; all of them when it names none. */
  schedules: z.array(nameSchema, 'list the names of business hours').optional(),
  /** Who may use it; every user extension when it names none. */
  extensions: z.array(extensionNumberSchema, 'list extension numbers').optional(),
});

export type FeatureCode = Readonly<z.output<typeof featureCodeSchema>>;

/** The codes of an organization that says nothing about them. */
const STANDARD_CODES = [
  { code: '*97', action: 'voicemail' },
  { code: '*8', action: 'conference' },
  { code: '*60', action: 'night_mode' },
] as const;

/** How all calls of an organization are treated: who may call where, under which number, how much, and what is kept. */
export const voicePolicySchema = z.strictObject({
  /** Whose national number spellings are understood; the country of the main number when absent. */
  region: z
    .string('the region must be text')
    .refine(isSupportedCountry, 'use the two capital letters of a country, e.g. US')
    .optional(),
  /** Shown outside when neither the extension nor its user has a number of their own; the main number when absent. */
  callerId: e164Schema.optional(),
  /** The number of each person, by the `user` of their extensions. */
  userCallerIds: z.record(labelSchema, e164Schema, 'write user: "number"').default({}),
  /** Numbers that may be shown although no call reaches them here, because a carrier has verified that they are ours. */
  verifiedCallerIds: listOf(e164Schema),
  /** How far a phone may call unless its extension says otherwise. */
  outbound: outboundPermissionSchema.default('international'),
  limits: z
    .strictObject({
      /** For each extension that has no limits of its own. */
      extension: usageLimitsSchema.default({}),
      /** For all calls to the outside together. */
      organization: usageLimitsSchema.default({}),
    })
    .prefault({}),
  recording: z
    .strictObject({
      mode: recordingModeSchema.default('none'),
      /** Whether callers are told before they are connected. */
      announce: z.boolean('use true or false').default(true),
      announcement: promptSchema.optional(),
    })
    .prefault({}),
  emergency: z
    .strictObject({
      /** Tried first; then every trunk there is. */
      trunk: z.string('the trunk must be text').min(1, 'name the trunk').max(255).optional(),
      /** What the emergency services see, and call back; it should lead to the place where people are. */
      callerId: e164Schema.optional(),
      /** Besides those of the region. */
      numbers: z.array(z.string().regex(/^[0-9]{2,6}$/, 'use 2 to 6 digits'), 'list the emergency numbers').default([]),
    })
    .prefault({}),
  featureCodes: z.array(featureCodeSchema, 'list the feature codes').default(() => [...STANDARD_CODES]),
});

export type VoicePolicy = Readonly<z.output<typeof voicePolicySchema>>;
