import { z } from 'zod';
import { ACTOR_KINDS } from '../db/context.ts';
import {
  createApiKey,
  createSignInCode,
  endSession,
  listApiKeys,
  newApiKeySchema,
  ROLE_NAMES,
  revokeApiKey,
} from '../identity/index.ts';
import { credentialsOf, sessionCookie } from './authenticate.ts';
import { collection, type MountedResource, reference, tagOf } from './collection.ts';
import type { ApiDeps } from './deps.ts';
import { toJsonSchema } from './json-schema.ts';
import { Reply, type Route, route, SIGNED_IN } from './route.ts';

const meSchema = z.object({
  organization: z.object({ id: z.guid(), slug: z.string(), name: z.string() }),
  actor: z.object({ kind: z.enum(ACTOR_KINDS), id: z.string().nullable(), name: z.string() }),
  role: z.string(),
  method: z.string().nullable().meta({ description: 'How you proved who you are.' }),
  person: z.string().nullable().meta({ description: 'Your membership, when you are a person.' }),
  isPlatformAdmin: z.boolean(),
  operateReason: z.string().nullable().meta({ description: 'Set while a platform administrator is at work here.' }),
  permissions: z.array(z.string()).meta({ description: 'Patterns: `*` stands for one or more parts.' }),
  demo: z.boolean().meta({ description: 'Whether a test call can be made.' }),
  version: z.string(),
});

const instant = z.iso.datetime();

const apiKeySchema = z.object({
  id: z.guid(),
  name: z.string(),
  prefix: z.string().meta({ description: 'The first characters of the key.' }),
  role: z.string(),
  scopes: z.array(z.string()).nullable(),
  allowedAddresses: z.array(z.string()).nullable(),
  serviceAccount: z.guid().nullable(),
  expiresAt: instant.nullable(),
  lastUsedAt: instant.nullable().meta({ description: 'To the minute.' }),
  lastUsedIp: z.string().nullable(),
  revokedAt: instant.nullable(),
  createdAt: instant,
});

/** Who am I, and the way out. */
export function accountRoutes(deps: Pick<ApiDeps, 'hasDemo' | 'version' | 'publicUrl'>): Route[] {
  return [
    route(
      {
        method: 'GET',
        path: '/api/v1/me',
        tag: 'Account',
        summary: 'Who you are and what you may do',
        permission: SIGNED_IN,
        response: meSchema,
      },
      async ({ principal }): Promise<z.output<typeof meSchema>> => {
        const { id, slug, name } = principal.organization;
        const { actor } = principal;
        return {
          organization: { id, slug, name },
          actor: { kind: actor.kind, id: actor.id, name: actor.name },
          role: principal.role,
          method: principal.method ?? null,
          person: principal.membershipId ?? null,
          isPlatformAdmin: principal.isPlatformAdmin ?? false,
          operateReason: principal.operateReason ?? null,
          permissions: [...principal.permissions],
          demo: deps.hasDemo ?? false,
          version: deps.version,
        };
      },
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/sign-in-links',
        tag: 'Account',
        summary: 'Make a link that signs in to the console once',
        permission: 'identity.sign_in_code.write',
        response: z.object({ url: z.url(), expiresAt: instant }),
        status: 201,
        isIdempotent: false,
      },
      async ({ context }) => {
        const { code, expiresAt } = await createSignInCode(context);
        return { url: `${deps.publicUrl}/sign-in?code=${code}`, expiresAt: expiresAt.toISOString() };
      },
    ),
    route(
      {
        method: 'DELETE',
        path: '/api/v1/session',
        tag: 'Account',
        summary: 'Sign out of the console',
        permission: SIGNED_IN,
      },
      async ({ context, request }) => {
        const { session } = credentialsOf(request);
        if (session !== undefined) await endSession(context, session);
        return new Reply(null, { 'set-cookie': sessionCookie('', 0, deps.publicUrl.startsWith('https:')) });
      },
    ),
  ];
}

/** `/api/v1/api-keys`: keys are made and revoked, never changed. */
export function apiKeyResource(): MountedResource {
  const read = collection({
    path: 'api-keys',
    noun: 'API key',
    permission: 'identity.api_key',
    item: apiKeySchema,
    list: (context, query) => listApiKeys(context, query),
  });
  const shared = { tag: tagOf('api-keys'), permission: 'identity.api_key.write' };
  return {
    schemas: {
      ...read.schemas,
      NewAPIKey: toJsonSchema(
        apiKeySchema.extend({ key: z.string().meta({ description: 'Shown this once; only its hash is kept.' }) }),
        'output',
      ),
      APIKeyInput: toJsonSchema(newApiKeySchema, 'input'),
    },
    routes: [
      ...read.routes,
      route(
        {
          ...shared,
          method: 'POST',
          path: '/api/v1/api-keys',
          summary: 'Make an API key',
          description: `Roles: ${ROLE_NAMES.join(', ')}.`,
          body: reference('APIKeyInput'),
          example: { name: 'billing', role: 'reporter', expiresAt: '2027-12-31T00:00:00Z' },
          response: reference('NewAPIKey'),
          status: 201,
        },
        ({ context, body }) => createApiKey(context, body),
      ),
      route(
        {
          ...shared,
          method: 'DELETE',
          path: '/api/v1/api-keys/{id}',
          summary: 'Revoke an API key',
          description: 'It stays in the list as revoked.',
        },
        ({ context, params }) => revokeApiKey(context, params.id ?? ''),
      ),
    ],
  };
}
