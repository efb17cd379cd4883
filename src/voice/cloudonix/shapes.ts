import { z } from 'zod';

/*
 * What Cloudonix answers with, as far as we use it (reference/cloudonix.md 5.6 to 5.10). Ids come as numbers or text, null
 * is absent, and everything else is dropped here: trunks come with their passwords in the clear.
 */

const id = z.union([z.string(), z.number()]).transform(String);
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);
/** Absent means on: older answers leave it out. */
const flag = (absent: boolean) =>
  z
    .boolean()
    .nullish()
    .transform((value) => value ?? absent);

export const domainShape = z.object({
  id: id.optional(),
  domain: text,
  uuid: text,
  active: flag(true),
  /** A number, or in some answers the application itself. */
  defaultApplication: z
    .union([id, z.object({ id }).transform((application) => application.id)])
    .nullish()
    .transform((value) => value ?? undefined),
  profile: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((value) => value ?? {}),
});

export const applicationShape = z.object({
  id,
  name: z.string(),
  type: text,
  url: text,
  method: text,
  active: flag(true),
});

export const subscriberShape = z.object({ id: id.optional(), msisdn: id, active: flag(true) });

export const trunkShape = z.object({
  id: id.optional(),
  name: z.string(),
  direction: text,
  ip: text,
  transport: text,
  active: flag(true),
});

export const dnidShape = z.object({
  id: id.optional(),
  source: id.nullish().transform((value) => value ?? undefined),
  dnid: text,
  prefix: flag(false),
  asteriskCompatible: flag(false),
  applicationId: id.nullish().transform((value) => value ?? undefined),
  active: flag(true),
});

export type CloudonixDomain = Readonly<z.output<typeof domainShape>>;
export type CloudonixApplication = Readonly<z.output<typeof applicationShape>>;
export type CloudonixSubscriber = Readonly<z.output<typeof subscriberShape>>;
export type CloudonixTrunk = Readonly<z.output<typeof trunkShape>>;
export type CloudonixDnid = Readonly<z.output<typeof dnidShape>>;
