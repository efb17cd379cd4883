import { z } from 'zod';
import { aiAssistantSchema } from './ai-assistant.ts';
import { aiLoadBalancerSchema } from './ai-load-balancer.ts';
import { blockListSchema } from './block-list.ts';
import { businessHoursSchema, hoursOverrideSchema } from './business-hours.ts';
import { listOf, nameSchema, timezoneSchema, wholeNumber } from './common.ts';
import { conferenceRoomSchema } from './conference-room.ts';
import { customLogicSchema } from './custom-logic.ts';
import { extensionSchema } from './extension.ts';
import { inboundBlacklistSchema } from './inbound-blacklist.ts';
import { ivrMenuSchema } from './ivr-menu.ts';
import { outboundWhitelistSchema } from './outbound-whitelist.ts';
import { phoneNumberSchema } from './phone-number.ts';
import { mediaNameSchema } from './prompt.ts';
import { ringGroupSchema } from './ring-group.ts';
import { voicePolicySchema } from './voice-policy.ts';
import { voicemailBoxSchema } from './voicemail-box.ts';

export const organizationSchema = z.strictObject({
  slug: z
    .string('the slug is missing')
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'use lower-case letters, digits and hyphens'),
  name: z.string('the name is missing').trim().min(1, 'the name is empty').max(255),
  timezone: timezoneSchema.default('UTC'),
});

export const voiceSettingsSchema = z.strictObject({
  /** Ring time of an extension. */
  noAnswerTimeoutSeconds: wholeNumber(1, 600).default(60),
});

/**
 * Everything the voice of one organization is made of, in the form of the configuration file. The schemas of the
 * single objects serve the file, the API and the console alike.
 */
export const planDocumentSchema = z.strictObject({
  organization: organizationSchema,
  settings: voiceSettingsSchema.default({ noAnswerTimeoutSeconds: 60 }),
  voice: voicePolicySchema.prefault({}),
  extensions: listOf(extensionSchema),
  numbers: listOf(phoneNumberSchema),
  ringGroups: listOf(ringGroupSchema),
  ivrMenus: listOf(ivrMenuSchema),
  businessHours: listOf(businessHoursSchema),
  conferenceRooms: listOf(conferenceRoomSchema),
  voicemailBoxes: listOf(voicemailBoxSchema),
  aiAssistants: listOf(aiAssistantSchema),
  aiLoadBalancers: listOf(aiLoadBalancerSchema),
  customLogic: listOf(customLogicSchema),
  inboundBlacklist: listOf(inboundBlacklistSchema),
  blockLists: listOf(blockListSchema),
  outboundWhitelist: listOf(outboundWhitelistSchema),
  /** Switched by hand while the service runs; no part of the configuration file, which says what holds otherwise. */
  hoursOverrides: listOf(hoursOverrideSchema.extend({ schedule: nameSchema })),
  /** Uploaded sounds: the path each is served at. Absent where nobody can know, as when a file is checked alone. */
  media: z.array(z.strictObject({ name: mediaNameSchema, path: z.string().startsWith('/') })).optional(),
});

export type PlanDocument = Readonly<z.output<typeof planDocumentSchema>>;
/** The document before defaults: what a person writes. */
export type PlanDocumentInput = z.input<typeof planDocumentSchema>;
