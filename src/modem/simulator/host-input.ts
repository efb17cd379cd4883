/** What the host typed: a command line, or the text at a prompt with how it was ended. */
export type HostInput =
  | { readonly kind: 'command'; readonly text: string }
  | { readonly kind: 'payload'; readonly text: string }
  | { readonly kind: 'escape' };

const CR = 0x0d;
const CTRL_Z = 0x1a;
const ESC = 0x1b;

/**
 * The modem's side of the line: collects bytes up to CR, or up to ctrl-Z or ESC while a prompt is open. As in a real
 * modem the prompt stays open however long, whoever is at the other end, and what is typed there is text.
 */
export class HostLine {
  #typed = '';

  /** Takes one byte. `atPrompt` tells in which state the modem is. */
  take(byte: number, atPrompt: boolean): HostInput | undefined {
    if (atPrompt && (byte === CTRL_Z || byte === ESC)) {
      const text = this.#clear();
      return byte === ESC ? { kind: 'escape' } : { kind: 'payload', text };
    }
    if (!atPrompt && byte === CR) {
      // Characters before AT are line noise, an ESC among them.
      const [, text] = /(AT.*)$/i.exec(this.#clear()) ?? [];
      return text === undefined ? undefined : { kind: 'command', text };
    }
    if (byte >= 0x20 || atPrompt) this.#typed += String.fromCharCode(byte);
    return undefined;
  }

  /** The modem restarted: what was typed is forgotten. */
  reset(): void {
    this.#typed = '';
  }

  #clear(): string {
    const text = this.#typed;
    this.#typed = '';
    return text;
  }
}
