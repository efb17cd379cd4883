import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';

/** Sends a text to a number in the name of an organization; the modem's outbox is behind it. */
export type SendText = (context: Context, message: { readonly to: string; readonly body: string }) => Promise<unknown>;

/** Sends an e-mail in the name of an organization, through a queue that a restart does not lose. */
export type SendEmail = (
  context: Context,
  email: {
    readonly purpose: string;
    readonly to: string;
    readonly subject: string;
    readonly text: string;
    readonly expiresAt: Date;
  },
) => Promise<unknown>;

/** How codes reach people. */
export interface CodeSenders {
  readonly sendText: SendText;
  /** Absent where no mail server is set up. */
  readonly sendEmail?: SendEmail | undefined;
}

/** Where a code goes. */
export type Way = { readonly channel: 'sms' | 'email'; readonly to: string };

export interface Reachable {
  readonly phone: string | null;
  readonly email: string | null;
}

/** The way to somebody: the one that was wished, else whichever leads to them. Undefined when none does. */
export function wayTo(
  person: Reachable,
  wished: 'sms' | 'email' | undefined,
  { sendEmail }: Pick<CodeSenders, 'sendEmail'>,
): Way | undefined {
  const ways: readonly (Way | undefined)[] = [
    person.phone === null ? undefined : { channel: 'sms', to: person.phone },
    person.email === null || sendEmail === undefined ? undefined : { channel: 'email', to: person.email },
  ];
  return ways.find((way) => way !== undefined && (wished === undefined || way.channel === wished));
}

/** Sends a code where it goes, in the open transaction. */
export async function sendCode(
  context: Context,
  { channel, to }: Way,
  letter: { readonly code: string; readonly organization: string; readonly expiresAt: Date },
  { sendText, sendEmail }: CodeSenders,
): Promise<void> {
  const line = `${letter.code} is your sign-in code for ${letter.organization}. It works once, within 10 minutes.`;
  if (channel === 'sms') {
    await sendText(context.withPermissions(['sms.message.write']), { to, body: line });
    return;
  }
  await requireEmail(sendEmail)(context, {
    purpose: 'login_code',
    to,
    // Mail servers log subjects: the code is not in it.
    subject: `Your sign-in code for ${letter.organization}`,
    text: `${line}\n\nIf you did not ask for it, somebody typed your name: nothing has happened, and you need do nothing.\n`,
    expiresAt: letter.expiresAt,
  });
}

/** Throws `email.not_set_up` where this installation has no mail server. */
export function requireEmail(sendEmail: SendEmail | undefined): SendEmail {
  if (sendEmail !== undefined) return sendEmail;
  throw new AppError({
    code: 'email.not_set_up',
    kind: 'conflict',
    detail: 'This installation sends no e-mail: its operator sets SMTP_URL and MAIL_FROM. Use a text message instead.',
  });
}
