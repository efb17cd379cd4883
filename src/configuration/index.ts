/* The organization file: one file says a whole organization. Read, check, apply, export. */

export { type ApplyContext, type ApplyResult, applyOrganizationFile } from './apply.ts';
export type { Change } from './changes.ts';
export { exportOrganization } from './export.ts';
export { type OrganizationFile, planDocumentOf, readOrganizationFile } from './organization-file.ts';
export type { LinedProblem } from './read-document.ts';
