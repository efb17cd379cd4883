import { z } from 'zod';
import { nameSchema, statusSchema, wholeNumber } from './common.ts';

/** A room that callers share. Cloudonix takes at most 250 participants (CXML reference 2.8.4). */
export const conferenceRoomSchema = z.strictObject({
  name: nameSchema,
  status: statusSchema,
  pin: z
    .string('put the PIN in quotes: "4321"')
    .regex(/^[0-9]{1,20}$/, 'use 1 to 20 digits')
    .optional(),
  maxParticipants: wholeNumber(2, 250).default(25),
  muteOnEntry: z.boolean('use true or false').default(false),
  announceJoinLeave: z.boolean('use true or false').default(false),
});

export type ConferenceRoom = Readonly<z.output<typeof conferenceRoomSchema>>;
