/*
 * One modem, from bytes to messages. `createSupervisor` runs it for ever, `inspectModem` looks at it without touching
 * it. The layers below (GsmModem, Channel, at/, pdu/) can be used alone from their own files; simulator/ plays the
 * other end. Only core is used, no database and no HTTP.
 */

export type { ErrorClass, ErrorMeaning } from './at/errors.ts';
export type { RegistrationState } from './at/parse-registration.ts';
export type { RoutedKind, Urc } from './at/urc.ts';
export type { Trace } from './channel.ts';
export type { ModemEvent, ModemEventKind } from './events.ts';
export type { ModemIdentity, SimIdentity } from './identity.ts';
export type { InboundHandlers } from './inbound.ts';
export type { ModemSetup } from './initialise.ts';
export { inspectModem, type ModemFacts } from './inspect.ts';
export type { ModemState } from './life.ts';
export type { StoredMessage } from './message-store.ts';
export type { ModemError } from './modem-error.ts';
export { openFailure } from './open-failure.ts';
export { type PortAccess, PortFinder } from './port-finder.ts';
export type { PinMemory } from './sim.ts';
export type { ModemSnapshot } from './snapshot.ts';
export type { SubmitOutcome, SubmitRequest } from './submit.ts';
export { createSupervisor, type KnownModem, type ModemSupervisor, type SupervisorOptions } from './supervisor.ts';
export { systemTimers, type Timers } from './time.ts';
export { openTransport } from './transport/open.ts';

export { listSerialPorts, type SerialPortInfo } from './transport/serial.ts';
export { stableNameOf } from './transport/stable-name.ts';
export type { Transport, TransportOptions } from './transport/transport.ts';
export type { UssdOutcome, UssdRequest } from './ussd/dialogue.ts';
