import { joinSlices, type Slice, segmentText } from '../pdu/index.ts';
import type { ModemSimulator } from './simulator.ts';

/** One text as the simulated telephone of a person shows it. */
export interface PhoneText {
  /** `in`: the person got it from the gateway. `out`: the person sent it. */
  readonly direction: 'in' | 'out';
  readonly text: string;
  readonly at: Date;
}

/** The telephone of one person behind the simulated network. */
export interface Phone {
  readonly number: string;
  readonly texts: readonly PhoneText[];
}

/** A demo left alone for a week shall not grow for ever. */
const MAX_PHONES = 100;
const MAX_TEXTS = 200;

/** The telephones of everybody a simulated modem has texted, or was texted by; newest first. */
export class Phones {
  readonly #simulator: ModemSimulator;
  readonly #now: () => Date;
  readonly #phones = new Map<string, PhoneText[]>();
  readonly #slices = new Map<string, Slice[]>();
  #reference = 0;

  constructor(simulator: ModemSimulator, now: () => Date = () => new Date()) {
    this.#simulator = simulator;
    this.#now = now;
    simulator.onSubmit(({ decoded }) => this.#arrive(decoded.destination.number, decoded));
  }

  list(): readonly Phone[] {
    return [...this.#phones].reverse().map(([number, texts]) => ({ number, texts }));
  }

  /** The person at this number sends a text to the gateway. */
  text(from: string, body: string): void {
    const { slices } = segmentText(body);
    this.#reference = (this.#reference + 1) % 256;
    slices.forEach((text, index) => {
      const concat = { reference: this.#reference, total: slices.length, sequence: index + 1 };
      this.#simulator.receive({ from, text, ...(slices.length === 1 ? {} : { concat }) });
    });
    this.#keep(from, { direction: 'out', text: body, at: this.#now() });
  }

  /** A telephone shows a long text when its last slice is there. */
  #arrive(number: string, slice: Slice): void {
    const { concat } = slice.userData.header;
    const key = `${number}/${concat?.reference ?? ''}`;
    const slices = [...(this.#slices.get(key) ?? []), slice];
    const joined = joinSlices(slices);
    if (joined.missing.length > 0) {
      this.#slices.set(key, slices);
      return;
    }
    this.#slices.delete(key);
    this.#keep(number, { direction: 'in', text: joined.text ?? '(data)', at: this.#now() });
  }

  #keep(number: string, text: PhoneText): void {
    const texts = [...(this.#phones.get(number) ?? []), text].slice(-MAX_TEXTS);
    this.#phones.delete(number);
    this.#phones.set(number, texts);
    const [oldest] = this.#phones.keys();
    if (this.#phones.size > MAX_PHONES && oldest !== undefined) this.#phones.delete(oldest);
  }
}
