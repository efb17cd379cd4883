/* The Postgres schema `identity`, one file a subject. */

export * from './identity/api-keys.ts';
export { identity } from './identity/base.ts';
export * from './identity/certificates.ts';
export * from './identity/enrollments.ts';
export * from './identity/organizations.ts';
export * from './identity/people.ts';
export * from './identity/providers.ts';
export * from './identity/roles.ts';
export * from './identity/sessions.ts';
export * from './identity/sign-in.ts';
export * from './identity/teams.ts';
