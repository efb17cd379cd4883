/*
 * The contract of the Cloudonix boundary: one Hono app, the ports it wants filled, and the codec of CXML.
 */
export { createVoiceApp } from './app.ts';
export { LARGEST_BODY_BYTES } from './body.ts';
export { promptly } from './budget.ts';
export { type CallbackKind, type CallbackTaker, createCallbackTaker } from './callbacks.ts';
export { coachDocument } from './coach-document.ts';
export { type ConferenceChange, conferenceChangeOf, isSpeechChange, type SpeechChange } from './conference-event.ts';
export { continuationUrl } from './continuation-url.ts';
export { createCustomLogic, type SendPost } from './custom-logic.ts';
export { type ReadElement, readCxml } from './cxml/read.ts';
export { type Digests, sha256Hex } from './digest.ts';
export { APOLOGY } from './documents.ts';
export { createEdgePost } from './edge-post.ts';
export { createKvPlanStore, type KeyValueReader } from './kv-plans.ts';
export { VOICE_PATH, type VoiceAppOptions } from './options.ts';
export { domainKey, type PlanSnapshot, tenantOf, webhookKey } from './plan-snapshot.ts';
export {
  type CallPlayer,
  createCallPlayer,
  type NextDocument,
  type PlayedCall,
  type PlayedDocument,
  type SendVoiceRequest,
} from './play-call.ts';
export type * from './ports.ts';
export { render } from './render.ts';
export { createVoiceAnswerer, type VoiceAnswerer, type VoiceHttpRequest } from './voice.ts';
