import { z } from 'zod';
import {
  changePerson,
  changeTeam,
  createPerson,
  createServiceAccount,
  createTeam,
  deleteRole,
  deleteServiceAccount,
  deleteTeam,
  getPerson,
  getTeam,
  listPeople,
  listRoles,
  listServiceAccounts,
  listTeams,
  memberInputSchema,
  newPersonSchema,
  personPatchSchema,
  personSchema,
  putRole,
  putServiceAccount,
  putTeamMember,
  removeTeamMember,
  resetPassword,
  restorePerson,
  resumePerson,
  revokePerson,
  revokeReasonSchema,
  roleInputSchema,
  roleSchema,
  serviceAccountInputSchema,
  serviceAccountSchema,
  setRoles,
  suspendPerson,
  teamInputSchema,
  teamSchema,
} from '../identity/index.ts';
import { listOf } from './identity-forms.ts';
import { toJsonSchema, toPageSchema } from './json-schema.ts';
import { listQuerySchema, toListQuery } from './query.ts';
import { Reply, type Route, route } from './route.ts';

/** People, what they may do, the teams they work in, and the programs that act beside them. */
export function peopleRoutes(): readonly Route[] {
  return [...people(), ...roles(), ...teams(), ...serviceAccounts()];
}

function people(): Route[] {
  const tag = 'People';
  const read = { tag, permission: 'identity.person.read', isScoped: true } as const;
  const write = { tag, permission: 'identity.person.write', response: personSchema } as const;
  const one = '/api/v1/people/{id}';
  return [
    route(
      {
        ...read,
        method: 'GET',
        path: '/api/v1/people',
        summary: 'List people',
        description: 'Newest first. Those who were revoked only with `status=revoked` or `status=any`.',
        query: listQuerySchema({
          filters: {
            status: z.enum(['active', 'invited', 'suspended', 'revoked', 'any']).optional(),
            role: z.string().max(63).optional(),
            search: z.string().max(100).optional(),
          },
          sorts: [],
        }),
        response: toPageSchema(toJsonSchema(personSchema, 'output')),
      },
      ({ context, query }) => listPeople(context, toListQuery(query)),
    ),
    route(
      { ...read, method: 'GET', path: one, summary: 'Get one person', response: personSchema },
      ({ context, params }) => getPerson(context, params.id ?? ''),
    ),
    route(
      {
        ...write,
        method: 'POST',
        path: '/api/v1/people',
        summary: 'Add a person',
        description: 'Somebody who has an account elsewhere is invited and decides themselves.',
        body: newPersonSchema,
        example: { callsign: 'ada', firstName: 'Ada', phone: '+12125550123', roles: ['voice_admin'] },
        status: 201,
      },
      async ({ context, body }) => {
        const person = await createPerson(context, body);
        return new Reply(person, { location: `/api/v1/people/${person.id}` });
      },
    ),
    route(
      {
        ...write,
        method: 'PATCH',
        path: one,
        summary: 'Change a person',
        body: personPatchSchema,
        example: { lastName: 'Lovelace' },
      },
      ({ context, params, body }) => changePerson(context, params.id ?? '', body),
    ),
    route(
      {
        ...write,
        method: 'PUT',
        path: `${one}/roles`,
        summary: 'Give a person exactly these roles',
        body: z.strictObject({ roles: z.array(z.string().max(63)).max(20) }),
        example: { roles: ['voice_admin', 'reporter'] },
      },
      ({ context, params, body }) => setRoles(context, params.id ?? '', body.roles),
    ),
    route(
      {
        ...write,
        method: 'PUT',
        path: `${one}/password`,
        summary: 'Give a person a new password, to be changed at the next sign-in',
        body: z.strictObject({ password: z.string().max(1024) }),
        example: { password: 'four quiet words here' },
      },
      ({ context, params, body }) => resetPassword(context, params.id ?? '', body.password),
    ),
    route(
      { ...write, method: 'POST', path: `${one}/suspend`, summary: 'Keep a person out for now' },
      ({ context, params }) => suspendPerson(context, params.id ?? ''),
    ),
    route(
      { ...write, method: 'POST', path: `${one}/resume`, summary: 'Let a suspended person in again' },
      ({ context, params }) => resumePerson(context, params.id ?? ''),
    ),
    route(
      {
        ...write,
        method: 'POST',
        path: `${one}/revoke`,
        summary: 'Send a person away for good',
        description: 'Sessions, keys and certificates end; the row stays, so that history keeps its names.',
        body: revokeReasonSchema,
        example: { reason: 'left the company' },
      },
      ({ context, params, body }) => revokePerson(context, params.id ?? '', body),
    ),
    route(
      {
        ...write,
        method: 'POST',
        path: `${one}/restore`,
        summary: 'Take a removal back',
        description: 'With the roles of before; sessions, keys, certificates and teams stay ended.',
      },
      ({ context, params }) => restorePerson(context, params.id ?? ''),
    ),
  ];
}

function roles(): Route[] {
  const tag = 'Roles';
  return [
    route(
      {
        method: 'GET',
        path: '/api/v1/roles',
        tag,
        permission: 'identity.role.read',
        summary: 'The roles there are, and what they may do',
        response: listOf(roleSchema),
      },
      async ({ context }) => ({ items: await listRoles(context) }),
    ),
    route(
      {
        method: 'PUT',
        path: '/api/v1/roles/{key}',
        tag,
        permission: 'identity.role.write',
        summary: 'Make a role of your own',
        body: roleInputSchema.omit({ key: true }),
        example: { name: 'Night shift', permissions: [{ permission: 'voice.call.read' }] },
        response: roleSchema,
      },
      ({ context, params, body }) => putRole(context, { ...body, key: params.key }),
    ),
    route(
      {
        method: 'DELETE',
        path: '/api/v1/roles/{key}',
        tag,
        permission: 'identity.role.write',
        summary: 'Delete a role that nobody holds',
      },
      ({ context, params }) => deleteRole(context, params.key ?? ''),
    ),
  ];
}

function teams(): Route[] {
  const tag = 'Teams';
  const read = { tag, permission: 'identity.team.read', isScoped: true } as const;
  const write = { tag, permission: 'identity.team.write', isScoped: true } as const;
  const one = '/api/v1/teams/{id}';
  return [
    route(
      { ...read, method: 'GET', path: '/api/v1/teams', summary: 'List teams', response: listOf(teamSchema) },
      async ({ context }) => ({ items: await listTeams(context) }),
    ),
    route({ ...read, method: 'GET', path: one, summary: 'Get one team', response: teamSchema }, ({ context, params }) =>
      getTeam(context, params.id ?? ''),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/teams',
        tag,
        permission: 'identity.team.create',
        summary: 'Found a team; you own it',
        body: teamInputSchema,
        example: { name: 'Field service' },
        response: teamSchema,
        status: 201,
      },
      ({ context, principal, body }) => createTeam(context, body, principal.membershipId),
    ),
    route(
      {
        ...write,
        method: 'PUT',
        path: one,
        summary: 'Rename a team',
        body: teamInputSchema,
        example: { name: 'Field service' },
        response: teamSchema,
      },
      ({ context, params, body }) => changeTeam(context, params.id ?? '', body),
    ),
    route(
      { method: 'DELETE', path: one, tag, permission: 'identity.team.delete', summary: 'Dissolve a team' },
      ({ context, params }) => deleteTeam(context, params.id ?? ''),
    ),
    route(
      {
        ...write,
        method: 'PUT',
        path: `${one}/members`,
        summary: 'Take somebody in, or change their role',
        description: 'A new owner makes the former one a guest.',
        body: memberInputSchema,
        example: { person: 'ada', role: 'maintainer' },
        response: teamSchema,
      },
      ({ context, params, body }) => putTeamMember(context, params.id ?? '', body),
    ),
    route(
      {
        ...read,
        method: 'DELETE',
        path: `${one}/members/{person}`,
        summary: 'Take somebody out, or leave',
      },
      ({ context, principal, params }) =>
        removeTeamMember(context, params.id ?? '', params.person ?? '', principal.membershipId),
    ),
  ];
}

function serviceAccounts(): Route[] {
  const tag = 'Service accounts';
  const write = { tag, permission: 'identity.service_account.write' } as const;
  const shown = { body: serviceAccountInputSchema, response: serviceAccountSchema } as const;
  const example = { name: 'billing', permissions: ['voice.cdr.read'] };
  return [
    route(
      {
        method: 'GET',
        path: '/api/v1/service-accounts',
        tag,
        permission: 'identity.service_account.read',
        summary: 'List programs and devices',
        response: listOf(serviceAccountSchema),
      },
      async ({ context }) => ({ items: await listServiceAccounts(context) }),
    ),
    route(
      {
        ...write,
        ...shown,
        example,
        method: 'POST',
        path: '/api/v1/service-accounts',
        summary: 'Make a program or device known',
        status: 201,
      },
      ({ context, body }) => createServiceAccount(context, body),
    ),
    route(
      {
        ...write,
        ...shown,
        example,
        method: 'PUT',
        path: '/api/v1/service-accounts/{id}',
        summary: 'Change what it may do',
      },
      ({ context, params, body }) => putServiceAccount(context, params.id ?? '', body),
    ),
    route(
      { ...write, method: 'DELETE', path: '/api/v1/service-accounts/{id}', summary: 'Remove it with its keys' },
      ({ context, params }) => deleteServiceAccount(context, params.id ?? ''),
    ),
  ];
}
