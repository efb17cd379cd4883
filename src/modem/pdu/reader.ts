import type { PduError, PduErrorCode, PduRepair } from './error.ts';

const NO_REPAIRS: readonly PduRepair[] = [];

/**
 * Reads a TPDU octet by octet and remembers the first thing that went wrong. Reading past the end yields zeros, so a
 * parser is a plain list of fields and asks for `failure` once, at its end: nothing throws, and no input can make it
 * run longer than the field list.
 */
export class OctetReader {
  readonly octets: Uint8Array;
  #position: number;
  #failure: PduError | null = null;
  #repairs: PduRepair[] | null = null;
  /** Whether damage that leaves a readable rest is noted as a repair instead of failing. */
  readonly lenient: boolean;

  constructor(octets: Uint8Array, position = 0, lenient = false) {
    this.octets = octets;
    this.#position = position;
    this.lenient = lenient;
  }

  get failure(): PduError | null {
    return this.#failure;
  }

  get repairs(): readonly PduRepair[] {
    return this.#repairs ?? NO_REPAIRS;
  }

  get remaining(): number {
    return this.octets.length - this.#position;
  }

  /** The next octet of the named field; 0 after a failure. */
  octet(field: string): number {
    const value = this.octets[this.#position];
    if (value === undefined) {
      this.fail('pdu.truncated', `the PDU ends inside ${field}`);
      return 0;
    }
    this.#position += 1;
    return value;
  }

  /** Passes over the next octets of the named field and tells where in `octets` they start. */
  skip(length: number, field: string): number {
    const start = this.#position;
    if (length > this.remaining) {
      this.fail('pdu.truncated', `the PDU ends inside ${field}: ${this.remaining} of ${length} octets`);
    } else this.#position += length;
    return start;
  }

  /** A view of the next octets of the named field; cut short after a failure. */
  take(length: number, field: string): Uint8Array {
    const start = this.skip(length, field);
    return this.octets.subarray(start, start + length);
  }

  /** A second reader over what is left, for a part whose failure must not spoil the whole. */
  fork(): OctetReader {
    return new OctetReader(this.octets, this.#position, this.lenient);
  }

  /** Notes the first failure and moves to the end, so that every later read is a cheap no-op. */
  fail(code: PduErrorCode, message: string): void {
    this.#failure ??= { code, message };
    this.#position = this.octets.length;
  }

  repair(repair: PduRepair): void {
    this.#repairs ??= [];
    this.#repairs.push(repair);
  }
}
