import { createHmac } from 'node:crypto';
import type { Context } from '../../db/context.ts';

/** A short code is no secret to somebody who reads the table, unless a key they do not have goes into its digest. */
export function digest(context: Pick<Context, 'secrets'>, code: string): string {
  return createHmac('sha256', context.secrets.derive('short-codes')).update(code).digest('base64url');
}
