import type { MessagePreview } from '../../modem/pdu/index.ts';
import type { TextForm } from './encoding.ts';
import { measureText } from './measure-text.ts';

/**
 * Counts a text as it would be sent: for the counter under a message box.
 *
 * @throws AppError `message.too_long`, `message.encoding_impossible`
 */
export function previewMessage(body: string, form: Partial<TextForm> = {}): MessagePreview {
  return measureText(body, form);
}
