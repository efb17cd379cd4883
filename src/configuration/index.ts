/* The organization file: one file says a whole organization. Read, check, apply, export. */

export { type ApplyContext, type ApplyResult, applyOrganizationFile } from './apply.ts';
export type { Change } from './changes.ts';
export { exportOrganization } from './export.ts';
export { type OrganizationFile, planDocumentOf, readOrganizationFile } from './organization-file.ts';
export { checkFile, type PlanCheck, planCheckSchema } from './plans/check-file.ts';
export { comparePlans } from './plans/compare-plans.ts';
export { type PlanChange, planChangeSchema } from './plans/plan-diff.ts';
export { publishDraft } from './plans/publish-draft.ts';
export { rollBack } from './plans/rollback.ts';
export { simulatePlan, simulationRequestSchema, simulationSchema } from './plans/simulate-plan.ts';
export { type PlanSource, parsePlanSource, planOf } from './plans/sources.ts';
export type { LinedProblem } from './read-document.ts';
