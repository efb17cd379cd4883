/* The Postgres schema `voice`, one file a subject. */

export * from './voice/assistants.ts';
export { voice } from './voice/base.ts';
export * from './voice/blocking.ts';
export * from './voice/business-hours.ts';
export * from './voice/calls.ts';
export * from './voice/cloudonix.ts';
export * from './voice/conference.ts';
export * from './voice/counters.ts';
export * from './voice/custom-logic.ts';
export * from './voice/ivr-menus.ts';
export * from './voice/media.ts';
export * from './voice/numbers.ts';
export * from './voice/outbound.ts';
export * from './voice/plans.ts';
export * from './voice/ring-groups.ts';
export * from './voice/voicemail.ts';
