/** One thing a modem said: a line without its ends, or the prompt that invites a PDU. */
export type Token = { readonly kind: 'line'; readonly text: string } | { readonly kind: 'prompt' };

export interface SplitterState {
  /** What has arrived of the line that is not finished yet. */
  readonly pending: string;
  /** The line outgrew the buffer: everything up to its end is thrown away. */
  readonly skipping: boolean;
  /** `>` at the start of a line is a prompt only while this is set; the prompt clears it. */
  readonly awaitsPrompt: boolean;
}

export const emptySplitter: SplitterState = { pending: '', skipping: false, awaitsPrompt: false };

/** Longer than any reply we ask for (a full operator scan stays below 2 kB). */
export const MAX_LINE = 4096;

const CR = 0x0d;
const LF = 0x0a;
const GREATER = 0x3e;

/**
 * Cuts a byte stream into lines and prompts (ITU-T V.250 5.7.1). CR, LF, CR LF and CR CR LF all end a line; blank
 * lines vanish. Bytes outside printable ASCII are line noise and are dropped. However the stream is fragmented, the
 * tokens are the same. A line beyond `MAX_LINE` is dropped whole: half a line could be mistaken for something else.
 */
export function splitBytes(
  state: SplitterState,
  bytes: Uint8Array,
): { readonly state: SplitterState; readonly tokens: readonly Token[] } {
  const tokens: Token[] = [];
  let { pending, skipping, awaitsPrompt } = state;
  for (const byte of bytes) {
    if (byte === CR || byte === LF) {
      const text = pending.trim();
      if (text !== '' && !skipping) tokens.push({ kind: 'line', text });
      pending = '';
      skipping = false;
    } else if (byte < 0x20 || byte > 0x7e) {
      // Noise, or the echo of ctrl-Z and ESC.
    } else if (byte === GREATER && awaitsPrompt && !skipping && pending.trim() === '') {
      tokens.push({ kind: 'prompt' });
      pending = '';
      awaitsPrompt = false;
    } else if (!skipping) {
      pending += String.fromCharCode(byte);
      skipping = pending.length > MAX_LINE;
    }
  }
  return { state: { pending: skipping ? '' : pending, skipping, awaitsPrompt }, tokens };
}
