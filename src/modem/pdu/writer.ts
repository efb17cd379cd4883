/** Upper-case hexadecimal by octet. */
const HEX: readonly string[] = Array.from({ length: 256 }, (_, octet) =>
  octet.toString(16).toUpperCase().padStart(2, '0'),
);

/** Writes one PDU octet by octet, as the hexadecimal it travels in: nothing else is ever made of it. */
export class OctetWriter {
  #hex = '';

  /** Octets written. */
  get length(): number {
    return this.#hex.length / 2;
  }

  octet(value: number): void {
    this.#hex += HEX[value & 0xff];
  }

  octets(values: ArrayLike<number>): void {
    let hex = '';
    for (let index = 0; index < values.length; index += 1) hex += HEX[(values[index] ?? 0) & 0xff];
    this.#hex += hex;
  }

  toHex(): string {
    return this.#hex;
  }
}
