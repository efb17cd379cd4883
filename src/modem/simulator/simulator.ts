import { systemClock } from '../../core/clock.ts';
import { systemTimers, type Timers } from '../time.ts';
import type { Transport } from '../transport/transport.ts';
import { decodeUssd, encodeUssd, USSD_GSM7 } from '../ussd/text.ts';
import { CommandRunner } from './command-runner.ts';
import type { Body } from './commands.ts';
import { type FaultRule, Faults } from './faults.ts';
import { HostPort } from './host-port.ts';
import { listenTcp, type TcpListener } from './listen-tcp.ts';
import { type IncomingMessage, type ReportPolicy, SimulatedNetwork, type Submission } from './network.ts';
import { freshSettings, type SimulatorOptions } from './options.ts';
import { ReportDesk } from './report-desk.ts';
import { SimCard } from './sim-card.ts';
import { type Slot, Slots } from './slots.ts';

const SERVICE_CENTRE = '+15550009999';
const BOOT_LINES = ['RDY', '+CFUN: 1', 'SMS Ready'];
const USSD: Readonly<Record<string, string>> = { '*100#': 'Your balance is 12.50 EUR. Valid until 31.12.2026.' };
const USSD_AFTER_MS = 700;
const RING_EVERY_MS = 4_000;
const LATE_REPORT_MS = 60_000;

/**
 * A GSM modem without hardware: speaks AT over any transport, keeps its state while no host is there, restarts,
 * misbehaves on demand or by chance. Behind it is a network that keeps count of every message it was given.
 */
export class ModemSimulator {
  readonly #options: SimulatorOptions;
  readonly #timers: Timers;
  readonly #network: SimulatedNetwork;
  readonly #body: Body;
  readonly #port = new HostPort();
  readonly #runner: CommandRunner;
  readonly #reports: ReportDesk;
  readonly #faults = new Faults();
  /** Messages the network could not deliver because the memory was full. */
  readonly #waitingMessages: string[] = [];
  #stopRinging: () => void = () => undefined;
  #stopChatter: () => void = () => undefined;

  constructor(options: SimulatorOptions) {
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    const mischief = options.mischief ?? {};
    const random = options.random ?? Math.random;
    this.#network = new SimulatedNetwork({
      serviceCentre: options.serviceCentre ?? SERVICE_CENTRE,
      firstReference: options.firstReference ?? 0,
      timers: this.#timers,
      clock: options.clock ?? systemClock,
      report: (pdu) => this.#reports.take(pdu),
      reportTimes: () => [
        random() < (mischief.reportLate ?? 0) ? LATE_REPORT_MS : 0,
        ...(random() < (mischief.reportTwice ?? 0) ? [0] : []),
      ],
    });
    this.#body = this.#createBody();
    this.#reports = new ReportDesk(this.#body, this.#port, this.#timers, (pdu) => this.#storeReport(pdu));
    this.#runner = new CommandRunner({
      body: this.#body,
      port: this.#port,
      timers: this.#timers,
      faults: this.#faults,
      mischief,
      random,
      submitDelayMs: options.submitDelayMs ?? 0,
      submit: (pdu) => this.#network.take(pdu)?.reference,
      restart: () => this.restart(),
    });
    if (options.chatterEveryMs !== undefined) this.#chatter(0, options.chatterEveryMs);
  }

  #createBody(): Body {
    const options = this.#options;
    return {
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
      serviceCentre: options.serviceCentre ?? SERVICE_CENTRE,
      registration: 1,
      signal: 20,
      restart: () => this.restart(),
      slotFreed: () => this.#deliverWaiting(),
      indicationsSet: () => this.#reports.sayNext(),
      acknowledged: (kept) => this.#reports.acknowledged(kept),
      markRead: (slot) => this.#body.slots.markRead(slot.index),
      ussd: (text) => this.#answerUssd(text),
      hangUp: () => this.#stopRinging(),
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
    return this.#runner.atPrompt;
  }

  /** Tries left for the PIN. */
  get pinTriesLeft(): number {
    return this.#body.sim.triesLeft;
  }

  /** Plugs a host in; the one before is forgotten. The returned function unplugs it without closing. */
  attach(transport: Transport): () => void {
    return this.#port.attach(transport, (bytes) => this.#runner.take(bytes));
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
    this.#runner.wake();
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

  /** Takes the SIM card out, or puts it in again. */
  placeSim(isPresent: boolean): void {
    this.#body.sim.place(isPresent);
  }

  /** Somebody calls and lets it ring so many times; a host may hang up before. */
  ring(from: string, times = 3): void {
    const once = (left: number) => {
      this.say('RING', `+CLIP: "${from}",145,,,,0`);
      if (left > 1) this.#stopRinging = this.#timers.after(RING_EVERY_MS, () => once(left - 1));
    };
    once(times);
  }

  /** Says lines by itself. */
  say(...lines: readonly string[]): void {
    this.#port.say(lines);
  }

  /** Power off and on: settings are forgotten, the SIM is locked again, after the boot time its lines are said. */
  restart(): void {
    const { bootMs = 0, bootLines = BOOT_LINES } = this.#options;
    Object.assign(this.#body.settings, freshSettings(this.#options.echo ?? true));
    this.#body.sim.lock();
    this.#runner.reset();
    this.#reports.forget();
    const started = () => {
      this.#runner.wake();
      this.say(...bootLines, `+CPIN: ${this.#body.sim.state}`);
    };
    if (bootMs === 0) {
      started();
      return;
    }
    this.#runner.hush();
    this.#timers.after(bootMs, started);
  }

  /** Ends what it does by itself, so that a program can end. */
  stop(): void {
    this.#stopRinging();
    this.#stopChatter();
  }

  #deliverWaiting(): void {
    while (this.#waitingMessages.length > 0) {
      const [pdu = ''] = this.#waitingMessages;
      const index = this.#body.slots.add(pdu);
      if (index === undefined) {
        this.#sayFull();
        return;
      }
      this.#waitingMessages.shift();
      if (this.#body.settings.indications.mt === 1) this.say(`+CMTI: "SM",${index}`);
    }
  }

  #storeReport(pdu: string): void {
    const index = this.#body.slots.add(pdu);
    if (index === undefined) {
      this.#waitingMessages.push(pdu);
      this.#sayFull();
    } else this.say(`+CDSI: "SM",${index}`);
  }

  #sayFull(): void {
    const { memoryFullLine } = this.#options;
    if (memoryFullLine !== undefined) this.say(memoryFullLine);
  }

  #answerUssd(typed: string): void {
    const { packedUssd = false, ussd = USSD } = this.#options;
    const answer = ussd[packedUssd ? decodeUssd(typed, USSD_GSM7, true) : typed];
    this.#timers.after(USSD_AFTER_MS, () => {
      // An answer that ends with `?` waits for one of the host's.
      const mode = answer?.endsWith('?') ? 1 : 0;
      this.say(answer === undefined ? '+CUSD: 4' : `+CUSD: ${mode},"${encodeUssd(answer, packedUssd)}",${USSD_GSM7}`);
    });
  }

  #chatter(turn: number, everyMs: number): void {
    const lines = this.#options.chatter ?? [];
    const line = lines[turn % Math.max(1, lines.length)];
    this.#stopChatter = this.#timers.after(everyMs, () => {
      if (line !== undefined) this.say(line);
      this.#chatter(turn + 1, everyMs);
    });
  }
}

/** A simulated modem, switched on; see `ModemSimulator`. */
export function createSimulator(options: SimulatorOptions): ModemSimulator {
  return new ModemSimulator(options);
}
