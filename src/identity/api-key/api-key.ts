import type { apiKeys } from '../../db/schema/index.ts';

/** An API key as lists show it: never the key itself. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** The first characters of the key, to tell keys apart. */
  readonly prefix: string;
  readonly role: string;
  /** What narrows the role; null: nothing does. */
  readonly scopes: readonly string[] | null;
  /** Where it may be used from; null: anywhere. */
  readonly allowedAddresses: readonly string[] | null;
  readonly serviceAccount: string | null;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly lastUsedIp: string | null;
  readonly revokedAt: string | null;
  readonly createdAt: string;
}

/** `sh_` makes a key recognisable to people and to scanners that look for leaked ones. */
export const KEY_MARK = 'sh_';

export const SHOWN_CHARACTERS = KEY_MARK.length + 6;

export function toApiKey(row: typeof apiKeys.$inferSelect): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    role: row.role,
    scopes: row.scopes,
    allowedAddresses: row.allowedAddresses,
    serviceAccount: row.serviceAccountId,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    lastUsedIp: row.lastUsedIp,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
