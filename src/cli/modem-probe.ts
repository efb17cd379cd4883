import { inspectModem, type ModemFacts, type SerialPortInfo, type Timers, type Transport } from '../modem/index.ts';

export interface ProbeOptions {
  /** What the system knows of the port, for the advice on a stable name. */
  readonly port?: SerialPortInfo;
  readonly timers?: Timers;
  readonly trace?: (direction: '>' | '<', text: string) => void;
}

/** What was found at a port, and what to do about it, in words. */
export interface ProbeReport {
  readonly answers: boolean;
  readonly facts?: ModemFacts;
  /** Ready to send and receive as it is. */
  readonly usable: boolean;
  readonly advice: readonly string[];
  /** A udev rule that gives the modem a name which survives replugging. */
  readonly udevRule?: string;
}

const WEAK_DBM = -105;

/** Asks the modem behind a transport what it is, without changing it, and says what is missing. Closes the transport. */
export async function probeModem(transport: Transport, options: ProbeOptions = {}): Promise<ProbeReport> {
  const { port, timers, trace } = options;
  const facts = await inspectModem(transport, {
    ...(timers === undefined ? {} : { timers }),
    ...(trace === undefined ? {} : { trace }),
  });
  const rule = port === undefined ? undefined : udevRule(port, facts?.identity.imei);
  const advice = [...(facts === undefined ? NO_ANSWER : adviceFor(facts)), ...namingAdvice(port, rule)];
  return {
    answers: facts !== undefined,
    ...(facts === undefined ? {} : { facts }),
    usable: facts !== undefined && isUsable(facts),
    advice,
    ...(rule === undefined ? {} : { udevRule: rule }),
  };
}

const NO_ANSWER: readonly string[] = [
  'Nothing answers AT at this port. Check power and cable.',
  'A USB modem has several ports; try the others of the same device.',
  'On a wired port check the speed, and that RTS and CTS are connected if flow control is on.',
  'Another program may own the port (ModemManager does, until the device is excluded from it).',
];

function isUsable({ sim, registration, serviceCentre }: ModemFacts): boolean {
  return (
    sim.state === 'READY' && (registration === 'home' || registration === 'roaming') && serviceCentre !== undefined
  );
}

/** One sentence for each thing that keeps the modem from working, or soon will; none for a modem that is fine. */
function adviceFor(facts: ModemFacts): readonly string[] {
  const { sim, registration, signalDbm, serviceCentre, memories } = facts;
  if (sim.state !== 'READY') return [simAdvice(sim)];
  const advice: string[] = [];
  if (registration === 'denied') advice.push('The network refuses this SIM card: check its contract and its bands.');
  else if (registration === 'searching')
    advice.push('The modem is searching for a network: check antenna and coverage.');
  else if (registration !== 'home' && registration !== 'roaming') {
    advice.push('The modem is not on a network: check antenna, coverage and that its radio is on (AT+CFUN=1).');
  }
  if (signalDbm !== undefined && signalDbm < WEAK_DBM) {
    advice.push(`The signal is weak (${signalDbm} dBm): move the antenna.`);
  }
  if (serviceCentre === undefined) advice.push('The SIM card has no service centre number: set it with AT+CSCA.');
  for (const { memory, used, total } of memories) {
    if (total > 0 && used >= total) advice.push(`Memory ${memory} is full (${used} of ${total}): nothing can arrive.`);
  }
  return advice;
}

function simAdvice({ state, triesLeft, error }: ModemFacts['sim']): string {
  const left = triesLeft === undefined ? '' : ` (${triesLeft} ${triesLeft === 1 ? 'try' : 'tries'} left)`;
  if (state === 'SIM PIN') return `The SIM card wants its PIN${left}: set it for this modem.`;
  if (state?.startsWith('SIM PUK')) return 'The SIM card is locked: unlock it with its PUK in a telephone.';
  if (state !== undefined) return `The modem wants ${state}: it is locked to another SIM card or operator.`;
  return error === undefined
    ? 'The modem does not tell the state of the SIM card.'
    : `The SIM card cannot be used: ${error.text}. ${error.advice}`;
}

/**
 * The rule by vendor, product, serial number and interface; undefined for a port that is not USB. Only characters that
 * such values really have are taken over: they come from the device.
 */
export function udevRule(port: SerialPortInfo, imei?: string): string | undefined {
  const vendor = hex4(port.vendorId);
  const product = hex4(port.productId);
  if (vendor === undefined || product === undefined) return undefined;
  const serial = /^[\w.:-]+$/.test(port.serialNumber ?? '') ? port.serialNumber : undefined;
  const [, usbInterface] = /-if([0-9a-f]{2})\b/i.exec(port.pnpId ?? '') ?? [];
  return [
    'SUBSYSTEM=="tty"',
    `ATTRS{idVendor}=="${vendor}"`,
    `ATTRS{idProduct}=="${product}"`,
    ...(serial === undefined ? [] : [`ATTRS{serial}=="${serial}"`]),
    ...(usbInterface === undefined ? [] : [`ENV{ID_USB_INTERFACE_NUM}=="${usbInterface}"`]),
    `SYMLINK+="modem-${imei?.slice(-6) ?? `${vendor}-${product}`}"`,
    // ModemManager would read the answers meant for us.
    'ENV{ID_MM_DEVICE_IGNORE}="1"',
  ].join(', ');
}

const hex4 = (id: string | undefined) => (/^[0-9a-f]{4}$/i.test(id ?? '') ? id?.toLowerCase() : undefined);

function namingAdvice(port: SerialPortInfo | undefined, rule: string | undefined): readonly string[] {
  if (port === undefined || rule === undefined) return [];
  const lines = [
    `${port.path} may get another number when it is plugged in again. For a name that stays, write this line to ` +
      `/etc/udev/rules.d/99-switchhook.rules and run "udevadm control --reload && udevadm trigger": ${rule}`,
  ];
  if (!rule.includes('ATTRS{serial}')) {
    lines.push('The device has no serial number: a second one of its kind needs a rule by its place (KERNELS).');
  }
  return lines;
}
