/* Cloudonix as an installation meets it, without an account: for trying, showing and loading. */

export type { EmulatedDirection } from './call.ts';
export { type EmulatedCall, type Picture, problemCount } from './ledger.ts';
export { networkPorts, portsOver } from './network.ts';
export { pictureLines } from './picture.ts';
export type { EmulatorPorts, Installation } from './ports.ts';
export { type Emulation, type EmulationOptions, startEmulation } from './run.ts';
