import type { Timers } from '../time.ts';
import type { Body } from './commands.ts';
import type { HostPort } from './host-port.ts';

/** A routed report that is not acknowledged within this time goes back to the network (Telit waits 17 s). */
const ACKNOWLEDGE_WITHIN_MS = 15_000;

/**
 * Status reports on their way to the host: routed, stored or dropped, as +CNMI says. In phase 2+ one is out at a time
 * and the network keeps it until AT+CNMA; in phase 2 it is said once, heard or not (3GPP TS 27.005 3.4.4).
 */
export class ReportDesk {
  readonly #body: Body;
  readonly #port: HostPort;
  readonly #timers: Timers;
  readonly #store: (pdu: string) => void;
  readonly #waiting: string[] = [];
  #out: { readonly pdu: string; readonly cancel: () => void } | undefined;

  /** `store` puts a report into a slot, or lets it wait for one. */
  constructor(body: Body, port: HostPort, timers: Timers, store: (pdu: string) => void) {
    this.#body = body;
    this.#port = port;
    this.#timers = timers;
    this.#store = store;
  }

  take(pdu: string): void {
    const { ds } = this.#body.settings.indications;
    if (ds === 2) {
      this.#store(pdu);
      return;
    }
    if (this.#body.settings.phase === 1 || this.#body.phase2plus) this.#waiting.push(pdu);
    else if (ds === 1) this.#say(pdu);
    this.sayNext();
  }

  sayNext(): void {
    const { settings } = this.#body;
    if (settings.indications.ds !== 1 || !this.#port.isConnected || this.#out !== undefined) return;
    const pdu = this.#waiting.shift();
    if (pdu === undefined) return;
    this.#say(pdu);
    if (settings.phase === 0) {
      this.sayNext();
      return;
    }
    const cancel = this.#timers.after(ACKNOWLEDGE_WITHIN_MS, () => {
      settings.indications = { ...settings.indications, mt: 0, ds: 0 };
      this.forget();
    });
    this.#out = { pdu, cancel };
  }

  /** False: none was waiting for it. */
  acknowledged(kept: boolean): boolean {
    const out = this.#out;
    if (out === undefined) return false;
    if (!kept) {
      this.forget();
      return true;
    }
    out.cancel();
    this.#out = undefined;
    this.#timers.after(0, () => this.sayNext());
    return true;
  }

  /** The network keeps what was not acknowledged. */
  forget(): void {
    if (this.#out === undefined) return;
    this.#out.cancel();
    this.#waiting.unshift(this.#out.pdu);
    this.#out = undefined;
  }

  #say(pdu: string): void {
    const octets = pdu.length / 2 - 1 - Number.parseInt(pdu.slice(0, 2), 16);
    this.#port.write(`\r\n+CDS: ${octets}\r\n${pdu}\r\n`);
  }
}
