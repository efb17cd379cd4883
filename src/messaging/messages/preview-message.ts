import type { MessagePreview } from '../../modem/pdu/index.ts';
import { measureText } from './measure-text.ts';

/** Counts a text as it would be sent: for the counter under a message box. Throws `message.too_long`. */
export function previewMessage(body: string): MessagePreview {
  return measureText(body);
}
