import { and, eq } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { modems } from '../../db/schema/index.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text can be compared with an id at all: the database refuses other texts. */
export const isUuid = (text: string): boolean => UUID.test(text);

/** The organization's modem of this name or id. Throws `modem.missing`. */
export async function findModem(context: Context, nameOrId: string): Promise<typeof modems.$inferSelect> {
  const [row] = await context.db
    .select()
    .from(modems)
    .where(
      and(
        eq(modems.organizationId, context.organizationId),
        isUuid(nameOrId) ? eq(modems.id, nameOrId) : eq(modems.name, nameOrId),
      ),
    );
  if (row !== undefined) return row;
  throw new AppError({
    code: 'modem.missing',
    kind: 'missing',
    detail: `There is no modem "${nameOrId}". GET /api/v1/modems lists them.`,
  });
}
