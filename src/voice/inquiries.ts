import { assertNever } from '../core/errors.ts';
import type { Context } from '../db/context.ts';
import type { CustomLogicFinding, CustomLogicInquiry } from '../routing/index.ts';
import type { Inquiries } from '../webhooks/index.ts';
import { switchNightMode } from './night-mode.ts';
import { readMailbox } from './voicemail/messages.ts';

/** Answers what calls ask of the world outside their plan. */
export function createInquiries(options: {
  /** A context in which a telephone of an organization acts; `name` goes into the audit. */
  readonly contextOf: (organizationId: string, name: string) => Context;
  readonly askCustomLogic: (inquiry: CustomLogicInquiry) => Promise<CustomLogicFinding>;
}): Inquiries {
  const { contextOf, askCustomLogic } = options;
  return {
    async find({ organizationId }, inquiry) {
      switch (inquiry.kind) {
        case 'custom_logic':
          return askCustomLogic(inquiry);
        case 'toggle_night_mode':
          await switchNightMode(
            contextOf(organizationId, `extension ${inquiry.extension}`),
            inquiry.schedules,
            inquiry.isNight,
          );
          return { kind: 'changed' };
        case 'mailbox': {
          const { db } = contextOf(organizationId, 'mailbox');
          return { kind: 'mailbox', messages: await readMailbox(db, organizationId, inquiry.box) };
        }
        default:
          return assertNever(inquiry);
      }
    },
  };
}
