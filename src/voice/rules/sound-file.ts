/** What a sound file is, as its own bytes say. */
export interface SoundFile {
  readonly mediaType: 'audio/wav' | 'audio/mpeg';
  readonly durationMs: number;
}

/** Longer announcements keep a caller on hold instead of informing them. */
const MOST_MINUTES = 30;

/**
 * Reads a WAV (RIFF, Microsoft "Multimedia Programming Interface and Data Specifications 1.0") or MP3 (ISO/IEC 11172-3,
 * 13818-3 layer III) file. The name and the type that came with it are not looked at. A string says what is wrong.
 */
export function readSoundFile(bytes: Uint8Array): SoundFile | string {
  const sound = startsWith(bytes, 0, 'RIFF') && startsWith(bytes, 8, 'WAVE') ? readWav(bytes) : readMp3(bytes);
  if (typeof sound === 'string') return sound;
  if (sound.durationMs > MOST_MINUTES * 60_000) return `the sound lasts longer than ${MOST_MINUTES} minutes`;
  return sound;
}

const WAV_FORMATS: Readonly<Record<number, string>> = { 1: 'PCM', 6: 'A-law', 7: 'µ-law' };
/** WAVE_FORMAT_EXTENSIBLE: the real format is the first two bytes of the GUID at 24. */
const EXTENSIBLE = 0xfffe;

function readWav(bytes: Uint8Array): SoundFile | string {
  const view = viewOf(bytes);
  let bytesPerSecond: number | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (startsWith(bytes, at, 'fmt ')) {
      if (size < 16 || body + size > bytes.length) return 'the WAV file is damaged: its format is cut off';
      const format = wavFormat(view, body, size);
      if (typeof format === 'string') return format;
      bytesPerSecond = format.bytesPerSecond;
    } else if (startsWith(bytes, at, 'data')) {
      if (bytesPerSecond === undefined) return 'the WAV file is damaged: it has no format';
      if (size === 0) return 'the WAV file holds no sound';
      if (body + size > bytes.length) return 'the WAV file is cut off';
      return { mediaType: 'audio/wav', durationMs: Math.round((size * 1000) / bytesPerSecond) };
    }
    // Chunks begin at even places.
    at = body + size + (size % 2);
  }
  return 'the WAV file is damaged: it has no sound in it';
}

function wavFormat(view: DataView, at: number, size: number): { readonly bytesPerSecond: number } | string {
  const tag = view.getUint16(at, true);
  const format = tag === EXTENSIBLE && size >= 40 ? view.getUint16(at + 24, true) : tag;
  const channels = view.getUint16(at + 2, true);
  const rate = view.getUint32(at + 4, true);
  const bits = view.getUint16(at + 14, true);
  if (WAV_FORMATS[format] === undefined) return 'the WAV file is compressed; use PCM, A-law or µ-law';
  if (channels < 1 || channels > 2) return 'the WAV file has more than two channels; use mono';
  if (rate < 8000 || rate > 48_000) return 'the WAV file has an odd sample rate; use 8000 Hz';
  if (bits !== 8 && bits !== 16) return 'the WAV file has an odd sample size; use 16 bits';
  return { bytesPerSecond: rate * channels * (bits / 8) };
}

/** Kilobits a second by index, layer III: MPEG 1, then MPEG 2 and 2.5. */
const BIT_RATES = {
  1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;
const SAMPLE_RATES: Readonly<Record<number, readonly number[]>> = {
  3: [44_100, 48_000, 32_000],
  2: [22_050, 24_000, 16_000],
  0: [11_025, 12_000, 8000],
};

/** Fewer frames than this in a row may be a coincidence in any file. */
const FEWEST_FRAMES = 4;
/** What players' tags may add behind the sound. */
const MOST_TAIL_BYTES = 128 * 1024;

interface Frame {
  readonly length: number;
  readonly seconds: number;
}

function readMp3(bytes: Uint8Array): SoundFile | string {
  const start = id3Length(bytes);
  let at = start;
  let frames = 0;
  let seconds = 0;
  for (;;) {
    const frame = frameAt(bytes, at);
    if (frame === undefined || at + frame.length > bytes.length) break;
    frames += 1;
    seconds += frame.seconds;
    at += frame.length;
  }
  if (frames === 0) return 'the file is neither WAV nor MP3';
  const tail = bytes.length - at;
  // The last frame is often cut short by encoders; more is a file that came over in part, or something else behind it.
  if (frames < FEWEST_FRAMES || tail > MOST_TAIL_BYTES || tail > at - start)
    return 'the MP3 file is damaged or cut off';
  return { mediaType: 'audio/mpeg', durationMs: Math.round(seconds * 1000) };
}

/** Bytes of an ID3v2 tag at the beginning (id3.org, ID3v2.4 section 3.1): sizes have seven bits a byte. */
function id3Length(bytes: Uint8Array): number {
  if (!startsWith(bytes, 0, 'ID3') || bytes.length < 10) return 0;
  let size = 0;
  for (let at = 6; at < 10; at += 1) size = size * 128 + ((bytes[at] ?? 0) & 0x7f);
  const footer = ((bytes[5] ?? 0) & 0x10) === 0 ? 0 : 10;
  return 10 + size + footer;
}

function frameAt(bytes: Uint8Array, at: number): Frame | undefined {
  const [first = 0, second = 0, third = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]];
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return undefined;
  const version = (second >> 3) & 3;
  const isLayer3 = ((second >> 1) & 3) === 1;
  const rate = SAMPLE_RATES[version]?.[(third >> 2) & 3];
  const kilobits = BIT_RATES[version === 3 ? 1 : 2][third >> 4];
  if (!isLayer3 || rate === undefined || kilobits === undefined || kilobits === 0) return undefined;
  const samples = version === 3 ? 1152 : 576;
  const padding = (third >> 1) & 1;
  return { length: Math.floor((samples / 8) * ((kilobits * 1000) / rate)) + padding, seconds: samples / rate };
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (bytes[at + index] !== text.charCodeAt(index)) return false;
  return true;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
