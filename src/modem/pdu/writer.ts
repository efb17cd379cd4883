import { toHex } from '../../core/bytes.ts';

/** Service centre field (12) + the longest SUBMIT (164) or STATUS-REPORT (172) of 3GPP TS 23.040 fit with room. */
const CAPACITY = 192;

/**
 * Collects the octets of one PDU. Every field it is given is bounded by its own encoder, so the buffer never grows;
 * running over its end is a bug here and throws (the typed array would swallow the octet silently).
 */
export class OctetWriter {
  readonly #octets = new Uint8Array(CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  octet(value: number): void {
    if (this.#length >= CAPACITY) throw new RangeError('PDU longer than any TPDU can be');
    this.#octets[this.#length] = value;
    this.#length += 1;
  }

  octets(values: Uint8Array): void {
    if (this.#length + values.length > CAPACITY) throw new RangeError('PDU longer than any TPDU can be');
    this.#octets.set(values, this.#length);
    this.#length += values.length;
  }

  /** Upper-case hexadecimal of everything written. */
  toHex(): string {
    return toHex(this.#octets.subarray(0, this.#length));
  }
}
