import { z } from 'zod';
import type { Context } from '../../db/context.ts';
import type { Drift } from '../rules/cloudonix-drift.ts';
import type { CloudonixDeps } from './deps.ts';
import { openCloudonix } from './open.ts';
import { type Survey, survey } from './survey.ts';

const driftSchema = z.object({
  object: z.enum(['domain', 'application', 'subscriber', 'number', 'trunk']),
  name: z.string(),
  here: z.string().meta({ description: 'What this installation says; secrets are not shown.' }),
  there: z.string().meta({ description: 'What Cloudonix says.' }),
  action: z
    .enum(['create', 'update', 'enable', 'disable', 'look'])
    .meta({ description: '`look`: a sync leaves it to a person.' }),
  advice: z.string().optional(),
});

/** The Cloudonix side as a check shows it. */
export const cloudonixReportSchema = z.object({
  domain: z.object({ name: z.string(), uuid: z.string().nullable(), active: z.boolean() }),
  isInStep: z.boolean().meta({ description: 'Nothing for a sync to do; `look` rows may remain.' }),
  drift: z.array(driftSchema),
  trunks: z.array(
    z.object({
      name: z.string(),
      direction: z.string().nullable(),
      address: z.string().nullable(),
      active: z.boolean(),
    }),
  ),
  numbers: z.array(z.object({ pattern: z.string(), application: z.string().nullable(), active: z.boolean() })),
});

export type CloudonixReport = Readonly<z.output<typeof cloudonixReportSchema>>;

/** Validates key and domain, and lays both sides beside each other. Changes nothing on either. */
export async function checkCloudonix(context: Context, deps: CloudonixDeps): Promise<CloudonixReport> {
  context.require('voice.cloudonix_settings.read');
  const { settings, client } = await openCloudonix(context, deps);
  return reportOf(settings.domain, await survey(context, deps, settings, client));
}

/** A survey without its secrets. */
export function reportOf(name: string, { domain, drift, trunks, dnids }: Survey): CloudonixReport {
  return {
    domain: { name: domain.domain ?? name, uuid: domain.uuid ?? null, active: domain.active },
    isInStep: !drift.some(needsSync),
    drift: drift.map(({ change: _, ...row }) => row),
    trunks: trunks.map((trunk) => ({
      name: trunk.name,
      direction: trunk.direction ?? null,
      address: trunk.ip ?? null,
      active: trunk.active,
    })),
    numbers: dnids.map((dnid) => ({
      pattern: dnid.source ?? dnid.dnid ?? '?',
      application: dnid.applicationId ?? null,
      active: dnid.active,
    })),
  };
}

/** Numbers without a DNID are answered by the default application, so they are no reason to sync. */
export function needsSync({ change }: Drift): boolean {
  return change !== undefined && change.kind !== 'create-dnid';
}
