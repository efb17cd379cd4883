import { z } from 'zod';
import { EMAIL_STATUS, emailSchema, listEmails } from '../deliveries/index.ts';
import { collection, type MountedResource } from './collection.ts';

/** `/api/v1/emails`: what went out or could not, never what stood in it. */
export function emailCollection(): MountedResource {
  return collection({
    path: 'emails',
    noun: 'email',
    permission: 'identity.email',
    item: emailSchema,
    filters: { status: z.enum(EMAIL_STATUS).optional() },
    list: (context, query) => listEmails(context, query),
  });
}
