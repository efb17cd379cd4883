/*
 * People and programs: who they are, how they prove it, what they may do. Organizations, memberships, roles, teams;
 * passwords, codes, second factors, passkeys, directories, sessions, keys, certificates; invites and enrollments; the audit,
 * and the memory of writes done once.
 */

export type { ApiKey } from './api-key/api-key.ts';
export { authenticateApiKey } from './api-key/authenticate.ts';
export { createApiKey, type NewApiKey, newApiKeySchema } from './api-key/create.ts';
export { ensureApiKey } from './api-key/ensure.ts';
export { listApiKeys } from './api-key/list.ts';
export { revokeApiKey } from './api-key/revoke.ts';
export { auditFilters, auditSchema, exportAudit, listAudit, listPlatformAudit } from './audit/read.ts';
export {
  type BootstrapCode,
  bootstrapOwner,
  bootstrapSchema,
  createBootstrapCode,
} from './bootstrap/bootstrap.ts';
export { authenticateCertificate } from './certificate/authenticate.ts';
export { authorityPem } from './certificate/authority.ts';
export { certificateSchema } from './certificate/certificate.ts';
export {
  collectBundle,
  getCertificate,
  issueCertificate,
  newCertificateSchema,
  renewCertificate,
  revokeCertificate,
  revokeCertificateSchema,
} from './certificate/issue.ts';
export { listCertificates } from './certificate/list.ts';
export { revocationList } from './certificate/revocation-list.ts';
export { changeOwnPassword, requireOwnProof } from './credential/own.ts';
export {
  addPasskey,
  beginPasskey,
  beginPasskeySignIn,
  listPasskeys,
  passkeyAnswerSchema,
  passkeySignInSchema,
  relyingPartyOf,
  removePasskey,
  signInByPasskey,
} from './credential/passkey.ts';
export { beginTotp, confirmTotp, removeTotp } from './credential/totp.ts';
export {
  approveEnrollment,
  decideByCode,
  decideByCodeSchema,
  rejectEnrollment,
  rejectSchema,
} from './enrollment/decide.ts';
export { type ArrivedText, decideByText, isDecision } from './enrollment/decide-by-text.ts';
export {
  enrollmentSchema,
  enrollSchema,
  initEnrollmentSchema,
  startedEnrollmentSchema,
} from './enrollment/enrollment.ts';
export { enrollmentOfCode, getEnrollment, listEnrollments } from './enrollment/find.ts';
export {
  collectEnrollment,
  collectSchema,
  enroll,
  enrollmentStatus,
  initEnrollment,
  renewApproveCode,
} from './enrollment/request.ts';
export { keepIdentityHouse } from './housekeeping.ts';
export { doOnce, inProgress, purgeIdempotencyKeys, type StoredAnswer } from './idempotency.ts';
export { createInvite, deleteInvite, regenerateInvite, setInviteActive } from './invite/change.ts';
export { inviteSchema, newInviteSchema } from './invite/invite.ts';
export { listInvites } from './invite/list.ts';
export { checkInvite } from './invite/use.ts';
export { createLoginCode, newLoginCodeSchema } from './login-code/create.ts';
export { codeSignInSchema, signInByCode } from './login-code/redeem.ts';
export { codeRequestSchema, requestLoginCode } from './login-code/request.ts';
export type { CodeSenders } from './login-code/senders.ts';
export { seeOnce } from './once.ts';
export { operatorPrincipal } from './operator.ts';
export {
  listOrganizations,
  type Organization,
  organizationBySlug,
  organizationOf,
  putOrganization,
} from './organization/organization.ts';
export { can, ROLE_NAMES, type Role } from './permissions.ts';
export {
  changePerson,
  changeProfile,
  resetPassword,
  restorePerson,
  resumePerson,
  revokePerson,
  revokeReasonSchema,
  setRoles,
  suspendPerson,
} from './person/change.ts';
export { createPerson } from './person/create.ts';
export { newPersonSchema, personPatchSchema, personSchema } from './person/person.ts';
export { getPerson, listPeople } from './person/read.ts';
export {
  accountSchema,
  listAccounts,
  listAllOrganizations,
  operateSchema,
  organizationSchema,
  organizationStatusSchema,
  platformAdminSchema,
  setOrganizationStatus,
  setPlatformAdmin,
  startOperating,
  stopOperating,
} from './platform/organizations.ts';
export { type AuthenticationDeps, anonymousPrincipal, type Principal } from './principal.ts';
export { erase, eraseReportSchema, eraseSchema } from './privacy/erase.ts';
export { keepRetention } from './privacy/retention.ts';
export { beginOidc, finishOidc } from './provider/oidc.ts';
export {
  deleteProvider,
  listProviders,
  newProviderSchema,
  providerSchema,
  putProvider,
} from './provider/providers.ts';
export { listSignInProviders, signInWaysSchema } from './provider/ways.ts';
export { applyRoles, readRoles, roleFileSchema, roleToFile } from './role/role-file.ts';
export { deleteRole, listRoles, putRole, type RoleInput, roleInputSchema, roleSchema } from './role/roles.ts';
export {
  createServiceAccount,
  deleteServiceAccount,
  listServiceAccounts,
  putServiceAccount,
  serviceAccountInputSchema,
  serviceAccountSchema,
} from './service-account/service-accounts.ts';
export { authenticateSession } from './session/authenticate.ts';
export { endSession } from './session/end.ts';
export {
  listOwnSessions,
  revokeOtherSessions,
  revokeOwnSession,
  sessionSchema,
} from './session/manage.ts';
export { type OpenedSession, SESSION_MS } from './session/open.ts';
export { acceptInvitation, listOwnMemberships, switchOrganization } from './session/organizations.ts';
export { redeemSignInCode } from './session/redeem.ts';
export { createSignInCode, type SignInCode } from './session/sign-in-code.ts';
export { authenticateJwt, isJwt, publicKeySet, sessionJwt } from './session/token.ts';
export {
  deleteSetting,
  putSetting,
  readSettings,
  SETTING_SCOPES,
  settingInputSchema,
  settingSchema,
} from './settings/settings.ts';
export {
  newPasswordSchema,
  type SignInResult,
  secondFactorSchema,
  signIn,
  signInNewPassword,
  signInSchema,
  signInSecondFactor,
} from './sign-in/sign-in.ts';
export { authenticationStatements } from './statements.ts';
export {
  changeTeam,
  createTeam,
  deleteTeam,
  getTeam,
  listTeams,
  memberInputSchema,
  putTeamMember,
  removeTeamMember,
  teamInputSchema,
  teamSchema,
} from './team/teams.ts';
export { parseInput } from './validation.ts';
