/** A WAV file of 8 kHz mono PCM with this much silence. */
export function wav(
  milliseconds: number,
  change: { readonly format?: number; readonly channels?: number } = {},
): Buffer<ArrayBuffer> {
  const data = Buffer.alloc(Math.round(milliseconds * 16));
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(change.format ?? 1, 20);
  header.writeUInt16LE(change.channels ?? 1, 22);
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(16_000, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}

/** MP3 frames of MPEG-1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes each, 26 ms of silence. */
export function mp3(frames: number, before = Buffer.alloc(0)): Buffer<ArrayBuffer> {
  const frame = Buffer.alloc(417);
  frame.set([0xff, 0xfb, 0x90, 0x00]);
  return Buffer.concat([before, ...Array.from({ length: frames }, () => frame)]);
}

/** An ID3v2 tag of this many bytes after its header. */
export function id3(size: number): Buffer<ArrayBuffer> {
  const header = Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, (size >> 7) & 0x7f, size & 0x7f]);
  return Buffer.concat([header, Buffer.alloc(size)]);
}
