import type { Timers } from '../time.ts';
import { type Answer, type Body, echoAfter, isWellFormed, runCommand } from './commands.ts';
import type { Fault, Faults } from './faults.ts';
import { type HostInput, HostLine } from './host-input.ts';
import type { HostPort } from './host-port.ts';
import { type Mischief, mischiefFor } from './mischief.ts';

export interface CommandRunnerOptions {
  readonly body: Body;
  readonly port: HostPort;
  readonly timers: Timers;
  readonly faults: Faults;
  readonly mischief: Mischief;
  readonly random: () => number;
  readonly submitDelayMs: number;
  /** Gives a PDU to the network: its reference, or undefined when it is none. */
  readonly submit: (pdu: string) => number | undefined;
  readonly restart: () => void;
}

/** The modem's command line: one command at a time, a prompt for PDUs, and what a fault makes of the answer. */
export class CommandRunner {
  readonly #options: CommandRunnerOptions;
  readonly #host = new HostLine();
  readonly #input: number[] = [];
  #prompt: { readonly command: string; readonly tpduLength: number } | undefined;
  #busy = false;
  #silent = false;

  constructor(options: CommandRunnerOptions) {
    this.#options = options;
  }

  /** Whether it waits for a PDU: where a host that died left it. */
  get atPrompt(): boolean {
    return this.#prompt !== undefined;
  }

  /** Hears and says nothing until `wake`. */
  hush(): void {
    this.#silent = true;
  }

  wake(): void {
    this.#silent = false;
  }

  /** Everything typed and begun is forgotten. */
  reset(): void {
    this.#host.reset();
    this.#input.length = 0;
    this.#prompt = undefined;
    this.#busy = false;
    this.#silent = false;
  }

  take(bytes: Uint8Array): void {
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
    if (typed !== '' && this.#options.body.settings.echo && !this.#silent) this.#options.port.write(typed);
  }

  #run(input: HostInput): void {
    if (this.#silent) return;
    switch (input.kind) {
      case 'escape':
        this.#prompt = undefined;
        this.#say('OK');
        return;
      case 'payload':
        this.#runPayload(input.text);
        return;
      case 'command':
        this.#runLine(input.text);
    }
  }

  #runLine(text: string): void {
    const { body } = this.#options;
    const fault = this.#faultAt(text, 'prompt') ?? (isSend(text) ? undefined : this.#faultAt(text, 'payload'));
    if (fault?.kind === 'refuse') {
      this.#finish(text, fault, () => ({ kind: 'ok', lines: [] }));
      return;
    }
    body.settings.echo = echoAfter(/^AT[EVQ01]*$/i.test(text) ? text : '', body.settings.echo);
    this.#finish(text, fault, () => this.#runAll(text));
  }

  /** What a test has asked for goes before what chance has. */
  #faultAt(command: string, at: 'prompt' | 'payload'): Fault | undefined {
    const { faults, mischief, random } = this.#options;
    return faults.take(command, at) ?? mischiefFor(command, at, mischief, random);
  }

  /** A line may hold several commands; the first that fails ends it (V.250 5.2.1). */
  #runAll(text: string): Answer {
    const lines: string[] = [];
    for (const command of splitCommands(text.slice(2))) {
      const answer = runCommand(this.#options.body, command);
      if (answer.kind !== 'ok') return answer;
      lines.push(...answer.lines);
    }
    return { kind: 'ok', lines };
  }

  #runPayload(typed: string): void {
    const { command, tpduLength } = this.#prompt ?? { command: '', tpduLength: 0 };
    this.#prompt = undefined;
    const pdu = typed.trim();
    const { submitDelayMs, submit } = this.#options;
    const air: Fault | undefined = submitDelayMs > 0 ? { kind: 'delay', delayMs: submitDelayMs } : undefined;
    this.#finish(command, this.#faultAt(command, 'payload') ?? air, () => {
      const reference = isWellFormed(pdu, tpduLength) ? submit(pdu) : undefined;
      return reference === undefined ? { kind: 'cms', code: 304 } : { kind: 'ok', lines: [`+CMGS: ${reference}`] };
    });
  }

  /** Does a command and answers it, or does what the fault says. */
  #finish(command: string, fault: Fault | undefined, work: () => Answer): void {
    switch (fault?.kind) {
      case undefined:
        this.#answer(command, work());
        return;
      case 'refuse':
        this.#say(fault.line);
        return;
      case 'drop-answer':
        work();
        return;
      case 'say-before':
        this.#say(...fault.lines);
        this.#answer(command, work());
        return;
      case 'garble':
        work();
        this.#say(fault.line);
        return;
      case 'silence':
        this.#silent = true;
        if (fault.forMs !== undefined) this.#options.timers.after(fault.forMs, () => this.wake());
        return;
      case 'restart':
        work();
        this.#options.restart();
        return;
      case 'unplug':
        work();
        this.#options.port.unplug();
        return;
      case 'delay':
        this.#delay(command, fault.delayMs, work());
    }
  }

  #delay(command: string, delayMs: number, answer: Answer): void {
    this.#busy = true;
    this.#options.timers.after(delayMs, () => {
      if (!this.#busy) return;
      this.#busy = false;
      this.#answer(command, answer);
      this.#work();
    });
  }

  #answer(command: string, answer: Answer): void {
    switch (answer.kind) {
      case 'ok':
        this.#say(...answer.lines, 'OK');
        return;
      case 'prompt':
        this.#prompt = { command, tpduLength: answer.tpduLength };
        this.#options.port.write('\r\n> ');
        return;
      case 'error':
        this.#say('ERROR');
        return;
      default: {
        const isNumbered = this.#options.body.settings.errorNumbers;
        this.#say(isNumbered ? `+${answer.kind.toUpperCase()} ERROR: ${answer.code}` : 'ERROR');
      }
    }
  }

  #say(...lines: readonly string[]): void {
    this.#options.port.say(lines);
  }
}

const isSend = (command: string) => /^AT\+CMGS=/i.test(command);

/** `E0V1` stays one, `+CMEE=1;+CREG=2` are two; a semicolon inside quotes does not separate. */
function splitCommands(text: string): readonly string[] {
  return text.match(/(?:[^;"]|"[^"]*")+/g) ?? [''];
}
