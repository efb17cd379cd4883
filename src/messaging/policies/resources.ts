import { z } from 'zod';
import type { Context } from '../../db/context.ts';
import { notify } from '../../db/notify.ts';
import type { Form, Resource } from '../../db/resource.ts';
import { smsPolicies, smsRoutes, smsSuppressions } from '../../db/schema/index.ts';
import { ENCODING_POLICIES, referenceBits } from '../messages/encoding.ts';
import { QUOTA_UNITS } from '../rules/quota-window.ts';

const prefix = z
  .string('write the prefix in quotes')
  .regex(
    /^(\+[1-9][0-9]{0,14}|[0-9]{1,8})$/,
    'use + and the beginning of a number, like "+49", or digits of a short code',
  );

const timeOfDay = z
  .string('write the time in quotes')
  .regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'use HH:MM, like "21:30"');

const policySchema: z.ZodType<Form> = z
  .strictObject({
    name: z
      .string('give the policy a name')
      .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}$/, 'use 1 to 63 letters, digits, spaces, dots, hyphens or underscores'),
    apiKey: z
      .string('name an API key')
      .min(1, 'name an API key')
      .optional()
      .meta({ description: 'Holds for what this API key sends; absent: for the whole organization.' }),
    person: z
      .string('name a person')
      .min(1, 'name a person')
      .optional()
      .meta({ description: 'Holds for what this person sends, named by callsign or e-mail address.' }),
    quotaLimit: z.int('use a whole number').min(1, 'use at least 1').max(1_000_000_000).optional(),
    quotaUnit: z.enum(QUOTA_UNITS, 'use day, week, month or year').optional(),
    restrictToContacts: z.boolean('use true or false').default(false),
    allowedPrefixes: z.array(prefix, 'must be a list').min(1, 'list at least one prefix, or leave it out').optional(),
    encoding: z.enum(ENCODING_POLICIES, `use one of ${ENCODING_POLICIES.join(', ')}`).optional(),
    referenceBits: referenceBits.optional().meta({
      description: 'Of the reference that the parts of a long text share. Default 8, which every telephone reads.',
    }),
    quietFrom: timeOfDay.optional(),
    quietUntil: timeOfDay.optional(),
    timezone: z
      .string('name a time zone')
      .refine(isZone, 'use a zone of the IANA database, like "Europe/Helsinki"')
      .optional()
      .meta({ description: 'Of quota windows and quiet hours; default: that of the organization.' }),
    unknownSlices: z
      .enum(['hold', 'resend'], 'use hold or resend')
      .optional()
      .meta({ description: 'When nobody can tell whether a part went out and no report comes. Default hold.' }),
    partialAfterMinutes: z
      .int('use whole minutes')
      .min(1, 'use 1 to 10080')
      .max(10_080, 'use 1 to 10080')
      .optional()
      .meta({ description: 'How long a received text waits for its missing parts. Default 10.' }),
  })
  .superRefine((policy, check) => {
    const together = (left: keyof typeof policy, right: keyof typeof policy) => {
      if ((policy[left] === undefined) === (policy[right] === undefined)) return;
      const missing = policy[left] === undefined ? left : right;
      check.addIssue({ code: 'custom', path: [missing], message: `${left} and ${right} go together` });
    };
    together('quotaLimit', 'quotaUnit');
    together('quietFrom', 'quietUntil');
    if (policy.apiKey !== undefined && policy.person !== undefined) {
      check.addIssue({
        code: 'custom',
        path: ['person'],
        message: 'a policy is of an API key or of a person, not both',
      });
    }
    if (policy.apiKey === undefined && policy.person === undefined) return;
    for (const field of ['quietFrom', 'quietUntil', 'unknownSlices', 'partialAfterMinutes'] as const) {
      if (policy[field] !== undefined) {
        check.addIssue({
          code: 'custom',
          path: [field],
          message: 'only the policy of the whole organization has this',
        });
      }
    }
  });

const announce = (context: Context) =>
  context.beforeCommit('sms.modem', (inner) =>
    notify(inner.db, { topic: 'modem', organizationId: inner.organizationId }),
  );

/** Quotas, filters, encoding, quiet hours and what follows doubt. */
export const policyResource: Resource = {
  path: 'sms-policies',
  section: 'smsPolicies',
  noun: 'SMS policy',
  permission: 'sms.policy',
  table: smsPolicies,
  schema: policySchema,
  key: 'name',
  filters: ['name', 'apiKey', 'person'],
  sorts: ['name'],
  changed: announce,
};

/** Which modems send to which numbers. */
export const routeResource: Resource = {
  path: 'sms-routes',
  section: 'smsRoutes',
  noun: 'SMS route',
  permission: 'sms.route',
  table: smsRoutes,
  schema: z.strictObject({
    prefix,
    modems: z
      .array(z.string('name a modem').min(1, 'name a modem'), 'must be a list')
      .min(1, 'name at least one modem'),
  }),
  key: 'prefix',
  filters: ['prefix'],
  sorts: ['prefix'],
};

/** Numbers that get no messages. */
export const suppressionResource: Resource = {
  path: 'sms-suppressions',
  section: 'smsSuppressions',
  noun: 'suppressed number',
  permission: 'sms.suppression',
  table: smsSuppressions,
  schema: z.strictObject({
    number: z
      .string('write the number in quotes')
      .regex(/^(\+[1-9][0-9]{6,14}|[0-9]{3,8})$/, 'use E.164, like "+12125550123", or a short code'),
    reason: z
      .enum(['opt_out', 'complaint', 'manual', 'import'], 'use opt_out, complaint, manual or import')
      .default('manual'),
    note: z.string('use text').max(500, 'use at most 500 characters').optional(),
  }),
  key: 'number',
  filters: ['number', 'reason'],
  sorts: ['number'],
};

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
