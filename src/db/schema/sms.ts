/* The Postgres schema `sms`, one file a subject. */

export * from './sms/attendance.ts';
export { sms } from './sms/base.ts';
export * from './sms/broadcasts.ts';
export * from './sms/messages.ts';
export * from './sms/modems.ts';
export * from './sms/parts.ts';
export * from './sms/policies.ts';
export * from './sms/reports.ts';
