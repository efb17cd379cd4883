import { z } from 'zod';
import type { EncodingPolicy } from '../../modem/pdu/index.ts';

export { ENCODING_POLICIES, type EncodingPolicy } from '../../modem/pdu/index.ts';

/** Width of a concatenation reference in bits. */
export const referenceBits = z.union([z.literal(8), z.literal(16)], 'use 8 or 16');

/** How a text is put into slices. */
export interface TextForm {
  readonly encoding: EncodingPolicy;
  readonly width: 8 | 16;
}
