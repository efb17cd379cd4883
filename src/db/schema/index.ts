export * from './directory.ts';
export * from './identity.ts';
export * from './platform.ts';
export * from './sms.ts';
export * from './voice.ts';
