import { isIP } from 'node:net';
import { AppError, messageOf } from '../../core/errors.ts';
import type { Attempt } from './rules/delivery.ts';

/** The way to a mail server, as SMTP_URL, MAIL_FROM and SMTP_CA say it. */
export interface SmtpSettings {
  /** `smtp://user:password@host:587` (STARTTLS) or `smtps://…:465`. */
  readonly url: string;
  readonly from: string;
  /** PEM of the authority that signed the server's certificate, when it is not a public one. */
  readonly ca?: string | undefined;
}

export interface Letter {
  /** Stays the same over repeats, so that a mailbox shows a message once that was sent twice. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Hands messages to a mail server. */
export interface MailServer {
  /** One attempt; what the server says is the result, never an exception. */
  send(letter: Letter): Promise<Attempt>;
  /** Connects and signs in without sending. Throws `email.unreachable`. */
  check(): Promise<void>;
}

const CONNECT_MS = 8_000;
const SILENCE_MS = 15_000;

/**
 * A mail server by its address. The connection is encrypted before a name or a code is said and the certificate is verified;
 * only a server on this very machine, or one with `?tls=off`, is spoken to in the clear.
 */
export function smtpServer(settings: SmtpSettings): MailServer {
  const url = new URL(settings.url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isImplicit = url.protocol === 'smtps:';
  const isEncrypted = isImplicit || (url.searchParams.get('tls') ?? (isLocal(host) ? 'off' : 'required')) !== 'off';
  const open = async () => {
    const { createTransport } = await import('nodemailer');
    return createTransport({
      host,
      port: url.port === '' ? (isImplicit ? 465 : 587) : Number(url.port),
      secure: isImplicit,
      requireTLS: isEncrypted,
      ignoreTLS: !isEncrypted,
      ...(url.username === ''
        ? {}
        : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
      tls: {
        minVersion: 'TLSv1.2',
        // RFC 6066 section 3: an address is no server name.
        ...(isIP(host) === 0 ? { servername: host } : {}),
        ...(settings.ca === undefined ? {} : { ca: settings.ca }),
      },
      connectionTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  };
  return {
    async send({ id, to, subject, text }) {
      try {
        const transport = await open();
        await transport.sendMail({
          messageId: `<${id}@${domainOf(settings.from)}>`,
          from: settings.from,
          to,
          subject,
          text,
          // RFC 3834: nobody's holiday answers a code.
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
        return { kind: 'accepted' };
      } catch (error) {
        return { kind: 'refused', reason: reasonOf(error), isFinal: isFinal(error) };
      }
    },
    async check() {
      try {
        const transport = await open();
        await transport.verify();
      } catch (error) {
        throw new AppError({
          code: 'email.unreachable',
          kind: 'unavailable',
          detail: `The mail server ${host} cannot be used: ${reasonOf(error)}`,
        });
      }
    },
  };
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

function domainOf(from: string): string {
  return /@([^\s<>@]+?)>?\s*$/.exec(from)?.[1] ?? 'localhost';
}

/** What nodemailer throws: its own word for where it failed, and the server's number where it said one. */
interface SmtpFailure {
  readonly code?: string;
  readonly responseCode?: number;
}

/** A refused sign-in or handshake is a matter of the settings, which can be mended; the message is not to blame. */
function isFinal(error: unknown): boolean {
  const { code, responseCode = 0 } = error as SmtpFailure;
  return responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
}

/** One line, without what was to be sent. */
function reasonOf(error: unknown): string {
  return messageOf(error).replace(/\s+/g, ' ').slice(0, 300);
}
