import { and, eq, inArray, or } from 'drizzle-orm';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import type { Db } from '../../db/open.ts';
import { settings } from '../../db/schema/index.ts';
import { getTeam } from '../team/teams.ts';
import { parseInput } from '../validation.ts';

export const SETTING_SCOPES = ['platform', 'organization', 'team', 'user'] as const;

export type SettingScope = (typeof SETTING_SCOPES)[number];

interface Definition {
  readonly description: string;
  readonly schema: z.ZodType;
  readonly fallback: unknown;
  /** Where it may be set; the nearest to the person wins. */
  readonly scopes: readonly SettingScope[];
}

const days = z.int().min(1).max(36_500).nullable();

/** Every setting there is: its type, its default, and where it may be set. */
const SETTINGS = {
  'retention.messages_days': retention('texts'),
  'retention.calls_days': retention('calls and their CDRs'),
  'retention.recordings_days': retention('voicemail recordings'),
  'retention.audit_days': retention('audit rows'),
  'console.theme': {
    description: 'How the console looks.',
    schema: z.enum(['system', 'light', 'dark']),
    fallback: 'system',
    scopes: ['organization', 'user'],
  },
  'console.language': {
    description: 'The language of the console (BCP 47).',
    schema: z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'use a tag such as en or pt-BR'),
    fallback: 'en',
    scopes: ['platform', 'organization', 'user'],
  },
  'transfers.default_queue': {
    description: 'The worker queue that new transfers of the team use.',
    schema: z.string().max(100),
    fallback: 'default',
    scopes: ['organization', 'team'],
  },
} as const satisfies Record<string, Definition>;

export type SettingKey = keyof typeof SETTINGS;

function retention(what: string): Definition {
  return {
    description: `After how many days ${what} are removed; null keeps them.`,
    schema: days,
    fallback: null,
    scopes: ['platform', 'organization'],
  };
}

/** The whole installation has one row of each key, under this id. */
const PLATFORM_ID = '00000000-0000-0000-0000-000000000000';

/** Whose settings count for somebody, the farthest first. */
export interface SettingOwner {
  readonly organizationId: string;
  readonly teamId?: string | undefined;
  readonly userId?: string | undefined;
}

export const settingSchema = z.object({
  key: z.string(),
  value: z.unknown(),
  source: z.enum(['default', ...SETTING_SCOPES]).meta({ description: 'Where the value that counts was set.' }),
  description: z.string(),
  scopes: z.array(z.enum(SETTING_SCOPES)),
});

export type SettingView = z.output<typeof settingSchema>;

/** Every setting as it counts for an owner: user before team before organization before platform before the default. */
export async function readSettings(db: Pick<Db, 'select'>, owner: SettingOwner): Promise<readonly SettingView[]> {
  const wanted: readonly (readonly [SettingScope, string | undefined])[] = [
    ['platform', PLATFORM_ID],
    ['organization', owner.organizationId],
    ['team', owner.teamId],
    ['user', owner.userId],
  ];
  const rows = await db
    .select()
    .from(settings)
    .where(
      or(
        ...wanted.flatMap(([scope, id]) =>
          id === undefined ? [] : [and(eq(settings.scope, scope), eq(settings.scopeId, id))],
        ),
      ),
    );
  return Object.entries<Definition>(SETTINGS).map(([key, { description, schema, fallback, scopes }]) => {
    const found = [...wanted]
      .reverse()
      .map(([scope]) => rows.find((row) => row.key === key && row.scope === scope && scopes.includes(scope)))
      // A value that a newer version no longer takes counts as not set.
      .find((row) => row !== undefined && schema.safeParse(row.value).success);
    return {
      key,
      value: found === undefined ? fallback : found.value,
      source: found === undefined ? 'default' : found.scope,
      description,
      scopes: [...scopes],
    };
  });
}

/** The retention of every organization that has one, for the job that keeps it. */
export async function retentionOf(db: Pick<Db, 'select'>, organizationIds: readonly string[]) {
  const keys = Object.keys(SETTINGS).filter((key) => key.startsWith('retention.'));
  const rows = await db
    .select()
    .from(settings)
    .where(and(inArray(settings.key, keys), inArray(settings.scopeId, [PLATFORM_ID, ...organizationIds])));
  return (organizationId: string, key: SettingKey): number | null => {
    const row =
      rows.find((candidate) => candidate.key === key && candidate.scopeId === organizationId) ??
      rows.find((candidate) => candidate.key === key && candidate.scopeId === PLATFORM_ID);
    const parsed = days.safeParse(row?.value);
    return parsed.success ? parsed.data : null;
  };
}

export const settingInputSchema = z.strictObject({
  scope: z.enum(SETTING_SCOPES),
  team: z.guid().optional().meta({ description: 'Which one, for the scope team.' }),
  value: z.unknown().meta({ description: 'Of the type of the setting; null where that takes it.' }),
});

/**
 * Sets a value. The organization's needs `identity.setting.write`, a team's its `identity.team.write`, the platform's
 * `platform.setting.write`; one's own needs nothing. Throws `setting.unknown`, `setting.scope` and `validation.failed`.
 */
export async function putSetting(
  context: Context,
  key: string,
  input: unknown,
  userId: string | undefined,
): Promise<void> {
  const wish = parseInput(settingInputSchema, input);
  const definition = definitionOf(key);
  if (!definition.scopes.includes(wish.scope)) throw wrongScope(key, definition);
  const value = parseInput(z.object({ value: definition.schema }), { value: wish.value }).value;
  const scopeId = await ownerOf(context, wish, userId);
  await context.transaction(async (inner) => {
    const isIt = and(eq(settings.scope, wish.scope), eq(settings.scopeId, scopeId), eq(settings.key, key));
    const [before] = await inner.db.select().from(settings).where(isIt);
    await inner.db
      .insert(settings)
      .values({ scope: wish.scope, scopeId, key, value })
      .onConflictDoUpdate({ target: [settings.scope, settings.scopeId, settings.key], set: { value } });
    await inner.audit({
      action: 'identity.setting.change',
      entityType: 'setting',
      entityId: `${wish.scope}/${key}`,
      before: before === undefined ? undefined : { value: before.value },
      after: { value },
    });
  });
}

/** Takes a value away again, so that the next wider one counts. Removing none changes nothing. */
export async function deleteSetting(
  context: Context,
  key: string,
  owner: { readonly scope: SettingScope; readonly team?: string | undefined },
  userId: string | undefined,
): Promise<void> {
  definitionOf(key);
  const scopeId = await ownerOf(context, owner, userId);
  await context.transaction(async (inner) => {
    const removed = await inner.db
      .delete(settings)
      .where(and(eq(settings.scope, owner.scope), eq(settings.scopeId, scopeId), eq(settings.key, key)))
      .returning({ value: settings.value });
    if (removed.length === 0) return;
    await inner.audit({
      action: 'identity.setting.reset',
      entityType: 'setting',
      entityId: `${owner.scope}/${key}`,
      before: { value: removed[0]?.value },
    });
  });
}

async function ownerOf(
  context: Context,
  { scope, team }: { readonly scope: SettingScope; readonly team?: string | undefined },
  userId: string | undefined,
): Promise<string> {
  switch (scope) {
    case 'platform':
      context.require('platform.setting.write');
      return PLATFORM_ID;
    case 'organization':
      context.require('identity.setting.write');
      return context.organizationId;
    case 'team':
      if (team === undefined) throw needsTeam();
      context.require('identity.team.write', { teamId: team });
      // Whoever may write every team may do so in their own organization only.
      return (await getTeam(context.withPermissions(['identity.team.read']), team)).id;
    case 'user':
      if (userId === undefined) throw needsPerson();
      return userId;
  }
}

function definitionOf(key: string): Definition {
  if (Object.hasOwn(SETTINGS, key)) return SETTINGS[key as SettingKey];
  throw new AppError({
    code: 'setting.unknown',
    kind: 'missing',
    detail: `There is no setting "${key}". GET /api/v1/settings lists them.`,
  });
}

function wrongScope(key: string, { scopes }: Definition): AppError {
  const message = `${key} is set for ${scopes.join(' or ')}`;
  return new AppError({
    code: 'setting.scope',
    kind: 'invalid',
    detail: `scope: ${message}`,
    problems: [{ path: 'scope', message }],
  });
}

function needsTeam(): AppError {
  return new AppError({ code: 'team.missing', kind: 'invalid', detail: 'Say which team.' });
}

function needsPerson(): AppError {
  return new AppError({ code: 'setting.person', kind: 'invalid', detail: 'Only a person has settings of their own.' });
}
