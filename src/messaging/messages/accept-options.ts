import type { MessageOptions } from './message.schema.ts';

/** How texts are to be sent, and what they belong to. */
export interface AcceptOptions extends MessageOptions {
  /** The id of the modem the sender asked for. */
  readonly modemId: string | undefined;
  readonly broadcastId?: string;
  /** Numbers that have their message already; those of these drafts are added. */
  readonly seen?: Set<string>;
}
