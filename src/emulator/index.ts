/* Cloudonix as an installation meets it, without an account: for trying, showing and loading. */

export { type CallFacts, dispositionOf, type EmulatedDirection, FINAL_STATUS } from './call.ts';
export { type EmulatedCall, type Picture, problemCount } from './ledger.ts';
export { networkPorts, portsOver } from './network.ts';
export type { DialWord } from './people.ts';
export { pictureLines } from './picture.ts';
export type { EmulatorPorts, Installation } from './ports.ts';
export { type Emulation, type EmulationOptions, startEmulation } from './run.ts';
export { callDetailRecord, sessionUpdate } from './wire.ts';
