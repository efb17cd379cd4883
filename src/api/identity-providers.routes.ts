import { deleteProvider, listProviders, newProviderSchema, providerSchema, putProvider } from '../identity/index.ts';
import { listOf } from './identity-forms.ts';
import { type Route, route } from './route.ts';

/** Issuers and directories that vouch for people. */
export function providerRoutes(): readonly Route[] {
  const tag = 'Identity providers';
  return [
    route(
      {
        method: 'GET',
        path: '/api/v1/identity-providers',
        tag,
        permission: 'identity.provider.read',
        summary: 'Where people may sign in from',
        response: listOf(providerSchema),
      },
      async ({ context }) => ({ items: await listProviders(context) }),
    ),
    route(
      {
        method: 'PUT',
        path: '/api/v1/identity-providers',
        tag,
        permission: 'identity.provider.write',
        summary: 'Set up an OpenID Connect issuer or an LDAP directory, by its name',
        body: newProviderSchema,
        example: {
          kind: 'oidc',
          name: 'company',
          secret: 'client secret',
          config: { issuer: 'https://id.example.com', clientId: 'switchhook' },
        },
        response: providerSchema,
      },
      ({ context, body }) => putProvider(context, body),
    ),
    route(
      {
        method: 'DELETE',
        path: '/api/v1/identity-providers/{name}',
        tag,
        permission: 'identity.provider.write',
        summary: 'Remove a provider; people who came through it keep their place',
      },
      ({ context, params }) => deleteProvider(context, params.name ?? ''),
    ),
  ];
}
