import type { CallDirection } from '../../routing/index.ts';

/** How Cloudonix presents a call. */
export const DIRECTIONS: readonly CallDirection[] = ['inbound', 'subscriber', 'outbound-api'];
