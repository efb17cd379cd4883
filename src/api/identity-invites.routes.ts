import { z } from 'zod';
import {
  checkInvite,
  createInvite,
  deleteInvite,
  inviteSchema,
  listInvites,
  newInviteSchema,
  regenerateInvite,
  setInviteActive,
} from '../identity/index.ts';
import type { ApiDeps } from './deps.ts';
import { pageOf, qrOf } from './identity-forms.ts';
import { listQuerySchema, toListQuery } from './query.ts';
import { PUBLIC, type Route, route } from './route.ts';

/** Ways in: links and QR codes that lead to an organization. */
export function inviteRoutes({ publicUrl }: Pick<ApiDeps, 'publicUrl'>): readonly Route[] {
  const tag = 'Invites';
  const write = { tag, permission: 'identity.invite.write' } as const;
  const madeSchema = inviteSchema.extend({
    code: z.string().meta({ description: 'Shown this once.' }),
    url: z.url(),
    qr: z.string().meta({ description: 'The link as SVG.' }),
  });
  /** Behind the `#` the code never leaves the browser on its own: no log and no referrer sees it. */
  const withLink = async <T extends { readonly code: string }>(invite: T) => {
    const url = `${publicUrl}/join#${invite.code}`;
    return { ...invite, url, qr: await qrOf(url) };
  };
  return [
    route(
      {
        method: 'GET',
        path: '/api/v1/invites',
        tag,
        permission: 'identity.invite.read',
        summary: 'List invites',
        query: listQuerySchema({
          filters: { owner: z.string().max(100).optional(), deleted: z.enum(['true', 'false']).optional() },
          sorts: [],
        }),
        response: pageOf(inviteSchema),
      },
      ({ context, query }) => listInvites(context, toListQuery(query)),
    ),
    route(
      {
        ...write,
        method: 'POST',
        path: '/api/v1/invites',
        summary: 'Open a way in',
        description: 'The link and its QR code are shown this once.',
        body: newInviteSchema,
        example: { name: 'Field team', maxUses: 10, grants: { roles: ['member'] } },
        response: madeSchema,
        status: 201,
      },
      async ({ context, body }) => withLink(await createInvite(context, body)),
    ),
    route(
      {
        ...write,
        method: 'POST',
        path: '/api/v1/invites/{id}/regenerate',
        summary: 'A new link; the old one no longer works',
        response: madeSchema,
      },
      async ({ context, params }) => withLink(await regenerateInvite(context, params.id ?? '')),
    ),
    ...(['pause', 'resume'] as const).map((verb) =>
      route(
        {
          ...write,
          method: 'POST',
          path: `/api/v1/invites/{id}/${verb}`,
          summary: verb === 'pause' ? 'Let nobody in for now' : 'Let people in again',
          response: inviteSchema,
        },
        ({ context, params }) => setInviteActive(context, params.id ?? '', verb === 'resume'),
      ),
    ),
    route(
      { ...write, method: 'DELETE', path: '/api/v1/invites/{id}', summary: 'Close a way in for good' },
      ({ context, params }) => deleteInvite(context, params.id ?? ''),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/join/check',
        tag: 'Joining',
        permission: PUBLIC,
        summary: 'Whether an invite works, and whom it leads to',
        body: z.strictObject({ code: z.string().max(40) }),
        example: { code: 'ABCD-EFGH-JKLM' },
        response: z.object({ isUsable: z.boolean(), organization: z.string().optional() }),
        isIdempotent: false,
      },
      ({ context, body }) => checkInvite(context, body.code),
    ),
  ];
}
