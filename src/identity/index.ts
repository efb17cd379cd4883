/* Who may do what: roles, API keys, sign-in links and sessions, and the memory of writes done once. */

export type { ApiKey } from './api-key/api-key.ts';
export { authenticateApiKey } from './api-key/authenticate.ts';
export { createApiKey, type NewApiKey, newApiKeySchema } from './api-key/create.ts';
export { ensureApiKey } from './api-key/ensure.ts';
export { listApiKeys } from './api-key/list.ts';
export { revokeApiKey } from './api-key/revoke.ts';
export { doOnce, inProgress, purgeIdempotencyKeys, type StoredAnswer } from './idempotency.ts';
export { operatorPrincipal } from './operator.ts';
export {
  listOrganizations,
  type Organization,
  organizationBySlug,
  putOrganization,
} from './organization/organization.ts';
export { ROLE_NAMES, type Role } from './permissions.ts';
export type { AuthenticationDeps, Principal } from './principal.ts';
export { authenticateSession } from './session/authenticate.ts';
export { endSession } from './session/end.ts';
export { type OpenedSession, redeemSignInCode } from './session/redeem.ts';
export { createSignInCode, type SignInCode } from './session/sign-in-code.ts';
export { parseInput } from './validation.ts';
