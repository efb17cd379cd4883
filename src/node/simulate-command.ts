import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { print, say } from '../cli/output.ts';
import { AppError, messageOf } from '../core/errors.ts';
import {
  createSimulator,
  MISCHIEF_NAMES,
  type Mischief,
  type ModemSimulator,
  Phones,
  VENDORS,
} from '../modem/simulator/index.ts';
import { phoneFile, phonesToJson, phoneTextSchema } from './phone/page.ts';

interface Options {
  readonly profile: string;
  readonly tcp: number;
  readonly host: string;
  readonly pty?: string;
  readonly phone?: number;
  readonly pin?: string;
  readonly delay: number;
  readonly boot: number;
  readonly slots: number;
  readonly filled: number;
  readonly fault: Mischief;
  readonly inboundEvery?: number;
  readonly ringEvery?: number;
}

const number = (text: string): number => {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError('use a number.');
};

/** `cms=0.05`, several times; each is a chance for each command it can strike. */
const fault = (text: string, before: Mischief): Mischief => {
  const [, name, chance] = /^([a-z-]+)=(0?\.\d+|[01])$/.exec(text) ?? [];
  const known = MISCHIEF_NAMES.find((each) => dashed(each) === name);
  if (known !== undefined) return { ...before, [known]: Number(chance) };
  throw new InvalidArgumentError(`use name=chance from 0 to 1, with one of ${MISCHIEF_NAMES.map(dashed).join(', ')}.`);
};

const dashed = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** `switchhook modem simulate`: a modem without hardware, to rehearse with. Runs until it is stopped. */
export function registerSimulate(program: Command): void {
  const modem = program.commands.find((command) => command.name() === 'modem') ?? program.command('modem');
  modem
    .command('simulate')
    .description('play a modem on a TCP port or a pseudo-terminal, with a network and its people behind it')
    .addOption(
      new Option('--profile <make>', 'whose modem it looks like').choices(Object.keys(VENDORS)).default('generic'),
    )
    .option('--tcp <port>', 'listen here; 0 lets the system choose', number, 0)
    .option('--host <address>', 'and on this address', '127.0.0.1')
    .option('--pty <path>', 'also make a serial device of this name (needs socat)')
    .option('--phone <port>', 'a page to read and write the texts, on this port', number)
    .option('--pin <pin>', 'the SIM wants this PIN')
    .option('--delay <ms>', 'from a message to its answer', number, 400)
    .option('--boot <seconds>', 'silence after a power-on', number, 0)
    .option('--slots <n>', 'room in the SIM', number, 20)
    .option('--filled <n>', 'old messages in the SIM at the start', number, 0)
    .option('--fault <name=chance>', 'what goes wrong by chance; may be given several times', fault, {})
    .option('--inbound-every <seconds>', 'somebody texts this often', number)
    .option('--ring-every <seconds>', 'somebody calls this often', number)
    .addHelpText(
      'after',
      '\nExample:\n  $ switchhook modem simulate --profile huawei --pty /tmp/modem --phone 8090 --fault cms=0.05\n' +
        '\nThen configure a modem with the path it prints.',
    )
    .action((options: Options) => simulate(options));
}

async function simulate(options: Options): Promise<void> {
  const { boot, delay, slots, pin, fault: mischief, profile } = options;
  const simulator = createSimulator({
    number: '+15550100000',
    imei: '860000000099001',
    imsi: '001010000099001',
    ...VENDORS[profile],
    chatterEveryMs: 15_000,
    submitDelayMs: delay,
    bootMs: boot * 1000,
    storageSize: slots,
    mischief,
    ...(pin === undefined ? {} : { pin }),
  });
  simulator.reportBy({ kind: 'after', delayMs: 1_200 });
  const phones = new Phones(simulator);
  for (let count = 1; count <= options.filled; count += 1) {
    simulator.receive({ from: '+12125550199', text: `An old message, number ${count}` });
  }
  const listener = await simulator.listenTcp(options.tcp, options.host);
  print(`tcp://${options.host}:${listener.port}`);
  if (options.pty !== undefined) await makeDevice(options.pty, options.host, listener.port);
  if (options.phone !== undefined) await serveTelephone(options.phone, options.host, phones);
  liveOn(simulator, phones, options);
  say('Running. Ctrl-C ends it.');
}

/** Traffic from outside, as long as the program runs. */
function liveOn(simulator: ModemSimulator, phones: Phones, { inboundEvery, ringEvery }: Options): void {
  let count = 0;
  if (inboundEvery !== undefined) {
    setInterval(() => {
      count += 1;
      phones.text('+12125550188', `Message ${count} from outside`);
    }, inboundEvery * 1000);
  }
  if (ringEvery !== undefined) setInterval(() => simulator.ring('+12125550166'), ringEvery * 1000);
}

/** A pseudo-terminal that leads to the TCP port: what opens it cannot tell it from a serial device. */
function makeDevice(path: string, host: string, port: number): Promise<void> {
  const socat = spawn('socat', [`pty,raw,echo=0,link=${path}`, `tcp:${host}:${port}`], { stdio: 'inherit' });
  process.once('exit', () => socat.kill());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
  return new Promise((resolve, reject) => {
    socat.once('error', (cause) =>
      reject(
        new AppError({
          code: 'simulate.no_socat',
          kind: 'unavailable',
          detail: 'A pseudo-terminal needs socat: install it (apt-get install socat), or use the tcp:// path.',
          cause,
        }),
      ),
    );
    socat.once('exit', () => {
      say(`${path} is gone: the modem was unplugged. Start it again to plug it in.`);
      process.exit(1);
    });
    socat.once('spawn', () => {
      print(path);
      resolve();
    });
  });
}

function serveTelephone(port: number, host: string, phones: Phones): Promise<void> {
  const server = createServer((request, response) => {
    answerTelephone(request, response, phones).catch((error) => {
      response.writeHead(400, { 'content-type': 'text/plain' }).end(messageOf(error));
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      print(`http://${host}:${port}/`);
      resolve();
    });
  });
}

const MAX_BODY = 10_000;

async function answerTelephone(request: IncomingMessage, response: ServerResponse, phones: Phones): Promise<void> {
  const path = request.url ?? '/';
  if (path === '/texts') {
    if (request.method === 'POST') {
      let body = '';
      for await (const chunk of request) {
        body += chunk;
        if (body.length > MAX_BODY) throw new Error('the text is too long');
      }
      const { from, body: text } = phoneTextSchema.parse(JSON.parse(body));
      phones.text(from, text);
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(phonesToJson(phones)));
    return;
  }
  const file = phoneFile(path.slice(1));
  if (file === undefined) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, Object.fromEntries(file.headers)).end(await file.text());
}
