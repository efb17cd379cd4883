import { AppError } from '../core/errors.ts';
import { bareQuery } from './at/command.ts';
import { parseDigits } from './at/parse-replies.ts';
import { RESYNC_AT_START } from './at/resync.ts';
import { Channel } from './channel.ts';
import { readCardNumber } from './identity.ts';
import { answerOf } from './modem-error.ts';
import type { KnownModem } from './supervisor.ts';
import { systemTimers, type Timers } from './time.ts';
import type { Transport } from './transport/transport.ts';

/** What the finder needs of the machine. */
export interface PortAccess {
  /** Paths of the serial ports that are there now. */
  list(): Promise<readonly string[]>;
  open(path: string): Promise<Transport>;
  /** The name of a port that stays the same over replugging (`/dev/serial/by-id/…`), where it has one. */
  stableName(path: string): Promise<string | undefined>;
}

/** USB answers at once; a port without a modem behind it is not worth more time. */
const QUICK_RESYNC = { ...RESYNC_AT_START, attempts: 2 };

/**
 * Opens one modem wherever its port has gone. A configured path is taken while it is there; else the stable name it had
 * when it was last open; else the ports that have appeared since are asked for the IMEI or the card. `imei:…` and
 * `iccid:…` instead of a path ask every port. A port that was asked and is another modem's is not asked again until it
 * was gone: others are at work there.
 */
export class PortFinder {
  readonly #path: string;
  readonly #access: PortAccess;
  readonly #timers: Timers;
  #stable: string | undefined;
  /** Ports that are not this modem. */
  #others: ReadonlySet<string> = new Set();

  constructor(path: string, access: PortAccess, timers: Timers = systemTimers) {
    this.#path = path;
    this.#access = access;
    this.#timers = timers;
  }

  /** Rejects with the system's error of the configured path, or `modem.not_found` where there is none. */
  async open(known: KnownModem): Promise<Transport> {
    const wanted = wantedBy(this.#path);
    if (wanted !== undefined) return this.#search({ ...known, ...wanted });
    try {
      const transport = await this.#access.open(this.#path);
      this.#stable = (await this.#access.stableName(this.#path)) ?? this.#stable;
      return transport;
    } catch (error) {
      return this.#elsewhere(known, error);
    }
  }

  async #elsewhere(known: KnownModem, error: unknown): Promise<Transport> {
    if (!isGone(error)) throw error;
    try {
      if (this.#stable !== undefined && this.#stable !== this.#path) return await this.#access.open(this.#stable);
    } catch {
      // Gone under that name too: the search is what is left, and the first error the one to tell.
    }
    if (known.imei === undefined && known.iccid === undefined) throw error;
    return this.#search(known).catch(() => Promise.reject(error));
  }

  async #search(known: KnownModem): Promise<Transport> {
    const paths = await this.#access.list();
    this.#others = new Set([...this.#others].filter((path) => paths.includes(path)));
    for (const path of paths) {
      if (this.#others.has(path)) continue;
      const answer = await this.#ask(path, known);
      if (answer === 'this') return this.#access.open(path);
      if (answer === 'other') this.#others = new Set([...this.#others, path]);
    }
    throw new AppError({
      code: 'modem.not_found',
      kind: 'unavailable',
      detail: `no such device: no port answers as ${known.imei ?? known.iccid ?? this.#path}`,
    });
  }

  /** A port somebody else has open is asked again later: it may be released. */
  async #ask(path: string, { imei, iccid }: KnownModem): Promise<'this' | 'other' | 'busy'> {
    let transport: Transport;
    try {
      transport = await this.#access.open(path);
    } catch {
      return 'busy';
    }
    const channel = new Channel({ transport, timers: this.#timers });
    try {
      if (!(await channel.resync(QUICK_RESYNC))) return 'other';
      const tells = parseDigits(answerOf(await channel.execute(bareQuery('AT+CGSN'))), 14, 17);
      if (imei !== undefined) return tells === imei ? 'this' : 'other';
      return iccid !== undefined && (await readCardNumber(channel)) === iccid ? 'this' : 'other';
    } finally {
      await channel.close();
    }
  }
}

/** `imei:…` and `iccid:…` name a modem or a card instead of a port. */
function wantedBy(path: string): KnownModem | undefined {
  const [, kind, digits] = /^(imei|iccid):(\d{14,20})$/.exec(path) ?? [];
  if (digits === undefined) return undefined;
  return kind === 'imei' ? { imei: digits } : { iccid: digits };
}

function isGone(error: unknown): boolean {
  return error instanceof Error && /no such file|ENOENT|ENXIO|ENODEV|no such device|cannot open/i.test(error.message);
}
