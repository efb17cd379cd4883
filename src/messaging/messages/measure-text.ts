import { AppError } from '../../core/errors.ts';
import { type MessagePreview, previewText, segmentText } from '../../modem/pdu/index.ts';
import type { TextForm } from './encoding.ts';

const MAX_PARTS = 255;
/** Small enough to be counted in any alphabet. */
const CHUNK = 10_000;
/** Units a part of a long text holds behind its header, by the width of the reference (gsm-sms reference, 9.1). */
const UNITS_A_PART = { 8: { gsm7: 153, ucs2: 67 }, 16: { gsm7: 152, ucs2: 66 } } as const;

/**
 * What a text will cost. Throws `message.too_long` with the number of parts it would need when that is over 255: it is
 * refused, never cut.
 */
export function measureText(body: string, { encoding = 'auto', width = 8 }: Partial<TextForm> = {}): MessagePreview {
  if (body.length <= MAX_PARTS * UNITS_A_PART[width].gsm7) {
    try {
      return previewText(body, { encoding, width });
    } catch (error) {
      if (error instanceof AppError && error.code === 'pdu.text_not_gsm7') throw impossible(error);
      if (!(error instanceof AppError) || error.code !== 'pdu.text_too_long') throw error;
    }
  }
  const parts = countParts(body, width);
  const detail = `The text would need ${parts} parts; at most ${MAX_PARTS} can be sent. Shorten it or send several messages.`;
  throw new AppError({
    code: 'message.too_long',
    kind: 'invalid',
    detail,
    problems: [{ path: 'body', message: detail }],
  });
}

function impossible(error: AppError): AppError {
  const detail = `${error.detail} Change the text, or let it be sent with the encoding auto.`;
  return new AppError({
    code: 'message.encoding_impossible',
    kind: 'invalid',
    detail,
    problems: [{ path: 'body', message: detail }],
  });
}

function countParts(body: string, width: 8 | 16): number {
  const chunks = Array.from({ length: Math.ceil(body.length / CHUNK) }, (_, index) =>
    body.slice(index * CHUNK, (index + 1) * CHUNK),
  );
  const encoding = chunks.some((chunk) => segmentText(chunk).encoding === 'ucs2') ? 'ucs2' : 'gsm7';
  const units = chunks.reduce((sum, chunk) => sum + segmentText(chunk, { encoding }).units, 0);
  return Math.ceil(units / UNITS_A_PART[width][encoding]);
}
