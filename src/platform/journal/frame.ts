import { crc32 } from 'node:zlib';

/** Bytes before each record: payload length and CRC-32 of the payload, both little endian. */
const HEADER_BYTES = 8;

/** A record larger than this is not ours: the length field itself is damaged. */
const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;

/** UTF-8 needs at most this many bytes for a unit of a JavaScript string. */
const MAX_BYTES_PER_UNIT = 3;

/** Larger ones are rare, and not kept. */
const KEPT_SCRATCH_BYTES = 1024 * 1024;

/**
 * Writes the frames of several payloads one after the other: every call is stored this way. What it returns is good until
 * the next call, because all share one piece of memory; new memory for each costs more than filling it.
 */
export function createFrameEncoder(): (payloads: readonly string[]) => Buffer {
  let scratch = Buffer.allocUnsafeSlow(64 * 1024);
  return (payloads) => {
    let most = 0;
    for (const payload of payloads) most += HEADER_BYTES + payload.length * MAX_BYTES_PER_UNIT;
    if (most <= scratch.length) return encodeInto(scratch, payloads);
    const larger = Buffer.allocUnsafeSlow(most);
    if (most <= KEPT_SCRATCH_BYTES) scratch = larger;
    return encodeInto(larger, payloads);
  };
}

function encodeInto(frames: Buffer, payloads: readonly string[]): Buffer {
  let offset = 0;
  for (const payload of payloads) {
    const start = offset + HEADER_BYTES;
    const length = frames.write(payload, start, 'utf8');
    frames.writeUInt32LE(length, offset);
    frames.writeUInt32LE(crc32(frames.subarray(start, start + length)), offset + 4);
    offset = start + length;
  }
  return frames.subarray(0, offset);
}

export type FrameAt =
  | { readonly kind: 'frame'; readonly payload: Buffer; readonly next: number }
  /** The buffer ends inside the frame: read more, or, at the end of a closed segment, a write that never finished. */
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'damaged' };

/** Reads the frame at `offset`. Any bytes are answered; a checksum that does not fit is `damaged`. */
export function readFrame(buffer: Buffer, offset: number): FrameAt {
  if (buffer.length - offset < HEADER_BYTES) return { kind: 'incomplete' };
  const length = buffer.readUInt32LE(offset);
  if (length > MAX_PAYLOAD_BYTES) return { kind: 'damaged' };
  const start = offset + HEADER_BYTES;
  if (buffer.length < start + length) return { kind: 'incomplete' };
  const payload = buffer.subarray(start, start + length);
  return crc32(payload) === buffer.readUInt32LE(offset + 4)
    ? { kind: 'frame', payload, next: start + length }
    : { kind: 'damaged' };
}
