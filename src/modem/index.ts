/*
 * One modem, from bytes to messages. `createSupervisor` runs it for ever; `GsmModem` and `Channel` are the layers
 * below, usable alone; `createSimulator` plays the other end. Only core is used, no database and no HTTP.
 */

export { type AtCommand, action, bareQuery, query } from './at/command.ts';
export type { CommandResult } from './at/command-machine.ts';
export { cmeMeaning, cmsMeaning, type ErrorClass, type ErrorMeaning } from './at/errors.ts';
export type { RegistrationState } from './at/parse-registration.ts';
export type { RoutedKind, Urc } from './at/urc.ts';
export { Channel, type Commander, type Trace } from './channel.ts';
export { GsmModem, type GsmModemOptions } from './gsm-modem.ts';
export type { ModemIdentity, SimIdentity } from './identity.ts';
export type { InboundHandlers } from './inbound.ts';
export type { InitialiseOutcome, ModemSetup } from './initialise.ts';
export { inspectModem, type ModemFacts } from './inspect.ts';
export type { StoredMessage } from './message-store.ts';
export { answerOf, failureOf, type ModemError } from './modem-error.ts';
export { type PinMemory, pinKey } from './sim.ts';
export type { ModemSnapshot, ModemState } from './snapshot.ts';
export type { SubmitOutcome, SubmitRequest } from './submit.ts';
export { createSupervisor, type ModemSupervisor, type SupervisorOptions } from './supervisor.ts';
export { systemTimers, type Timers } from './time.ts';
export { openTransport } from './transport/open.ts';
export { createTransportPair } from './transport/pair.ts';
export { listSerialPorts, type SerialPortInfo } from './transport/serial.ts';
export type { Transport, TransportOptions } from './transport/transport.ts';
