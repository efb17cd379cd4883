import { readFileSync } from 'node:fs';
import { AppError, type FieldProblem } from '../core/errors.ts';

/** How one setting is read from the environment. The table below is also the reference page. */
interface Setting<T> {
  readonly description: string;
  /** What the page shows as the default. */
  readonly shown: string;
  readonly secret?: true;
  /** Undefined means absent; a string thrown is the complaint. */
  readonly read: (text: string | undefined) => T;
}

const SETTINGS = {
  PORT: setting('Port of the HTTP server.', '8080', (text) => wholeNumber(text ?? '8080', 0, 65_535)),
  HOST: setting('Address it listens on. 0.0.0.0 opens it to the network.', '127.0.0.1', (text) => text ?? '127.0.0.1'),
  DATA_DIR: setting(
    'Directory of the embedded database, the journal and generated secrets.',
    './data',
    (text) => text ?? './data',
  ),
  DATABASE_URL: secret('Postgres connection URL. Absent: the embedded database in DATA_DIR.', 'none', (text) =>
    text === undefined ? undefined : postgresUrl(text),
  ),
  DATABASE_POOL_SIZE: setting('Connections to a Postgres server.', '10', (text) => wholeNumber(text ?? '10', 1, 200)),
  CONFIG_FILE: setting('Configuration applied at every start; there is no demo then.', 'none', (text) => text),
  BOOTSTRAP_API_KEY: secret('An owner API key of the organization in CONFIG_FILE.', 'none', (text) =>
    text === undefined ? undefined : atLeast(text, 16),
  ),
  PUBLIC_URL: setting('Base of the callback URLs given to Cloudonix.', 'http://HOST:PORT', (text) =>
    text === undefined ? undefined : httpUrl(text),
  ),
  CLOUDONIX_API_URL: setting('The REST API of Cloudonix, or of its staging.', 'https://api.cloudonix.io', (text) =>
    httpUrl(text ?? 'https://api.cloudonix.io'),
  ),
  SECRET_KEY: secret(
    'Seals secrets in the database and signs call state. Absent: made once and kept in DATA_DIR.',
    'generated',
    (text) => (text === undefined ? undefined : atLeast(text, 16)),
  ),
  SECRET_KEY_PREVIOUS: secret(
    'A former SECRET_KEY that may still open secrets, during a rotation.',
    'none',
    (text) => text,
  ),
  LOG_LEVEL: setting('fatal, error, warn, info, debug or trace.', 'info; warn on a terminal', (text) =>
    oneOf(text ?? 'info', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
  ),
  SWITCHHOOK_DEMO: setting(
    '0 starts empty, without the demo organization.',
    '1',
    (text) => oneOf(text ?? '1', ['0', '1']) === '1',
  ),
  API_REQUESTS_PER_MINUTE: setting(
    'API requests that one key, session or address may make in a minute. 0: any number.',
    '6000',
    (text) => wholeNumber(text ?? '6000', 0, 10_000_000),
  ),
  CORS_ORIGINS: setting(
    'Origins, with commas between them, whose pages may use the API with an API key.',
    'none',
    (text) =>
      (text ?? '')
        .split(',')
        .map((origin) => origin.trim())
        .filter((origin) => origin !== '')
        .map(originOnly),
  ),
  TLS_CERT: setting(
    'PEM file of a server certificate. With TLS_KEY the API and console are also on TLS_PORT, where client certificates sign in.',
    'none',
    (text) => (text === undefined ? undefined : pemFile(text)),
  ),
  TLS_KEY: setting('PEM file of the private key of TLS_CERT.', 'none', (text) =>
    text === undefined ? undefined : pemFile(text),
  ),
  TLS_PORT: setting('Port of TLS_CERT.', '8443', (text) => wholeNumber(text ?? '8443', 0, 65_535)),
  SMTP_URL: secret(
    'Mail server for sign-in codes: smtp://user:password@host:587 (STARTTLS) or smtps://…:465. Absent: no e-mail.',
    'none',
    (text) => (text === undefined ? undefined : smtpUrl(text)),
  ),
  SMTP_CA: setting('PEM file of the authority of the mail server, when it is not a public one.', 'none', (text) =>
    text === undefined ? undefined : pemFile(text),
  ),
  MAIL_FROM: setting('Sender of e-mails, such as Acme <phone@acme.example>. Needed with SMTP_URL.', 'none', (text) =>
    text === undefined ? undefined : mailAddress(text),
  ),
  JOURNAL_MAX_BYTES: setting('Disk the journal may use while Postgres is away.', '1073741824 (1 GiB)', (text) =>
    wholeNumber(text ?? '1073741824', 1_000_000, Number.MAX_SAFE_INTEGER),
  ),
  JOURNAL_SYNC: setting(
    'interval: on the platter within 50 ms; always: before each answer (survives a power cut).',
    'interval',
    (text) => oneOf(text ?? 'interval', ['interval', 'always']),
  ),
  MODEM_POWER_COMMAND: setting(
    'Shell command that takes the power of a modem away and gives it back; MODEM_NAME and MODEM_PATH say which.',
    'none',
    (text) => text,
  ),
} as const;

type Settings = typeof SETTINGS;
export type Config = { readonly [Name in keyof Settings]: ReturnType<Settings[Name]['read']> };

/** What the generated reference page shows of a setting. */
export const settingsReference: readonly { name: string; shown: string; description: string; secret: boolean }[] =
  Object.entries(SETTINGS).map(([name, { shown, description, ...rest }]) => ({
    name,
    shown,
    description,
    secret: 'secret' in rest && rest.secret === true,
  }));

/**
 * Reads the settings from an environment. A secret may also stand in a file named by `NAME_FILE` (one trailing newline is
 * dropped). Throws `settings.invalid` naming every setting that is wrong; values never appear in the message.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const problems: FieldProblem[] = [];
  const entries = Object.entries(SETTINGS).map(([name, { read, ...rest }]) => {
    try {
      const text = 'secret' in rest ? (fromFile(environment, name) ?? environment[name]) : environment[name];
      return [name, read(text === '' ? undefined : text)];
    } catch (complaint) {
      problems.push({ path: name, message: complaint instanceof Error ? complaint.message : String(complaint) });
      return [name, undefined];
    }
  });
  const config = Object.fromEntries(entries) as Config;
  if (
    config.SMTP_URL !== undefined &&
    config.MAIL_FROM === undefined &&
    problems.every(({ path }) => path !== 'MAIL_FROM')
  )
    problems.push({ path: 'MAIL_FROM', message: 'say who e-mails come from, or leave SMTP_URL away' });
  if (problems.length > 0) {
    throw new AppError({
      code: 'settings.invalid',
      kind: 'invalid',
      detail: problems.map(({ path, message }) => `${path}: ${message}`).join('\n'),
      problems,
    });
  }
  return config;
}

function setting<T>(description: string, shown: string, read: (text: string | undefined) => T): Setting<T> {
  return { description, shown, read };
}

function secret<T>(
  description: string,
  shown: string,
  read: (text: string | undefined) => T,
): Setting<T> & { secret: true } {
  return { description, shown, read, secret: true };
}

function fromFile(environment: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  const path = environment[`${name}_FILE`];
  if (path === undefined || path === '') return undefined;
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw new Error(
      `the file named by ${name}_FILE cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})`,
    );
  }
}

function pemFile(path: string): string {
  try {
    const text = readFileSync(path, 'utf8');
    if (text.includes('-----BEGIN ')) return text;
  } catch (cause) {
    throw new Error(`the file cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
  throw new Error('the file is not in PEM form');
}

function wholeNumber(text: string, minimum: number, maximum: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  throw new Error(`use a whole number from ${minimum} to ${maximum}`);
}

function originOnly(text: string): string {
  if (URL.canParse(text) && new URL(text).origin === text) return text;
  throw new Error('use origins such as https://console.example, without a path');
}

function oneOf<const T extends string>(text: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === text);
  if (found !== undefined) return found;
  throw new Error(`use one of ${allowed.join(', ')}`);
}

function httpUrl(text: string): string {
  if (/^https?:\/\/[^/?#\s]+[^?#\s]*$/.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '');
  throw new Error('use an address such as https://pbx.example.com');
}

function postgresUrl(text: string): string {
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new Error('use an address such as postgres://user:password@host:5432/database');
}

function smtpUrl(text: string): string {
  if (/^smtps?:\/\//.test(text) && URL.canParse(text) && new URL(text).hostname !== '') return text;
  throw new Error('use an address such as smtp://user:password@mail.example.com:587');
}

function mailAddress(text: string): string {
  if (/^([^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/.test(text.trim())) return text.trim();
  throw new Error('use an address such as phone@acme.example or Acme <phone@acme.example>');
}

function atLeast(text: string, characters: number): string {
  if (text.length >= characters) return text;
  throw new Error(`use at least ${characters} characters`);
}
