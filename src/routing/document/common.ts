import { z } from 'zod';
import { E164 } from '../../core/e164.ts';

/** Text that a YAML author may have left unquoted: `number: 101` reads as a number, and 0101 would lose its zero. */
function quotedText(what: string) {
  return z.string({
    error: (issue) =>
      typeof issue.input === 'number'
        ? `put ${what} in quotes: "${issue.input}"`
        : issue.input === undefined
          ? `${what} is missing`
          : `${what} must be text in quotes`,
  });
}

/** The natural key of a named object; it is what targets point to (`ring_group:sales`). */
export const nameSchema = quotedText('the name')
  .trim()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u,
    'use 1 to 64 letters, digits, spaces, dots, hyphens or underscores, starting with a letter or digit',
  );

/** What a handset inside dials. */
export const extensionNumberSchema = quotedText('the extension number').regex(
  /^[0-9]{2,6}$/,
  'use 2 to 6 digits for an extension number',
);

/** A telephone number in the one spelling that is stored. */
export const e164Schema = quotedText('the number').regex(
  E164,
  'write the number in E.164: "+", country code, number, no spaces, e.g. "+12125550100"',
);

/** Free words for people. */
export const labelSchema = z.string('must be text').trim().max(255, 'use at most 255 characters');

/** Inactive objects stay in the file but take no calls. */
export const statusSchema = z.enum(['active', 'inactive'], 'use active or inactive').default('active');

/** An IANA zone that this runtime knows. */
export const timezoneSchema = z
  .string('the timezone is missing')
  .refine(isTimezone, 'use an IANA time zone such as America/New_York');

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** A whole number within bounds, with a message that names them. */
export function wholeNumber(minimum: number, maximum: number) {
  const message = `use a whole number from ${minimum} to ${maximum}`;
  return z.int(message).min(minimum, message).max(maximum, message);
}

/** A list that may be left out. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item, 'must be a list').default([]);
}
