/* The voice domain: what an organization routes with, the plans published from it, and the calls that came of it. */

export { AI_PROVIDERS, HOURS_TEMPLATES, hoursOverrideSchema } from '../routing/index.ts';
export { assistantStateSchema, listAssistantStates } from './assistants/read-states.ts';
export { giveUpExpired } from './assistants/release.ts';
export { type BlockListStore, createBlockListStore, purgeBlockListChanges } from './blocking/block-list-store.ts';
export { changeEntries, clearEntries, type EntriesChange } from './blocking/change-entries.ts';
export { importEntries } from './blocking/import-entries.ts';
export {
  blockedCallFilters,
  blockedCallSchema,
  blockedStatistics,
  blockedStatisticsSchema,
  listBlockedCalls,
} from './blocking/list-blocked.ts';
export { blockListEntrySchema, listEntries } from './blocking/read-entries.ts';
export { exportCdrs } from './calls/export-cdrs.ts';
export {
  callDetailSchema,
  callFilters,
  callSchema,
  cdrFilters,
  cdrSchema,
  findCall,
  getCall,
  getCdr,
  listCalls,
  listCdrs,
} from './calls/read.ts';
export { recordCalls } from './calls/record.ts';
export { type CallReplay, callReplaySchema, replayCall } from './calls/replay-call.ts';
export { callStatistics, STATISTICS, statisticsSchema } from './calls/statistics.ts';
export {
  type CloudonixReport,
  checkCloudonix,
  cloudonixReportSchema,
} from './cloudonix/check.ts';
export { coachCall, coachSchema } from './cloudonix/coach.ts';
export type { CloudonixDeps } from './cloudonix/deps.ts';
export { disconnectCall } from './cloudonix/disconnect.ts';
export {
  changeCloudonixSettings,
  cloudonixSettingsInputSchema,
  cloudonixSettingsViewSchema,
  cloudonixValidationInputSchema,
  cloudonixValidationSchema,
  validateCloudonix,
  viewCloudonixSettings,
} from './cloudonix/settings.ts';
export { readPhoneCredentials } from './cloudonix/subscriber-passwords.ts';
export {
  type CloudonixSyncResult,
  cloudonixSyncResultSchema,
  cloudonixSyncSchema,
  syncCloudonix,
} from './cloudonix/sync.ts';
export { transferCall, transferSchema } from './cloudonix/transfer.ts';
export {
  type CloudonixSettings,
  cloudonixSettingsSchema,
  putCloudonixSettings,
  readCloudonixSettings,
} from './cloudonix-settings.ts';
export { listParticipants, participantFilters, participantSchema } from './conference/participants.ts';
export { createCounters, purgeUsageWindows } from './counters.ts';
export { holidayImportedSchema, holidayImportSchema, importHolidays } from './hours/import-holidays.ts';
export { setHoursOverride } from './hours/override.ts';
export { type HoursPreview, hoursPreviewSchema, previewBusinessHours } from './hours/preview.ts';
export { createInquiries } from './inquiries.ts';
export {
  deleteMedia,
  findMediaByToken,
  getMedia,
  listMedia,
  mediaFilters,
  readMediaBytes,
} from './media/library.ts';
export { MEDIA_PATH } from './media/paths.ts';
export { LARGEST_SOUND_BYTES, type Media, mediaKindSchema, mediaSchema, putMedia } from './media/upload.ts';
export { forgetOutboundCalls } from './outbound-usage.ts';
export { deleteDraft, findDraft, getDraft, type PlanDraft, planDraftSchema, putDraft } from './plan/draft.ts';
export { createPlanStore, type MemoryPlanStore } from './plan/plan-store.ts';
export { readVoicePolicy } from './plan/policy.ts';
export { type PlanOrigin, publishPlan, publishPlanAs } from './plan/publish.ts';
export { rotatePlans } from './plan/rotate.ts';
export {
  getPlanVersion,
  listPlanVersionsOf,
  newestVersion,
  planOfVersion,
  planVersionDetailSchema,
  planVersionSchema,
} from './plan/versions.ts';
export { voiceResources } from './resources.ts';
export { decidedPolicy, getVoicePolicy, putVoicePolicy, voicePolicySchema } from './voice-policy.ts';
export {
  deleteVoicemail,
  getVoicemail,
  listVoicemail,
  markVoicemail,
  type VoicemailMessage,
  voicemailFilters,
  voicemailMessageSchema,
  voicemailPatchSchema,
} from './voicemail/messages.ts';
