import { systemClock } from '../../core/clock.ts';
import { systemTimers, type Timers } from '../time.ts';
import type { Transport } from '../transport/transport.ts';
import { type Answer, type Body, echoAfter, isWellFormed, runCommand } from './commands.ts';
import { type Fault, type FaultRule, Faults } from './faults.ts';
import { type HostInput, HostLine } from './host-input.ts';
import { listenTcp, type TcpListener } from './listen-tcp.ts';
import { type IncomingMessage, type ReportPolicy, SimulatedNetwork, type Submission } from './network.ts';
import { freshSettings, type SimulatorOptions } from './options.ts';
import { SimCard } from './sim-card.ts';
import { type Slot, Slots } from './slots.ts';

/** A routed report that is not acknowledged within this time goes back to the network (Telit waits 17 s). */
const ACKNOWLEDGE_WITHIN_MS = 15_000;

/**
 * A GSM modem without hardware: speaks AT over any transport, keeps its state while no host is there, restarts,
 * misbehaves on demand. Behind it is a network that keeps count of every message it was given.
 */
export class ModemSimulator {
  readonly #options: SimulatorOptions;
  readonly #timers: Timers;
  readonly #network: SimulatedNetwork;
  readonly #body: Body;
  readonly #faults = new Faults();
  readonly #host = new HostLine();
  /** Messages the network could not deliver because the memory was full. */
  readonly #waitingMessages: string[] = [];
  /** Reports for the host that it has not acknowledged, or that wait until they may be said. */
  readonly #waitingReports: string[] = [];
  readonly #input: number[] = [];
  #transport: Transport | undefined;
  #prompt: { readonly command: string; readonly tpduLength: number } | undefined;
  #busy = false;
  #silent = false;
  #reportOut: { readonly pdu: string; readonly cancel: () => void } | undefined;

  constructor(options: SimulatorOptions) {
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    this.#network = new SimulatedNetwork({
      serviceCentre: options.serviceCentre ?? '+15550009999',
      firstReference: options.firstReference ?? 0,
      timers: this.#timers,
      clock: options.clock ?? systemClock,
      report: (pdu) => this.#takeReport(pdu),
    });
    this.#body = {
      settings: freshSettings(options.echo ?? true),
      sim: new SimCard(options.pin),
      slots: new Slots(options.storageSize ?? 20, options.firstIndex ?? 1),
      identity: {
        manufacturer: options.manufacturer ?? 'Switchhook',
        model: options.model ?? 'Simulator',
        imei: options.imei,
        imsi: options.imsi,
        iccid: options.iccid ?? '89882390000012345678',
        operator: options.operator ?? 'Simulated',
      },
      reportModes: options.reportModes ?? [0, 1, 2],
      phase2plus: options.phase2plus ?? true,
      serviceCentre: options.serviceCentre ?? '+15550009999',
      registration: 1,
      signal: 20,
      restart: () => this.restart(),
      slotFreed: () => this.#deliverWaiting(),
      indicationsSet: () => this.#sayNextReport(),
      acknowledged: (kept) => this.#acknowledged(kept),
      markRead: (slot) => this.#body.slots.markRead(slot.index),
    };
  }

  /** The SIM's own number. */
  get number(): string {
    return this.#options.number;
  }

  /** Everything the network took, in order. */
  get submitted(): readonly Submission[] {
    return this.#network.submitted;
  }

  /** What lies in the SIM now. */
  get stored(): readonly Slot[] {
    return this.#body.slots.all();
  }

  /** Whether it waits for a PDU: where a host that died left it. */
  get atPrompt(): boolean {
    return this.#prompt !== undefined;
  }

  /** Tries left for the PIN. */
  get pinTriesLeft(): number {
    return this.#body.sim.triesLeft;
  }

  /** Plugs a host in; the one before is forgotten. The returned function unplugs it without closing. */
  attach(transport: Transport): () => void {
    this.#transport = transport;
    const detach = () => {
      if (this.#transport === transport) this.#transport = undefined;
    };
    transport.onData((bytes) => {
      if (this.#transport === transport) this.#take(bytes);
    });
    transport.onClose(detach);
    return detach;
  }

  /** Offers the modem on a TCP port of this machine; the newest connection has it. */
  listenTcp(port = 0, host = '127.0.0.1'): Promise<TcpListener> {
    return listenTcp((transport) => this.attach(transport), port, host);
  }

  /** A message arrives from the network. */
  receive(message: IncomingMessage): void {
    this.receivePdu(this.#network.encodeIncoming(message));
  }

  /** A PDU arrives from the network, whatever it is; when the memory is full it waits there for space. */
  receivePdu(pdu: string): void {
    this.#waitingMessages.push(pdu);
    this.#deliverWaiting();
  }

  onSubmit(listener: (submission: Submission) => void): () => void {
    return this.#network.onSubmit(listener);
  }

  /** For the messages from here on. */
  reportBy(policy: ReportPolicy): void {
    this.#network.reportPolicy = policy;
  }

  /** Sends the reports held back so far; default: delivered. */
  releaseReports(status?: number): void {
    this.#network.releaseReports(status);
  }

  inject(rule: FaultRule): void {
    this.#faults.inject(rule);
  }

  /** Ends the silence a fault began. */
  wake(): void {
    this.#silent = false;
  }

  /** 3GPP TS 27.007 7.2: 1 home, 5 roaming, 2 searching, 3 denied, 0 none. */
  setRegistration(stat: number): void {
    this.#body.registration = stat;
    if (this.#body.settings.watchRegistration > 0) this.say(`+CREG: ${stat}`);
  }

  /** rssi as in +CSQ: 0 to 31, 99 unknown. */
  setSignal(rssi: number): void {
    this.#body.signal = rssi;
  }

  /** Says lines by itself. */
  say(...lines: readonly string[]): void {
    for (const line of lines) this.#write(`\r\n${line}\r\n`);
  }

  /** Power off and on: settings are forgotten, the SIM is locked again, the boot lines are said. */
  restart(): void {
    Object.assign(this.#body.settings, freshSettings(this.#options.echo ?? true));
    this.#body.sim.lock();
    this.#host.reset();
    this.#input.length = 0;
    this.#prompt = undefined;
    this.#busy = false;
    this.#silent = false;
    this.#forgetReportOut();
    this.say('RDY', '+CFUN: 1', `+CPIN: ${this.#body.sim.state}`, 'SMS Ready');
  }

  #take(bytes: Uint8Array): void {
    this.#input.push(...bytes);
    this.#work();
  }

  /** One command at a time: what is typed meanwhile waits. */
  #work(): void {
    let echo = '';
    while (!this.#busy && this.#input.length > 0) {
      const byte = this.#input.shift() ?? 0;
      echo += String.fromCharCode(byte);
      const input = this.#host.take(byte, this.#prompt !== undefined);
      if (input === undefined) continue;
      this.#echo(echo);
      echo = '';
      this.#run(input);
    }
    this.#echo(echo);
  }

  #echo(typed: string): void {
    if (typed !== '' && this.#body.settings.echo && !this.#silent) this.#write(typed);
  }

  #run(input: HostInput): void {
    if (this.#silent) return;
    switch (input.kind) {
      case 'escape':
        this.#prompt = undefined;
        this.say('OK');
        return;
      case 'payload':
        this.#runPayload(input.text);
        return;
      case 'command':
        this.#runLine(input.text);
    }
  }

  #runLine(text: string): void {
    const fault = this.#faults.take(text, 'prompt') ?? this.#faultForPlain(text);
    if (fault?.kind === 'refuse') {
      this.#finish(text, fault, () => ({ kind: 'ok', lines: [] }));
      return;
    }
    this.#body.settings.echo = echoAfter(/^AT[EVQ01]*$/i.test(text) ? text : '', this.#body.settings.echo);
    this.#finish(text, fault, () => this.#runAll(text));
  }

  #faultForPlain(text: string): Fault | undefined {
    return /^AT\+CMGS=/i.test(text) ? undefined : this.#faults.take(text, 'payload');
  }

  /** A line may hold several commands; the first that fails ends it (V.250 5.2.1). */
  #runAll(text: string): Answer {
    const lines: string[] = [];
    for (const command of splitCommands(text.slice(2))) {
      const answer = runCommand(this.#body, command);
      if (answer.kind !== 'ok') return answer;
      lines.push(...answer.lines);
    }
    return { kind: 'ok', lines };
  }

  #runPayload(typed: string): void {
    const { command, tpduLength } = this.#prompt ?? { command: '', tpduLength: 0 };
    this.#prompt = undefined;
    const pdu = typed.trim();
    const fault = this.#faults.take(command, 'payload');
    const delayed: Fault | undefined =
      fault ?? (this.#options.submitDelayMs ? { kind: 'delay', delayMs: this.#options.submitDelayMs } : undefined);
    this.#finish(command, delayed, () => {
      const taken = isWellFormed(pdu, tpduLength) ? this.#network.take(pdu) : undefined;
      return taken === undefined ? { kind: 'cms', code: 304 } : { kind: 'ok', lines: [`+CMGS: ${taken.reference}`] };
    });
  }

  /** Does a command and answers it, or does what the fault says. */
  #finish(command: string, fault: Fault | undefined, work: () => Answer): void {
    switch (fault?.kind) {
      case undefined:
        this.#answer(command, work());
        return;
      case 'refuse':
        this.say(fault.line);
        return;
      case 'drop-answer':
        work();
        return;
      case 'say-before':
        this.say(...fault.lines);
        this.#answer(command, work());
        return;
      case 'garble':
        work();
        this.say(fault.line);
        return;
      case 'silence':
        this.#silent = true;
        return;
      case 'restart':
        work();
        this.restart();
        return;
      case 'unplug':
        work();
        this.#unplug();
        return;
      case 'delay': {
        const answer = work();
        this.#busy = true;
        this.#timers.after(fault.delayMs, () => {
          if (!this.#busy) return;
          this.#busy = false;
          this.#answer(command, answer);
          this.#work();
        });
      }
    }
  }

  #answer(command: string, answer: Answer): void {
    switch (answer.kind) {
      case 'ok':
        this.say(...answer.lines, 'OK');
        return;
      case 'prompt':
        this.#prompt = { command, tpduLength: answer.tpduLength };
        this.#write('\r\n> ');
        return;
      case 'error':
        this.say('ERROR');
        return;
      default:
        this.say(this.#body.settings.errorNumbers ? `+${answer.kind.toUpperCase()} ERROR: ${answer.code}` : 'ERROR');
    }
  }

  #deliverWaiting(): void {
    while (this.#waitingMessages.length > 0) {
      const [pdu = ''] = this.#waitingMessages;
      const index = this.#body.slots.add(pdu);
      if (index === undefined) return;
      this.#waitingMessages.shift();
      if (this.#body.settings.indications.mt === 1) this.say(`+CMTI: "SM",${index}`);
    }
  }

  /** A status report comes from the network: routed, stored or dropped, as +CNMI says. */
  #takeReport(pdu: string): void {
    const { ds } = this.#body.settings.indications;
    if (ds === 2) {
      const index = this.#body.slots.add(pdu);
      if (index === undefined) this.#waitingMessages.push(pdu);
      else this.say(`+CDSI: "SM",${index}`);
      return;
    }
    // In phase 2+ the network keeps a report until it is acknowledged; before that it is said once, heard or not.
    if (this.#body.settings.phase === 1 || this.#body.phase2plus) this.#waitingReports.push(pdu);
    else if (ds === 1) this.#sayReport(pdu);
    this.#sayNextReport();
  }

  #sayNextReport(): void {
    const { settings } = this.#body;
    if (settings.indications.ds !== 1 || this.#transport === undefined || this.#reportOut !== undefined) return;
    const pdu = this.#waitingReports.shift();
    if (pdu === undefined) return;
    this.#sayReport(pdu);
    if (settings.phase === 0) {
      this.#sayNextReport();
      return;
    }
    const cancel = this.#timers.after(ACKNOWLEDGE_WITHIN_MS, () => {
      settings.indications = { ...settings.indications, mt: 0, ds: 0 };
      this.#forgetReportOut();
    });
    this.#reportOut = { pdu, cancel };
  }

  #sayReport(pdu: string): void {
    const octets = pdu.length / 2 - 1 - Number.parseInt(pdu.slice(0, 2), 16);
    this.#write(`\r\n+CDS: ${octets}\r\n${pdu}\r\n`);
  }

  #acknowledged(kept: boolean): boolean {
    const out = this.#reportOut;
    if (out === undefined) return false;
    if (kept) {
      out.cancel();
      this.#reportOut = undefined;
    } else this.#forgetReportOut();
    if (kept) this.#timers.after(0, () => this.#sayNextReport());
    return true;
  }

  /** The network keeps what was not acknowledged. */
  #forgetReportOut(): void {
    if (this.#reportOut === undefined) return;
    this.#reportOut.cancel();
    this.#waitingReports.unshift(this.#reportOut.pdu);
    this.#reportOut = undefined;
  }

  #unplug(): void {
    const transport = this.#transport;
    this.#transport = undefined;
    transport?.close().catch(() => undefined);
  }

  #write(text: string): void {
    const transport = this.#transport;
    if (transport === undefined) return;
    // A host that is gone hears nothing; its onClose detaches it.
    const lost = () => undefined;
    try {
      const written = transport.write(new TextEncoder().encode(text));
      if (written instanceof Promise) written.catch(lost);
    } catch {
      lost();
    }
  }
}

/** `E0V1` stays one, `+CMEE=1;+CREG=2` are two; a semicolon inside quotes does not separate. */
function splitCommands(text: string): readonly string[] {
  return text.match(/(?:[^;"]|"[^"]*")+/g) ?? [''];
}

/** A simulated modem, switched on; see `ModemSimulator`. */
export function createSimulator(options: SimulatorOptions): ModemSimulator {
  return new ModemSimulator(options);
}
