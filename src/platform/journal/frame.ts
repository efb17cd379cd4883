import { crc32 } from 'node:zlib';

/** Bytes before each record: payload length and CRC-32 of the payload, both little endian. */
const HEADER_BYTES = 8;

/** A record larger than this is not ours: the length field itself is damaged. */
const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;

export function encodeFrame(payload: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  frame.writeUInt32LE(payload.length, 0);
  frame.writeUInt32LE(crc32(payload), 4);
  payload.copy(frame, HEADER_BYTES);
  return frame;
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
