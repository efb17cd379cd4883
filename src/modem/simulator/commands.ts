import { toInteger } from '../at/fields.ts';
import type { Settings } from './options.ts';
import type { SimCard } from './sim-card.ts';
import type { Slot, Slots } from './slots.ts';

/** What the commands work on; the simulator gives it. */
export interface Body {
  readonly settings: Settings;
  readonly sim: SimCard;
  readonly slots: Slots;
  readonly identity: {
    readonly manufacturer: string;
    readonly model: string;
    readonly imei: string;
    readonly imsi: string;
    readonly iccid: string;
    readonly operator: string;
  };
  readonly reportModes: readonly number[];
  readonly phase2plus: boolean;
  serviceCentre: string;
  registration: number;
  signal: number;
  restart(): void;
  /** The slot is free now: what waits in the network may come. */
  slotFreed(): void;
  /** Indications were set: what waits for them may be said. */
  indicationsSet(): void;
  /** A routed report was acknowledged; false: none was waiting. */
  acknowledged(kept: boolean): boolean;
  markRead(slot: Slot): void;
  /** A code goes to the network, which answers later. */
  ussd(text: string): void;
  /** Ends the call that rings. */
  hangUp(): void;
}

/** An answer: lines, then how it ends. `prompt`: the PDU of that many octets is awaited. */
export type Answer =
  | { readonly kind: 'ok'; readonly lines: readonly string[] }
  | { readonly kind: 'cme' | 'cms'; readonly code: number }
  | { readonly kind: 'error' }
  | { readonly kind: 'prompt'; readonly tpduLength: number };

type Handler = (body: Body, argument: string) => Answer;

const ok = (...lines: readonly string[]): Answer => ({ kind: 'ok', lines });
const cms = (code: number): Answer => ({ kind: 'cms', code });
const ERROR: Answer = { kind: 'error' };
const unquote = (text: string) => text.replaceAll('"', '').trim();
const done =
  (change: (body: Body, argument: string) => void): Handler =>
  (body, argument) => {
    change(body, argument);
    return ok();
  };

const SM = '("SM")';
const memoryUse = ({ slots }: Body) => `${slots.used},${slots.size}`;

/** Commands the modem knows. `*`: with a locked SIM too. The rest of the line after the name is the argument. */
const COMMANDS: readonly (readonly [pattern: RegExp, handler: Handler, always?: '*'])[] = [
  // Echo is read from the whole line by the simulator; V and Q have only one form here.
  [/^([EVQ][01])*$|^Z$|^&F$/, () => ok(), '*'],
  [/^I$/, ({ identity }) => ok(identity.manufacturer, identity.model), '*'],
  [/^\+CMEE=(.*)$/, done(({ settings }, level) => (settings.errorNumbers = level !== '0')), '*'],
  [/^\+CGMI$/, ({ identity }) => ok(identity.manufacturer), '*'],
  [/^\+CGMM$/, ({ identity }) => ok(identity.model), '*'],
  [/^\+CGMR$/, () => ok('simulator 1'), '*'],
  [/^\+CGSN$/, ({ identity }) => ok(identity.imei), '*'],
  [/^\+CFUN\?$/, () => ok('+CFUN: 1'), '*'],
  [/^\+CFUN=1,1$/, done((body) => body.restart()), '*'],
  [/^\+CFUN=[014]$/, () => ok(), '*'],
  [/^\+COPS=[02]$/, () => ok()],
  [/^\+CBC$/, () => ok('+CBC: 0,80,3912')],
  [/^\+CUSD=1,"([^"]*)"(?:,\d+)?$/, askUssd],
  [/^\+CUSD=[02]$/, () => ok()],
  [/^H$/, done((body) => body.hangUp()), '*'],
  [/^\+CSCLK=0$|^\+CIURC=0$|^\^CURC=0$|^\^PORTSEL=1$|^\+WIND=0$|^\+UPSV=0$|^\+CSMP=[\d,]+$/, () => ok(), '*'],
  [/^\+CPIN\?$/, readPinState, '*'],
  [/^\+CPIN=(.*)$/, enterPin, '*'],
  [/^\+CPINR$/, ({ sim }) => ok(`+CPINR: SIM PIN,${sim.triesLeft},3`), '*'],
  [/^\+CIMI$/, ({ identity }) => ok(identity.imsi)],
  [/^\+CCID$/, ({ identity }) => ok(`+CCID: ${identity.iccid}`)],
  [/^\+C(?:E|G)?REG=(.*)$/, done(({ settings }, mode) => (settings.watchRegistration = Number(mode)))],
  [/^\+(C(?:E|G)?REG)\?$/, readRegistration],
  [/^\+CSQ$/, ({ signal }) => ok(`+CSQ: ${signal},0`)],
  [/^\+COPS=3,([02])$/, done(({ settings }, format) => (settings.operatorFormat = Number(format)))],
  [/^\+COPS\?$/, readOperator],
  [/^\+CMGF=([01])$/, done(({ settings }, mode) => (settings.pduMode = mode === '0'))],
  [/^\+CMGF\?$/, ({ settings }) => ok(`+CMGF: ${settings.pduMode ? 0 : 1}`)],
  [/^\+CSMS=([01])$/, choosePhase],
  [/^\+CPMS=\?$/, () => ok(`+CPMS: ${SM},${SM},${SM}`)],
  [/^\+CPMS\?$/, (body) => ok(`+CPMS: ${['SM', 'SM', 'SM'].map((name) => `"${name}",${memoryUse(body)}`).join(',')}`)],
  [/^\+CPMS="SM"(?:,"SM"){0,2}$/, (body) => ok(`+CPMS: ${[1, 2, 3].map(() => memoryUse(body)).join(',')}`)],
  [/^\+CSCA\?$/, ({ serviceCentre }) => ok(`+CSCA: "${serviceCentre}",145`)],
  [/^\+CSCA=(.*)$/, done((body, number) => (body.serviceCentre = unquote(number.split(',')[0] ?? '')))],
  [/^\+CNMI=\?$/, ({ reportModes }) => ok(`+CNMI: (0-2),(0,1),(0),(${reportModes.join(',')}),(0,1)`)],
  [/^\+CNMI\?$/, ({ settings }) => ok(`+CNMI: ${Object.values(settings.indications).join(',')}`)],
  [/^\+CNMI=(.*)$/, setIndications],
  [/^\+CNMA(?:=([012]))?$/, (body, reply) => (body.acknowledged(reply !== '2') ? ok() : cms(340))],
  [/^\+CMGL=([0-4])$/, listMessages],
  [/^\+CMGR=(\d+)$/, readMessage],
  [/^\+CMGD=(\d+)$/, deleteMessage],
  [/^\+CMMS=[0-2]$|^\+CLIP=[01]$|^\+CSCS=.*$/, () => ok()],
  [/^\+CMGS=(\d+)$/, openPrompt],
];

/** Runs one command without its `AT`. */
export function runCommand(body: Body, text: string): Answer {
  const command = text.trim();
  for (const [pattern, handler, always] of COMMANDS) {
    const match = pattern.exec(command);
    if (match === null) continue;
    if (body.sim.state !== 'READY' && always === undefined) {
      const isAbsent = body.sim.state === 'ABSENT';
      if (command.startsWith('+CM')) return cms(isAbsent ? 310 : 311);
      return { kind: 'cme', code: isAbsent ? 10 : 11 };
    }
    return handler(body, match[1] ?? '');
  }
  return ERROR;
}

/** `ATE0V1Q0` and the like; the last setting of each letter counts. */
export function echoAfter(commandLine: string, before: boolean): boolean {
  const settings = [...commandLine.toUpperCase().matchAll(/E([01])/g)];
  return settings.length === 0 ? before : settings.at(-1)?.[1] === '1';
}

function readPinState({ sim }: Body): Answer {
  return sim.state === 'ABSENT' ? { kind: 'cme', code: 10 } : ok(`+CPIN: ${sim.state}`);
}

function askUssd(body: Body, text: string): Answer {
  body.ussd(text);
  return ok();
}

function enterPin({ sim }: Body, argument: string): Answer {
  if (sim.state === 'ABSENT') return { kind: 'cme', code: 10 };
  if (sim.state === 'SIM PUK') return { kind: 'cme', code: 12 };
  if (sim.state === 'READY') return { kind: 'cme', code: 3 };
  return sim.enter(unquote(argument)) ? ok() : { kind: 'cme', code: 16 };
}

function readRegistration({ settings, registration }: Body, name: string): Answer {
  return ok(`+${name}: ${settings.watchRegistration},${registration}`);
}

function readOperator({ identity, registration, settings }: Body): Answer {
  const onNetwork = registration === 1 || registration === 5;
  return ok(onNetwork ? `+COPS: 0,${settings.operatorFormat},"${identity.operator}",7` : '+COPS: 0');
}

function choosePhase({ settings, phase2plus }: Body, phase: string): Answer {
  if (phase === '1' && !phase2plus) return cms(303);
  settings.phase = phase === '1' ? 1 : 0;
  return ok('+CSMS: 1,1,1');
}

function setIndications(body: Body, argument: string): Answer {
  const [mode = 0, mt = 0, bm = 0, ds = 0, bfr = 0] = argument.split(',').map((value) => toInteger(value) ?? -1);
  if (mode < 0 || mode > 2 || mt < 0 || mt > 1 || bm !== 0 || !body.reportModes.includes(ds)) return cms(303);
  body.settings.indications = { mode, mt, bm, ds, bfr };
  body.indicationsSet();
  return ok();
}

/** Octets after the service-centre field. */
const tpduLength = (pdu: string) => pdu.length / 2 - 1 - Number.parseInt(pdu.slice(0, 2), 16);

function listMessages(body: Body, stat: string): Answer {
  if (!body.settings.pduMode) return cms(305);
  const wanted = body.slots.all().filter((slot) => stat === '4' || slot.stat === Number(stat));
  const lines = wanted.flatMap((slot) => [
    `+CMGL: ${slot.index},${slot.stat},,${tpduLength(slot.pdu)}`,
    slot.pdu.toUpperCase(),
  ]);
  for (const slot of wanted) body.markRead(slot);
  return ok(...lines);
}

function readMessage(body: Body, index: string): Answer {
  if (!body.settings.pduMode) return cms(305);
  const slot = body.slots.get(Number(index));
  if (slot === undefined) return cms(321);
  body.markRead(slot);
  return ok(`+CMGR: ${slot.stat},,${tpduLength(slot.pdu)}`, slot.pdu.toUpperCase());
}

function deleteMessage(body: Body, index: string): Answer {
  if (!body.slots.delete(Number(index))) return cms(321);
  body.slotFreed();
  return ok();
}

function openPrompt(body: Body, length: string): Answer {
  if (!body.settings.pduMode) return cms(304);
  if (body.registration !== 1 && body.registration !== 5) return cms(331);
  const octets = Number(length);
  return octets >= 7 && octets <= 164 ? { kind: 'prompt', tpduLength: octets } : cms(304);
}

/** Whether a PDU is hexadecimal and as long as announced. */
export function isWellFormed(pdu: string, announced: number): boolean {
  return /^([0-9A-F]{2})+$/i.test(pdu) && tpduLength(pdu) === announced;
}
