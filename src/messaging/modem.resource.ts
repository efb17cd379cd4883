import { and, count, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Context } from '../db/context.ts';
import { notify } from '../db/notify.ts';
import type { Form, Resource } from '../db/resource.ts';
import { messageParts, modems } from '../db/schema/index.ts';
import { whyNotPattern } from './rules/balance.ts';

/** The names of the modem folder's profiles; a test holds the two lists against each other. */
export const PROFILE_NAMES = [
  'huawei',
  'zte',
  'quectel',
  'simcom',
  'telit',
  'sierra',
  'ublox',
  'siemens',
  'generic',
] as const;

const balanceSchema = z
  .strictObject({
    code: z
      .string('write the code in quotes')
      .regex(/^[*#0-9]{1,40}$/, 'a code has digits, * and #, like "*100#"')
      .meta({ examples: ['*100#'] }),
    pattern: z
      .string('write a regular expression')
      .superRefine((pattern, check) => {
        const why = whyNotPattern(pattern);
        if (why !== undefined) check.addIssue({ code: 'custom', message: why });
      })
      .default('([0-9][0-9., ]*)')
      .meta({ description: 'Finds the amount in the reply; its first group, or all of it.' }),
    below: z.number('use a number').meta({ description: 'Alarm under this amount.' }),
    everyHours: z.number('use hours').min(1, 'use 1 to 720').max(720, 'use 1 to 720').default(24),
  })
  .meta({ description: 'Asks the credit of the SIM by USSD and raises an alarm when it is low.' });

const limit = (description: string) =>
  z
    .int('use a whole number')
    .min(1, 'use at least 1')
    .max(1_000_000, 'use at most 1000000')
    .optional()
    .meta({ description });

/** A modem as people configure it. */
const modemSchema = z.strictObject({
  name: z
    .string('give the modem a name')
    .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}$/, 'use 1 to 63 letters, digits, spaces, dots, hyphens or underscores')
    .meta({ examples: ['m1'] }),
  path: z
    .string('name the port of the modem')
    .refine(
      isPath,
      'use a device like /dev/ttyUSB0, imei: or iccid: with the number, tcp://host:port, or sim: for the simulator',
    )
    .meta({ examples: ['/dev/ttyUSB0'] }),
  baudRate: z
    .int('use a whole number')
    .min(300, 'use 300 to 4000000')
    .max(4_000_000, 'use 300 to 4000000')
    .default(115_200),
  flowControl: z
    .boolean('use true or false')
    .default(false)
    .meta({ description: 'RTS and CTS of a wired port are connected and to be used.' }),
  pin: z
    .string('write the PIN in quotes')
    .regex(/^[0-9]{4,8}$/, 'a PIN has 4 to 8 digits; write it in quotes so that leading zeros stay')
    .optional(),
  profile: z
    .enum(PROFILE_NAMES, `use one of ${PROFILE_NAMES.join(', ')}`)
    .optional()
    .meta({ description: 'How its make departs from the standard; absent: chosen by what it says of itself.' }),
  balance: balanceSchema.optional(),
  region: z
    .string('write the country in quotes')
    .regex(/^[A-Z]{2}$/, 'use the two letters of the country, like "FI"')
    .optional()
    .meta({ description: 'Country of the SIM, for national spellings of senders; default: that of the organization.' }),
  weight: z
    .int('use a whole number')
    .min(0, 'use 0 to 1000')
    .max(1000, 'use 0 to 1000')
    .default(1)
    .meta({ description: 'Share of new messages; 0: only what is sent to it by name, route or as an answer.' }),
  maxPerMinute: limit('Message parts a minute.'),
  maxPerHour: limit('Message parts an hour.'),
  maxPerDay: limit('Message parts in 24 hours.'),
  maxRecipientsPerDay: limit('Different numbers in 24 hours.'),
  jitterSeconds: z
    .int('use whole seconds')
    .min(0, 'use 0 to 600')
    .max(600, 'use 0 to 600')
    .optional()
    .meta({ description: 'Up to so long a random pause before each part.' }),
  status: z.enum(['active', 'inactive'], 'use active or inactive').default('active'),
});

/** Modems for the API and the configuration file. */
export const modemResource: Resource = {
  path: 'modems',
  section: 'modems',
  noun: 'modem',
  permission: 'sms.modem',
  table: modems,
  schema: modemSchema,
  key: 'name',
  secrets: ['pin'],
  filters: ['name', 'status'],
  sorts: ['name'],
  usedBy: waitingFor,
  changed: (context) => context.beforeCommit('sms.modem', announce),
};

function isPath(path: string): boolean {
  // Not only /dev: a pseudo terminal or a stable link to a port may lie anywhere.
  if (/^\/[^\s]*[^\s/]$/.test(path) || /^COM[0-9]{1,3}$/i.test(path)) return true;
  if (/^sim:[^\s]*$/.test(path) || /^(imei:\d{14,16}|iccid:\d{18,20})$/.test(path)) return true;
  const tcp = /^tcp:\/\/(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):([0-9]{1,5})$/.exec(path);
  return tcp !== null && Number(tcp[2]) >= 1 && Number(tcp[2]) <= 65_535;
}

/** Tells the processes that run modems. */
function announce(context: Context): Promise<void> {
  return notify(context.db, { topic: 'modem', organizationId: context.organizationId });
}

/** Messages bound to it would wait for ever; what is over keeps its history without it. */
async function waitingFor(context: Context, form: Form): Promise<readonly string[]> {
  const [row] = await context.db
    .select({ waiting: count() })
    .from(messageParts)
    .innerJoin(modems, and(eq(modems.organizationId, messageParts.organizationId), eq(modems.id, messageParts.modemId)))
    .where(
      and(
        eq(messageParts.organizationId, context.organizationId),
        sql`${messageParts.status} in ('queued', 'submitting')`,
        eq(modems.name, String(form.name)),
      ),
    );
  const waiting = row?.waiting ?? 0;
  return waiting === 0 ? [] : [`${waiting} unsent ${waiting === 1 ? 'part of a message' : 'parts of messages'}`];
}
