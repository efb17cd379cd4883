import { z } from 'zod';
import { assertNever } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { APPLICATION_NAME, type Change, type Drift } from '../rules/cloudonix-drift.ts';
import { type CloudonixReport, cloudonixReportSchema, needsSync, reportOf } from './check.ts';
import type { CloudonixClient } from './client.ts';
import type { CloudonixDeps } from './deps.ts';
import { openCloudonix } from './open.ts';
import { passwordFor } from './subscriber-passwords.ts';
import { type Survey, survey } from './survey.ts';

/** A sync that Cloudonix slows down ends after this many changes; the next one goes on where it stopped. */
const MOST_CHANGES = 150;

export const cloudonixSyncSchema = z.strictObject({
  dryRun: z.boolean().default(false),
  /** Also give each number of ours a DNID of its own. */
  numbers: z.boolean().default(false),
});

export const cloudonixSyncResultSchema = cloudonixReportSchema.extend({
  applied: z.int().meta({ description: 'Changes made at Cloudonix.' }),
  left: z.int().meta({ description: 'Changes still to make: run it again.' }),
});

export type CloudonixSyncResult = CloudonixReport & { readonly applied: number; readonly left: number };

/**
 * Makes the Cloudonix side what this side says: profile, voice application, subscribers. A second run changes nothing. What
 * fails throws, and what was done before it stays done and is not done again.
 */
export async function syncCloudonix(
  context: Context,
  deps: CloudonixDeps,
  options: z.output<typeof cloudonixSyncSchema>,
): Promise<CloudonixSyncResult> {
  context.require('voice.cloudonix_settings.write');
  const { settings, client } = await openCloudonix(context, deps);
  const before = await survey(context, deps, settings, client);
  const todo = before.drift.filter(
    (drift) => needsSync(drift) || (options.numbers && drift.change?.kind === 'create-dnid'),
  );
  const report = reportOf(settings.domain, before);
  if (options.dryRun || todo.length === 0) return { ...report, applied: 0, left: options.dryRun ? todo.length : 0 };
  const chosen = todo.slice(0, MOST_CHANGES);
  const done: Drift[] = [];
  try {
    await applyAll(context, client, before, chosen, done);
  } finally {
    if (done.length > 0) await noteSync(context, settings.domain, done);
  }
  return {
    ...report,
    isInStep: todo.length === chosen.length,
    applied: done.length,
    left: todo.length - chosen.length,
  };
}

async function applyAll(
  context: Context,
  client: CloudonixClient,
  { wanted }: Survey,
  chosen: readonly Drift[],
  done: Drift[],
): Promise<void> {
  const profile = chosen.filter(({ change }) => change?.kind === 'profile');
  if (profile.length > 0) {
    const entries = profile.flatMap(({ change }) => (change?.kind === 'profile' ? [[change.key, change.value]] : []));
    await client.putProfile(Object.fromEntries(entries));
    done.push(...profile);
  }
  for (const drift of chosen) {
    if (drift.change === undefined || drift.change.kind === 'profile') continue;
    await apply(context, client, wanted.voiceUrl, drift.change);
    done.push(drift);
  }
}

async function apply(
  context: Context,
  client: CloudonixClient,
  url: string,
  change: Exclude<Change, { readonly kind: 'profile' }>,
): Promise<void> {
  switch (change.kind) {
    case 'create-application':
      await client.createApplication({ name: APPLICATION_NAME, url });
      return;
    case 'update-application':
      return client.updateApplication({ name: APPLICATION_NAME, url });
    case 'default-application': {
      // It may have been made a moment ago, and its id is Cloudonix's to give.
      const application = (await client.applications()).find(({ name }) => name === APPLICATION_NAME);
      if (application === undefined) throw new Error('the application that was just made is not listed');
      return client.setDefaultApplication(application.id);
    }
    case 'create-subscriber':
      return client.createSubscriber(change.number, await passwordFor(context, change.number));
    case 'set-subscriber-active':
      return client.updateSubscriber(change.number, { active: change.active });
    case 'create-dnid':
      return client.createDnid(APPLICATION_NAME, change.number);
    default:
      return assertNever(change);
  }
}

async function noteSync(context: Context, domain: string, done: readonly Drift[]): Promise<void> {
  await context.audit({
    action: 'voice.cloudonix.sync',
    entityType: 'Cloudonix domain',
    entityId: domain,
    after: done.map(({ object, name, action }) => `${action} ${object} ${name}`),
  });
}
