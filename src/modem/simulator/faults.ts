/** What goes wrong with the next command that matches. */
export type Fault =
  /** The command is done, its answer is lost. */
  | { readonly kind: 'drop-answer' }
  /** The command is not done; this line is the answer, e.g. `+CMS ERROR: 38`. */
  | { readonly kind: 'refuse'; readonly line: string }
  /** The answer comes this much later. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** The command is done and answered, with these lines in front: indications in the middle of an answer. */
  | { readonly kind: 'say-before'; readonly lines: readonly string[] }
  /** The command is done; instead of OK comes something that is no result. */
  | { readonly kind: 'garble'; readonly line: string }
  /** Nothing is answered from here on, until `wake()` or for so long. */
  | { readonly kind: 'silence'; readonly forMs?: number }
  /** The command is done (a message is in the network), then the modem restarts instead of answering. */
  | { readonly kind: 'restart' }
  /** The command is done, then the cable is pulled instead of an answer. */
  | { readonly kind: 'unplug' };

export interface FaultRule {
  /** Matched against the command line. */
  readonly command: RegExp;
  readonly fault: Fault;
  /** Where it strikes a command with a prompt: instead of the prompt, or after ctrl-Z (default). */
  readonly at?: 'prompt' | 'payload';
  /** How many commands it strikes; default 1. */
  readonly times?: number;
}

/** Faults waiting for their command; the one injected first strikes first. */
export class Faults {
  readonly #rules: { readonly rule: FaultRule; left: number }[] = [];

  inject(rule: FaultRule): void {
    this.#rules.push({ rule, left: rule.times ?? 1 });
  }

  /** The fault for this command, used up by asking. */
  take(command: string, at: 'prompt' | 'payload'): Fault | undefined {
    const found = this.#rules.find(
      ({ rule, left }) => left > 0 && rule.command.test(command) && (rule.at ?? 'payload') === at,
    );
    if (found === undefined) return undefined;
    found.left -= 1;
    return found.rule.fault;
  }
}
