/* A modem without hardware, for tests, the demo and the `sim:` path. */

export type { Fault, FaultRule } from './faults.ts';
export type { TcpListener } from './listen-tcp.ts';
export { MISCHIEF_NAMES, type Mischief } from './mischief.ts';
export type { IncomingMessage, ReportPolicy, Submission } from './network.ts';
export type { SimulatorOptions } from './options.ts';
export { type Phone, Phones, type PhoneText } from './phones.ts';
export { createSimulator, type ModemSimulator } from './simulator.ts';
export type { Slot } from './slots.ts';
export { VENDORS, type VendorLook } from './vendors.ts';
