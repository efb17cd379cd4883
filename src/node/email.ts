import { type SmtpSettings, smtpServer } from '../deliveries/index.ts';
import type { Config } from '../platform/config.ts';
import type { Finding } from './finding.ts';

/** The mail server of the settings, or undefined where there is none. */
export function smtpSettings({ SMTP_URL, SMTP_CA, MAIL_FROM }: Config): SmtpSettings | undefined {
  return SMTP_URL === undefined || MAIL_FROM === undefined
    ? undefined
    : { url: SMTP_URL, from: MAIL_FROM, ca: SMTP_CA };
}

/** Whether e-mails would leave: connects and signs in, and sends nothing. */
export async function emailFinding(config: Config): Promise<Finding> {
  const check = 'e-mail';
  const settings = smtpSettings(config);
  if (settings === undefined) {
    return { check, state: 'notice', detail: 'SMTP_URL is not set: sign-in codes go by text message only' };
  }
  const { host } = new URL(settings.url);
  try {
    await smtpServer(settings).check();
    return { check, state: 'good', detail: `${host}, as ${settings.from}` };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { check, state: 'bad', detail, fix: 'look at SMTP_URL, SMTP_CA and MAIL_FROM' };
  }
}
