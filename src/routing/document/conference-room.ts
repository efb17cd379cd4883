import { z } from 'zod';
import { nameSchema, statusSchema, wholeNumber } from './common.ts';

const flag = (initial: boolean) => z.boolean('use true or false').default(initial);
const pinSchema = z
  .string('put the PIN in quotes: "4321"')
  .regex(/^[0-9]{1,20}$/, 'use 1 to 20 digits')
  .optional();

/** A room that callers share. Cloudonix takes at most 250 participants (CXML reference 2.8.4). */
export const conferenceRoomSchema = z
  .strictObject({
    name: nameSchema,
    status: statusSchema,
    /** What guests type to come in. */
    pin: pinSchema,
    /** Who types this is the host. */
    hostPin: pinSchema,
    maxParticipants: wholeNumber(2, 250).default(25),
    muteOnEntry: flag(false),
    /** Guests hear music until a host is there. */
    waitForHost: flag(false),
    endWhenHostLeaves: flag(false),
    announceJoinLeave: flag(false),
    /** Music while somebody is alone, or waits. */
    holdMusic: flag(true),
    record: flag(false),
    /** Who speaks is told; how soon a pause is the end of it. Absent: nobody asks. */
    talkDetection: z.enum(['normal', 'quick', 'lazy'], 'use normal, quick or lazy').optional(),
  })
  .superRefine((room, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (room.hostPin !== undefined && room.hostPin === room.pin)
      refuse('hostPin', 'the PIN of the host must differ from the PIN of the guests');
    if (room.hostPin !== undefined) return;
    if (room.waitForHost) refuse('waitForHost', 'nobody can be the host: add hostPin');
    if (room.endWhenHostLeaves) refuse('endWhenHostLeaves', 'nobody can be the host: add hostPin');
  });

export type ConferenceRoom = Readonly<z.output<typeof conferenceRoomSchema>>;
