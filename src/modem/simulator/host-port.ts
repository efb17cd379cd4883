import type { Transport } from '../transport/transport.ts';

/** The modem's end of the cable: whoever was plugged in last hears and is heard. */
export class HostPort {
  #transport: Transport | undefined;

  get isConnected(): boolean {
    return this.#transport !== undefined;
  }

  /** Plugs a host in; the one before is forgotten. The returned function unplugs it without closing. */
  attach(transport: Transport, take: (bytes: Uint8Array) => void): () => void {
    this.#transport = transport;
    const detach = () => {
      if (this.#transport === transport) this.#transport = undefined;
    };
    transport.onData((bytes) => {
      if (this.#transport === transport) take(bytes);
    });
    transport.onClose(detach);
    return detach;
  }

  /** Pulls the cable from the modem's side. */
  unplug(): void {
    const transport = this.#transport;
    this.#transport = undefined;
    transport?.close().catch(() => undefined);
  }

  say(lines: readonly string[]): void {
    for (const line of lines) this.write(`\r\n${line}\r\n`);
  }

  write(text: string): void {
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
