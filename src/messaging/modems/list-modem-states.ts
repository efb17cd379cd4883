import { and, asc, count, eq, isNotNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Context } from '../../db/context.ts';
import { messageParts, modems } from '../../db/schema/index.ts';
import type { ModemSnapshot } from '../ports.ts';
import { wordsOf } from '../rules/refusal.ts';

const STATES = [
  'inactive',
  'stopped',
  'absent',
  'opening',
  'pin',
  'initialising',
  'registering',
  'ready',
  'degraded',
  'resetting',
  'resting',
  'closed',
] as const;

/** A modem as GET /api/v1/modems shows it: its configuration without secrets, and what it last said of itself. */
export const modemStateSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  path: z.string(),
  baudRate: z.int(),
  status: z.enum(['active', 'inactive']),
  state: z.enum(STATES).meta({ description: '`stopped`: no process runs it. `inactive`: it is switched off.' }),
  since: z.iso.datetime().nullable(),
  cause: z.string().nullable().meta({ description: 'Why it is not ready.' }),
  signal: z.int().nullable().meta({ description: 'dBm' }),
  operator: z.string().nullable(),
  registration: z.string().nullable(),
  imei: z.string().nullable(),
  imsi: z.string().nullable(),
  model: z.string().nullable(),
  profile: z.string().nullable().meta({ description: 'The vendor profile in use.' }),
  pinTriesLeft: z.int().nullable().meta({ description: 'Tries left before the SIM locks, while it wants its PIN.' }),
  temperature: z.number().nullable().meta({ description: 'degrees Celsius' }),
  voltage: z.number().nullable(),
  errors: z.int().meta({ description: 'Failures since the process began to run it.' }),
  storageUsed: z.int().nullable(),
  storageTotal: z.int().nullable(),
  queue: z.int().meta({ description: 'Message parts that wait and that it may send.' }),
  lastError: z.string().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export type ModemStateView = Readonly<z.output<typeof modemStateSchema>>;

/** The state of every modem of the organization, by name. Needs `sms.modem.read`. */
export async function listModemStates(
  context: Context,
): Promise<{ readonly items: readonly ModemStateView[]; readonly nextCursor: null }> {
  context.require('sms.modem.read');
  const { db, organizationId } = context;
  const rows = await db
    .select({
      modem: modems,
      isRun: sql<boolean>`${modems.ownerId} is not null and ${modems.ownerLeaseUntil} > clock_timestamp()`,
    })
    .from(modems)
    .where(eq(modems.organizationId, organizationId))
    .orderBy(asc(modems.name));
  const waiting = await db
    .select({ modemId: messageParts.modemId, parts: count() })
    .from(messageParts)
    .where(
      and(
        eq(messageParts.organizationId, organizationId),
        sql`${messageParts.status} = 'queued' and ${messageParts.direction} = 'outbound'`,
        isNotNull(messageParts.messageId),
      ),
    )
    .groupBy(messageParts.modemId);
  const queueOf = new Map(waiting.map(({ modemId, parts }) => [modemId, parts]));
  const shared = queueOf.get(null) ?? 0;
  return {
    items: rows.map(({ modem, isRun }) => stateOf(modem, isRun, shared + (queueOf.get(modem.id) ?? 0))),
    nextCursor: null,
  };
}

function stateOf(row: typeof modems.$inferSelect, isRun: boolean, queue: number): ModemStateView {
  const told = row.snapshot as StoredSnapshot | null;
  // What a modem said before its process ended says nothing about now.
  const now = row.status === 'active' && isRun ? told : null;
  const idle = row.status === 'active' ? 'stopped' : 'inactive';
  return {
    id: row.id,
    name: row.name,
    path: row.path,
    baudRate: row.baudRate,
    status: row.status,
    state: now?.state ?? (row.status === 'active' && isRun ? 'opening' : idle),
    since: now?.since ?? null,
    cause: now?.cause ?? null,
    signal: now?.signalDbm ?? null,
    operator: now?.operator ?? null,
    registration: now?.registration ?? null,
    imei: told?.imei ?? null,
    imsi: told?.imsi ?? null,
    model: told?.model ?? null,
    profile: told?.profile ?? row.profile,
    pinTriesLeft: now?.pinTriesLeft ?? null,
    temperature: now?.temperatureCelsius ?? null,
    voltage: now?.voltage ?? null,
    errors: now?.errors ?? 0,
    storageUsed: now?.storageUsed ?? null,
    storageTotal: now?.storageTotal ?? null,
    queue,
    lastError: told?.lastError === undefined ? null : wordsOf(told.lastError),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** A snapshot as JSON keeps it. */
type StoredSnapshot = Omit<ModemSnapshot, 'since'> & { readonly since: string };
