import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSupervisor, openTransport } from '../src/modem/index.ts';
import { encodeSubmit } from '../src/modem/pdu/index.ts';
import { createSimulator, type ModemSimulator } from '../src/modem/simulator/index.ts';
import type { BenchRow } from './pdu.ts';
import { startSmsService, until } from './support/sms-service.ts';

const AIR_MS = 50;
const TEXTS = Number(process.env.BENCH_SMS_TEXTS ?? 40);
/** What a slow peer gets to send them; the rate is of what it sent. */
const LIMIT_MS = Number(process.env.BENCH_SMS_LIMIT_MS ?? 60_000);
const TEXT = 'How fast is a slice?';
const to = (n: number) => `+1212555${1000 + n}`;

interface Peer {
  readonly name: string;
  readonly program: string;
  /** Starts it on a serial port with `TEXTS` texts to send, and returns what to end. */
  readonly start: (port: string, home: string) => readonly ChildProcess[];
}

/**
 * Texts a second through gammu-smsd, smstools and Kannel from Debian's packages and through the whole service, each on a
 * simulated modem at 50 ms a submit, one after the other in one run. The peers have a serial device (socat), for they know
 * nothing else. Needs socat; a peer that is not installed is named and left out.
 */
export async function run(emit: (row: BenchRow) => void): Promise<void> {
  const row = (name: string, value: number, unit: string, against?: number) =>
    emit({
      bench: 'sms-peers',
      case: name,
      value: Math.round(value * 100) / 100,
      unit,
      ...(against === undefined ? {} : { ratio: Math.round((value / against) * 1000) / 1000, against: 'bare driver' }),
    });
  row('load of the machine at the start', loadavg()[0] ?? Number.NaN, 'runnable');
  const bare = await bareDriver();
  row(`bare driver, ${AIR_MS} ms a submit`, bare, 'slices/s');
  row('switchhook with Postgres', await ours(), 'slices/s', bare);
  for (const peer of PEERS) {
    if (spawnSync('sh', ['-c', `command -v ${peer.program} && command -v socat`]).status !== 0) {
      console.error(
        `${peer.name} or socat is not installed (apt-get install gammu-smsd smstools kannel socat): left out`,
      );
      continue;
    }
    const rate = await measure(peer);
    if (rate !== undefined) row(peer.name, rate, 'slices/s', bare);
  }
}

async function bareDriver(): Promise<number> {
  const simulator = newSimulator();
  const listener = await simulator.listenTcp();
  const path = `tcp://127.0.0.1:${listener.port}`;
  const modem = createSupervisor({
    name: 'bench',
    path,
    open: () => openTransport(path, {}),
    handlers: { onStored: async () => {}, onRouted: async () => {} },
    pinMemory: { isKnownBad: async () => false, markBad: async () => {} },
  });
  await modem.whenReady();
  for (let n = 0; n < TEXTS; n += 1) {
    const [slice] = encodeSubmit({ to: to(n), text: TEXT }).slices;
    if (slice !== undefined) await modem.submit(slice);
  }
  await modem.close();
  await listener.close();
  return rateOf(simulator);
}

async function ours(): Promise<number> {
  const simulator = newSimulator();
  const listener = await simulator.listenTcp();
  const service = await startSmsService('Postgres', [listener.port]);
  try {
    await service.queue(TEXTS, 10_000, { statusReport: false });
    await until(() => simulator.submitted.length === TEXTS);
    return rateOf(simulator);
  } finally {
    await service.stop();
    await listener.close();
  }
}

/** Undefined when it sent too little to tell; its log is shown then. */
async function measure(peer: Peer): Promise<number | undefined> {
  const home = mkdtempSync(join(tmpdir(), 'switchhook-peer-'));
  const simulator = newSimulator();
  const [host, modem] = [join(home, 'tty-host'), join(home, 'tty-modem')];
  const cable = spawn('socat', [`pty,raw,echo=0,link=${host}`, `pty,raw,echo=0,link=${modem}`], { stdio: 'ignore' });
  await until(() => existsSync(host) && existsSync(modem));
  const transport = await openTransport(modem, { baudRate: 115_200 });
  simulator.attach(transport);
  for (const [command, line] of ANSWERS) {
    simulator.inject({ command, fault: { kind: 'refuse', line }, times: Number.MAX_SAFE_INTEGER });
  }
  const processes = peer.start(host, home);
  const started = performance.now();
  await until(() => simulator.submitted.length >= TEXTS || performance.now() - started > LIMIT_MS);
  for (const process of [...processes].reverse()) await end(process);
  await transport.close();
  await end(cable);
  if (simulator.submitted.length < 2)
    console.error(`${peer.name} sent ${simulator.submitted.length} texts: ${logOf(home)}`);
  rmSync(home, { recursive: true, force: true });
  return simulator.submitted.length < 2 ? undefined : rateOf(simulator);
}

function end(process: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (process.exitCode !== null || process.signalCode !== null) return resolve();
    process.once('exit', () => resolve());
    process.kill('SIGKILL');
  });
}

function logOf(home: string): string {
  const logs = readdirSync(home).filter((name) => name.endsWith('.log'));
  return logs.map((name) => readFileSync(join(home, name), 'utf8').slice(-600)).join('\n') || 'it left no log';
}

/** What the peers ask and the simulated modem does not know: character sets and flow control, as real modems answer. */
const ANSWERS: readonly (readonly [RegExp, string])[] = [
  [/^AT\+CSCS\?$/, '+CSCS: "GSM"\r\n\r\nOK'],
  [/^AT\+CSCS=\?$/, '+CSCS: ("GSM","UCS2")\r\n\r\nOK'],
  [/^AT\+CSMS\?$/, '+CSMS: 0,1,1,1\r\n\r\nOK'],
  [/^AT\+CSMS=\?$/, '+CSMS: (0,1)\r\n\r\nOK'],
  [/^AT\+CMGF=\?$/, '+CMGF: (0,1)\r\n\r\nOK'],
  [/^AT(\+IFC=|\+ICF=|\+IPR=|&[CDK]|S[0-9]+=)/, 'OK'],
];

const PEERS: readonly Peer[] = [
  {
    name: 'gammu-smsd',
    program: 'gammu-smsd',
    start(port, home) {
      const folders = ['inbox', 'outbox', 'sent', 'error'];
      for (const folder of folders) mkdirSync(join(home, folder));
      for (let n = 0; n < TEXTS; n += 1) {
        writeFileSync(join(home, 'outbox', `OUTC20260101_000000_${String(n).padStart(2, '0')}_${to(n)}_x.txt`), TEXT);
      }
      writeFileSync(
        join(home, 'smsdrc'),
        `[gammu]\nport = ${port}\nconnection = at115200\n[smsd]\nservice = files\nlogfile = ${home}/smsd.log\n` +
          `commtimeout = 1\nsendtimeout = 10\nreceivefrequency = 15\nloopsleep = 1\nstatusfrequency = 60\n` +
          `inboxpath = ${home}/inbox/\noutboxpath = ${home}/outbox/\nsentsmspath = ${home}/sent/\nerrorsmspath = ${home}/error/\n`,
      );
      return [spawn('gammu-smsd', ['-c', join(home, 'smsdrc')], { stdio: 'ignore' })];
    },
  },
  {
    name: 'smstools',
    program: 'smsd',
    start(port, home) {
      for (const folder of ['incoming', 'outgoing', 'checked', 'sent', 'failed']) mkdirSync(join(home, folder));
      for (let n = 0; n < TEXTS; n += 1) {
        writeFileSync(join(home, 'outgoing', `text-${n}`), `To: ${to(n).slice(1)}\n\n${TEXT}\n`);
      }
      writeFileSync(
        join(home, 'smsd.conf'),
        `devices = GSM1\nlogfile = ${home}/smsd.log\noutgoing = ${home}/outgoing\nchecked = ${home}/checked\n` +
          `incoming = ${home}/incoming\nsent = ${home}/sent\nfailed = ${home}/failed\ndelaytime = 1\nerrorsleeptime = 1\n` +
          `pidfile = ${home}/smsd.pid\ninfofile = ${home}/smsd.info\nautosplit = 0\n` +
          `[GSM1]\ndevice = ${port}\nincoming = no\nbaudrate = 115200\nrtscts = no\nreport = no\n`,
      );
      return [spawn('smsd', ['-t', '-c', join(home, 'smsd.conf')], { stdio: 'ignore' })];
    },
  },
  {
    name: 'Kannel',
    program: 'bearerbox',
    start(port, home) {
      const config = join(home, 'kannel.conf');
      mkdirSync(join(home, 'spool'));
      writeFileSync(
        config,
        `group = core\nadmin-port = 13900\nadmin-password = bench\nsmsbox-port = 13901\nlog-file = ${home}/bearerbox.log\n` +
          `log-level = 1\nbox-allow-ip = 127.0.0.1\n\ngroup = smsc\nsmsc = at\nsmsc-id = sim\nmodemtype = auto\n` +
          `device = ${port}\nspeed = 115200\nmy-number = +15550001111\n\n` +
          `group = modems\nid = generic\nname = "Generic"\ninit-string = "AT+CNMI=1,1,0,0,0"\n\n` +
          `group = smsbox\nbearerbox-host = 127.0.0.1\nsendsms-port = 13913\nlog-file = ${home}/smsbox.log\nlog-level = 1\n\n` +
          `group = sendsms-user\nusername = bench\npassword = bench\n\ngroup = sms-service\nkeyword = default\ntext = "x"\n`,
      );
      const bearerbox = spawn('bearerbox', ['-v', '4', config], { stdio: 'ignore' });
      const smsbox = spawn('sh', ['-c', `sleep 2; exec smsbox -v 4 ${config}`], { stdio: 'ignore' });
      void orderOfKannel();
      return [bearerbox, smsbox];
    },
  },
];

/** Kannel takes texts over HTTP only; it queues them at once. */
async function orderOfKannel(): Promise<void> {
  for (let n = 0; n < TEXTS; n += 1) {
    const query = new URLSearchParams({
      username: 'bench',
      password: 'bench',
      from: '+15550001111',
      to: to(n),
      text: TEXT,
    });
    await until(async () => {
      try {
        return (await fetch(`http://127.0.0.1:13913/cgi-bin/sendsms?${query}`)).ok;
      } catch {
        return false;
      }
    }, 500);
  }
}

function rateOf(simulator: ModemSimulator): number {
  const first = simulator.submitted[0]?.at.getTime() ?? 0;
  const last = simulator.submitted.at(-1)?.at.getTime() ?? 0;
  return (simulator.submitted.length - 1) / ((last - first) / 1000);
}

function newSimulator(): ModemSimulator {
  return createSimulator({
    number: '+15550001111',
    imei: '860000000010001',
    imsi: '001010000010001',
    submitDelayMs: AIR_MS,
  });
}
