import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyOrganizationFile, readOrganizationFile } from '../../configuration/index.ts';
import type { Clock } from '../../core/clock.ts';
import { Context } from '../../db/context.ts';
import type { Database } from '../../db/open.ts';
import { createSignInCode, ensureApiKey, listOrganizations, organizationBySlug } from '../../identity/index.ts';
import type { SecretBox } from '../../platform/secrets.ts';

/** What a newcomer is shown: how to get in, and what to paste. */
export interface Demo {
  readonly signInCode: string;
  readonly apiKey: string;
  readonly domain: string;
  readonly requestsApiKey: string;
}

export const DEMO_FILE = new URL('./demo.yaml', import.meta.url);
const KEY_FILE = 'demo-api-key';

/**
 * Makes the demo organization in an installation that is empty or has only the demo, and a key for it that stays the same
 * over restarts. Undefined as soon as there is an organization of somebody's own: nobody wants a demo beside their calls.
 */
export async function prepareDemo(options: {
  readonly database: Database;
  readonly secrets: SecretBox;
  readonly clock: Clock;
  readonly dataDirectory: string;
}): Promise<Demo | undefined> {
  const { database, secrets, clock, dataDirectory } = options;
  const read = readOrganizationFile(await readFile(DEMO_FILE, 'utf8'));
  if (!read.ok) throw new Error(`the demo does not pass its own checks: ${JSON.stringify(read.problems)}`);
  const { organization, cloudonix } = read.value;
  const others = (await listOrganizations(database.orm)).filter(({ slug }) => slug !== organization.slug);
  if (others.length > 0 || cloudonix === undefined) return undefined;

  const authority = {
    db: database.orm,
    actor: { kind: 'system', id: null, name: 'demo' },
    can: () => true,
    clock,
    secrets,
  } as const;
  const existing = await organizationBySlug(database.orm, organization.slug);
  // Once it is there it is the visitor's to change.
  const organizationId = existing?.id ?? (await applyOrganizationFile(authority, read.value)).organizationId;
  const context = new Context({ ...authority, organizationId });
  const apiKey = keptKey(join(dataDirectory, KEY_FILE));
  await ensureApiKey(context, 'demo', apiKey);
  const { code } = await createSignInCode(context);
  return { signInCode: code, apiKey, domain: cloudonix.domain, requestsApiKey: cloudonix.requestsApiKey };
}

function keptKey(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    const key = `sh_${randomBytes(32).toString('base64url')}`;
    writeFileSync(path, `${key}\n`, { mode: 0o600 });
    return key;
  }
}
