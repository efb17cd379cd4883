/*
 * The contract of routing: documents in, plans out, and one pure function that decides what a call does next. Runs
 * unchanged in Node, in Workers and in the browser.
 */

export type { Blocked, BlockLists } from './blacklist.ts';
export { decide } from './decide.ts';
export type { Answer, Ask, Decision, Effect, Facts } from './decision.ts';
export { DigitTable } from './digit-table.ts';
export { type AiAssistant, aiAssistantSchema } from './document/ai-assistant.ts';
export { type AiLoadBalancer, aiLoadBalancerSchema } from './document/ai-load-balancer.ts';
export { AI_PROVIDERS, type AiProvider } from './document/ai-providers.ts';
export { type BlockList, blockListSchema } from './document/block-list.ts';
export {
  type BusinessHours,
  businessHoursSchema,
  type HoursException,
  type HoursOverride,
  hoursOverrideSchema,
  WEEKDAYS,
  type Weekday,
} from './document/business-hours.ts';
export { type ConferenceRoom, conferenceRoomSchema } from './document/conference-room.ts';
export { type CustomLogic, customLogicSchema } from './document/custom-logic.ts';
export {
  organizationSchema,
  type PlanDocument,
  type PlanDocumentInput,
  planDocumentSchema,
  voiceSettingsSchema,
} from './document/document.ts';
export { type Extension, type ExtensionType, extensionSchema } from './document/extension.ts';
export { type InboundBlacklistEntry, inboundBlacklistSchema } from './document/inbound-blacklist.ts';
export { type Greeting, type IvrMenu, ivrMenuSchema } from './document/ivr-menu.ts';
export { type OutboundWhitelistEntry, outboundWhitelistSchema } from './document/outbound-whitelist.ts';
export { type PhoneNumber, phoneNumberSchema } from './document/phone-number.ts';
export type { OutboundPermission, RecordingMode, UsageLimits } from './document/policy.ts';
export { mediaNameSchema } from './document/prompt.ts';
export { type RingGroup, ringGroupSchema } from './document/ring-group.ts';
export { parseTarget, type Target, type TargetType, targetKey } from './document/target.ts';
export { type VoicePolicy, voicePolicySchema } from './document/voice-policy.ts';
export { type VoicemailBox, voicemailBoxSchema } from './document/voicemail-box.ts';
export type { CallDirection, DialOutcome, Recording, VoiceEvent } from './event.ts';
export { HOURS_TEMPLATES, type HoursTemplate } from './hours-templates.ts';
export {
  assumedFinding,
  type CustomLogicFinding,
  type CustomLogicInquiry,
  type CxmlNode,
  type Finding,
  type Findings,
  type Inquiry,
  type MailboxFinding,
  type MailboxInquiry,
  type MailboxMessage,
  type NightModeInquiry,
} from './inquiry.ts';
export { MAX_DOCUMENTS } from './limits.ts';
export { type MovedCall, movedTo } from './move.ts';
export { UNLIMITED_SECONDS, type UsageQuestion, type UsageScope, usageAnswer } from './outside/usage.ts';
export { PHRASES } from './phrases.ts';
export { compile, compileInSteps, type RoutingPlan } from './plan.ts';
export { type HoursAnswer, previewHours } from './preview-hours.ts';
export {
  createMemoryCounters,
  type EngageCandidate,
  type EngageQuestion,
  type LeastRecentQuestion,
  type MemoryCounters,
  type Question,
  type SeatQuestion,
  type WindowQuestion,
} from './question.ts';
export { regionOf } from './region.ts';
export { type Replay, type ReplayedRequest, replay } from './replay.ts';
export {
  type Advance,
  advance,
  type CallerInput,
  type PlayedVerb,
  parseCallerInput,
  SIMULATED_RECORDING,
  type Simulation,
  simulate,
} from './simulate.ts';
export { readSsml } from './ssml.ts';
export type { CallState, Origin, Position } from './state.ts';
export type { DialStep, DialTarget, ForeignStep, GatherStep, Prompt, RejectReason, SayStep, Step } from './step.ts';
export { wayBackIn, withWayBack } from './step.ts';
export { type Edge, edgesOf } from './validate/edges.ts';
export type { Problem } from './validate/problem.ts';
export { type PlacedPrompt, promptsOf } from './validate/prompts.ts';
export { type ExplainedProblem, explainProblems } from './validate/ways.ts';
export { validate, validateInSteps } from './validate.ts';
