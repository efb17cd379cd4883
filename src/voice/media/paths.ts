import { eq } from 'drizzle-orm';
import type { Context } from '../../db/context.ts';
import { media } from '../../db/schema/index.ts';

/** Where the sounds of the service are, below its public address. */
export const MEDIA_PATH = '/media/';

const EXTENSIONS: Readonly<Record<string, string>> = { 'audio/wav': 'wav', 'audio/mpeg': 'mp3' };

/** The path a sound is served at. The ending is for players that go by it. */
export function mediaPath(row: { readonly token: string; readonly mediaType: string }): string {
  return `${MEDIA_PATH}${row.token}.${EXTENSIONS[row.mediaType] ?? 'bin'}`;
}

/** The path of every sound of the organization, by name. */
export async function readMediaPaths(context: Context): Promise<readonly { name: string; path: string }[]> {
  const rows = await context.db
    .select({ name: media.name, token: media.token, mediaType: media.mediaType })
    .from(media)
    .where(eq(media.organizationId, context.organizationId))
    .orderBy(media.name);
  return rows.map((row) => ({ name: row.name, path: mediaPath(row) }));
}
