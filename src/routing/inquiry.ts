import { assertNever } from '../core/errors.ts';

/*
 * What only the world outside can tell: an endpoint of the customer, or the database that has to take a change. A node
 * answers `inquire(…)`; the shell finds out within a budget and calls `decide` again with the finding under the inquiry's
 * key. A finding always comes, also when the world is away: it then says so.
 */

/** An endpoint of the customer decides where the call goes. */
export interface CustomLogicInquiry {
  readonly kind: 'custom_logic';
  readonly key: string;
  readonly url: string;
  /** Signs the request. */
  readonly secret: string;
  readonly timeoutMs: number;
  /** What the endpoint is told; sent as JSON. */
  readonly body: Readonly<Record<string, string | null>>;
}

export type CustomLogicFinding =
  | { readonly kind: 'target'; readonly target: string }
  | { readonly kind: 'cxml'; readonly verbs: readonly CxmlNode[] }
  | { readonly kind: 'failed'; readonly reason: string };

/** An element of somebody else's CXML, read. */
export interface CxmlNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (string | CxmlNode)[];
}

/** A change of schedules' manual override that a phone of ours asked for with a feature code. */
export interface NightModeInquiry {
  readonly kind: 'toggle_night_mode';
  readonly key: string;
  readonly schedules: readonly string[];
  /** True forces the schedules closed, false lets them follow their ranges again. */
  readonly isNight: boolean;
  /** The extension that asked, for the audit. */
  readonly extension: string;
}

export interface NightModeFinding {
  readonly kind: 'changed' | 'failed';
}

/** The messages in a voicemail box, for its owner. */
export interface MailboxInquiry {
  readonly kind: 'mailbox';
  readonly key: string;
  /** Number of the box. */
  readonly box: string;
}

export interface MailboxFinding {
  readonly kind: 'mailbox';
  /** The oldest first. */
  readonly messages: readonly MailboxMessage[];
}

export interface MailboxMessage {
  /** Ids sort by age. */
  readonly id: string;
  readonly url: string;
  readonly from: string;
  /** ISO 8601 in UTC. */
  readonly receivedAt: string;
  readonly isRead: boolean;
}

export type Inquiry = CustomLogicInquiry | NightModeInquiry | MailboxInquiry;

export type Finding = CustomLogicFinding | NightModeFinding | MailboxFinding;

/** What inquiries found, by their key. */
export type Findings = Readonly<Record<string, Finding>>;

/** What a simulation assumes, since nobody is there to ask: endpoints do not answer, changes are made, boxes are empty. */
export function assumedFinding(inquiry: Inquiry): Finding {
  switch (inquiry.kind) {
    case 'custom_logic':
      return { kind: 'failed', reason: 'a simulation does not ask it' };
    case 'toggle_night_mode':
      return { kind: 'changed' };
    case 'mailbox':
      return { kind: 'mailbox', messages: [] };
    default:
      return assertNever(inquiry);
  }
}
