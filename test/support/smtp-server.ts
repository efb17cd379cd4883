import { createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** A message as the server took it. */
export interface TakenMail {
  readonly from: string;
  readonly to: string;
  readonly data: string;
  /** Whether the connection was encrypted then. */
  readonly isEncrypted: boolean;
  readonly user: string | undefined;
}

export interface SmtpOptions {
  /** Offers STARTTLS, and takes no mail without it. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Asks for this name and password. */
  readonly login?: readonly [user: string, password: string];
  /** What is answered at a step instead of yes, `undefined` for yes. */
  readonly answer?: (step: 'mail' | 'rcpt' | 'data') => string | undefined;
}

export interface TestSmtpServer {
  readonly port: number;
  readonly mails: readonly TakenMail[];
  /** Every line a client has said, for what must never be said in the clear. */
  readonly heardInTheClear: readonly string[];
  close(): Promise<void>;
}

/** A mail server as RFC 5321 has it, and no more of it than a client of ours uses: EHLO, STARTTLS, AUTH PLAIN, one mail. */
export async function startSmtpServer(options: SmtpOptions = {}): Promise<TestSmtpServer> {
  const mails: TakenMail[] = [];
  const heardInTheClear: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, options, mails, heardInTheClear);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the mail server has no port');
  return {
    port: address.port,
    mails,
    heardInTheClear,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function serve(plain: Socket, options: SmtpOptions, mails: TakenMail[], heardInTheClear: string[]): void {
  const { tls, login, answer } = options;
  let socket = plain;
  let isEncrypted = false;
  let user: string | undefined;
  let envelope = { from: '', to: '' };
  let data: string[] | undefined;
  let rest = '';
  const say = (line: string) => socket.write(`${line}\r\n`);
  const mayMail = () => (tls === undefined || isEncrypted) && (login === undefined || user !== undefined);

  const hear = (line: string): void => {
    if (!isEncrypted) heardInTheClear.push(line);
    if (data !== undefined) {
      if (line !== '.') {
        data.push(line.startsWith('..') ? line.slice(1) : line);
        return;
      }
      const refusal = answer?.('data');
      if (refusal === undefined) mails.push({ ...envelope, data: data.join('\r\n'), isEncrypted, user });
      data = undefined;
      say(refusal ?? '250 taken');
      return;
    }
    const [word = '', ...words] = line.split(' ');
    switch (word.toUpperCase()) {
      case 'EHLO': {
        const offers = [
          ...(tls !== undefined && !isEncrypted ? ['STARTTLS'] : []),
          ...(login === undefined ? [] : ['AUTH PLAIN']),
        ];
        for (const offer of offers) say(`250-${offer}`);
        say('250 ready');
        return;
      }
      case 'STARTTLS': {
        if (tls === undefined) return void say('502 not here');
        say('220 go on');
        plain.removeAllListeners('data');
        const secure = new TLSSocket(plain, { isServer: true, ...tls });
        secure.on('error', () => plain.destroy());
        isEncrypted = true;
        socket = secure;
        listen();
        return;
      }
      case 'AUTH': {
        const [, name, password] = Buffer.from(words[1] ?? '', 'base64')
          .toString()
          .split('\0');
        if (name !== login?.[0] || password !== login?.[1]) return void say('535 5.7.8 wrong name or password');
        user = name;
        return void say('235 welcome');
      }
      case 'MAIL':
        if (!mayMail()) return void say('530 not yet');
        envelope = { from: /<([^>]*)>/.exec(line)?.[1] ?? '', to: '' };
        return void say(answer?.('mail') ?? '250 ok');
      case 'RCPT':
        envelope = { ...envelope, to: /<([^>]*)>/.exec(line)?.[1] ?? '' };
        return void say(answer?.('rcpt') ?? '250 ok');
      case 'DATA':
        data = [];
        return void say('354 go on');
      case 'QUIT':
        say('221 bye');
        return void socket.end();
      default:
        say('250 ok');
    }
  };
  const listen = (): void => {
    socket.on('data', (bytes) => {
      const lines = (rest + bytes.toString('utf8')).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) hear(line);
    });
  };
  plain.on('error', () => plain.destroy());
  listen();
  say('220 test');
}
