import { MOST_DIGITS } from '../core/e164.ts';

/** Parts that grow one by one, so that no single addition has to move a million entries while a caller waits. */
const SHARDS = 64;

/** Slots of an empty shard; always a power of two. */
const SMALLEST = 16;

/** Beyond this share of used slots a shard is doubled, so that a look-up stays short. */
const FULLEST = 0.6;

const EMPTY = 0;
const REMOVED = -1;

/**
 * Many digit strings, exact ones and prefixes, each with a small number: 8 bytes a slot, and 4 more where values other
 * than 0 are kept, in typed arrays (open addressing), instead of the hundred bytes that a string in a Map takes. A string
 * of digits is one double: a leading 1 (exact) or 2 (prefix) keeps zeros in front apart, and 16 digits stay below 2^53.
 */
export class DigitTable {
  readonly #shards: (Shard | undefined)[] = new Array<Shard | undefined>(SHARDS).fill(undefined);
  /** How many prefixes there are of each length. */
  readonly #prefixLengths = new Uint32Array(MOST_DIGITS + 1);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Bytes the entries take. */
  get bytes(): number {
    return this.#shards.reduce((sum, shard) => sum + (shard?.bytes ?? 0), 0);
  }

  /** Adds `digits` (at most 15), or changes its value. True when it was not there. */
  set(digits: string, isPrefix: boolean, value = 0): boolean {
    return this.#put(digits, isPrefix, value, true);
  }

  /** Adds `digits` (at most 15) unless it is there, and then leaves its value. True when it was not there. */
  add(digits: string, isPrefix: boolean, value: number): boolean {
    return this.#put(digits, isPrefix, value, false);
  }

  #put(digits: string, isPrefix: boolean, value: number, isChanged: boolean): boolean {
    const key = keyOf(digits, digits.length, isPrefix);
    const mixed = hash(key);
    const shard = this.#shards[mixed & (SHARDS - 1)] ?? new Shard();
    this.#shards[mixed & (SHARDS - 1)] = shard;
    if (!shard.put(key, mixed, value, isChanged)) return false;
    this.#size += 1;
    if (isPrefix) this.#countPrefix(digits.length, 1);
    return true;
  }

  /** True when it was there. */
  delete(digits: string, isPrefix: boolean): boolean {
    const key = keyOf(digits, digits.length, isPrefix);
    const mixed = hash(key);
    if (this.#shards[mixed & (SHARDS - 1)]?.delete(key, mixed) !== true) return false;
    this.#size -= 1;
    if (isPrefix) this.#countPrefix(digits.length, -1);
    return true;
  }

  /** The value of exactly these digits. */
  exact(digits: string): number | undefined {
    return digits.length > MOST_DIGITS ? undefined : this.#valueOf(keyOf(digits, digits.length, false));
  }

  /** The value of the first `length` digits as a prefix. */
  prefix(digits: string, length: number): number | undefined {
    if (length > MOST_DIGITS || this.#prefixLengths[length] === 0) return undefined;
    return this.#valueOf(keyOf(digits, length, true));
  }

  #valueOf(key: number): number | undefined {
    const mixed = hash(key);
    return this.#shards[mixed & (SHARDS - 1)]?.valueOf(key, mixed);
  }

  #countPrefix(length: number, change: 1 | -1): void {
    this.#prefixLengths[length] = (this.#prefixLengths[length] ?? 0) + change;
  }
}

class Shard {
  #keys = new Float64Array(SMALLEST);
  #values: Uint32Array | undefined;
  /** Slots that are not EMPTY; removed ones count until the shard is made anew. */
  #used = 0;
  #size = 0;

  get bytes(): number {
    return this.#keys.byteLength + (this.#values?.byteLength ?? 0);
  }

  valueOf(key: number, mixed: number): number | undefined {
    const slot = this.#slotOf(key, mixed);
    return slot < 0 ? undefined : (this.#values?.[slot] ?? 0);
  }

  put(key: number, mixed: number, value: number, isChanged: boolean): boolean {
    const found = this.#slotOf(key, mixed);
    if (found >= 0) {
      if (isChanged) this.#setValue(found, value);
      return false;
    }
    if (this.#used + 1 > this.#keys.length * FULLEST) this.#makeRoom();
    this.#insert(key, mixed, value);
    this.#size += 1;
    return true;
  }

  delete(key: number, mixed: number): boolean {
    const slot = this.#slotOf(key, mixed);
    if (slot < 0) return false;
    this.#keys[slot] = REMOVED;
    this.#size -= 1;
    return true;
  }

  #slotOf(key: number, mixed: number): number {
    const keys = this.#keys;
    const mask = keys.length - 1;
    for (let slot = (mixed >>> 6) & mask; ; slot = (slot + 1) & mask) {
      const there = keys[slot];
      if (there === key) return slot;
      if (there === EMPTY) return -1;
    }
  }

  #insert(key: number, mixed: number, value: number): void {
    const keys = this.#keys;
    const mask = keys.length - 1;
    let slot = (mixed >>> 6) & mask;
    while (keys[slot] !== EMPTY) slot = (slot + 1) & mask;
    keys[slot] = key;
    this.#used += 1;
    this.#setValue(slot, value);
  }

  #setValue(slot: number, value: number): void {
    if (value !== 0) this.#values ??= new Uint32Array(this.#keys.length);
    if (this.#values !== undefined) this.#values[slot] = value;
  }

  /** Twice as many slots, or the same number when it was removed entries that filled them. */
  #makeRoom(): void {
    const keys = this.#keys;
    const values = this.#values;
    const capacity = this.#size + 1 > (keys.length * FULLEST) / 2 ? keys.length * 2 : keys.length;
    this.#keys = new Float64Array(capacity);
    this.#values = values === undefined ? undefined : new Uint32Array(capacity);
    this.#used = 0;
    for (let slot = 0; slot < keys.length; slot += 1) {
      const key = keys[slot] ?? EMPTY;
      if (key > 0) this.#insert(key, hash(key), values?.[slot] ?? 0);
    }
  }
}

function keyOf(digits: string, length: number, isPrefix: boolean): number {
  let key = isPrefix ? 2 : 1;
  for (let at = 0; at < length; at += 1) key = key * 10 + (digits.charCodeAt(at) - 48);
  return key;
}

/** Both halves of the number, stirred (the finalizer of MurmurHash3); 32 bits from 0. */
function hash(key: number): number {
  let mixed = (key >>> 0) ^ Math.imul((key / 4_294_967_296) >>> 0, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
