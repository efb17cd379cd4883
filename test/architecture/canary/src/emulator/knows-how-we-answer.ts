// breaks: emulator-plays-from-outside
export * from '../routing/index.ts';
