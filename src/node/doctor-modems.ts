import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { messageOf } from '../core/errors.ts';
import { inspectModem, listSerialPorts, type ModemFacts, openTransport } from '../modem/index.ts';
import type { Finding } from './finding.ts';
import type { ServerFile } from './server-file.ts';

/** Speeds modems on a wire are left at; USB does not care. */
const SPEEDS = [115_200, 9_600, 19_200, 38_400, 57_600, 230_400, 460_800] as const;
const WEAK_DBM = -105;

/** What is asked of a running server: the modems as it sees them. */
interface ShownModem {
  readonly name: string;
  readonly path: string;
  readonly state: string;
  readonly cause: string | null;
  readonly pinTriesLeft: number | null;
  readonly signal: number | null;
  readonly storageUsed: number | null;
  readonly storageTotal: number | null;
  readonly lastError: string | null;
}

/** Modems: as the running server sees them, else by asking every serial port; and who else might be at the ports. */
export async function examineModems(server: ServerFile | undefined, ports: readonly string[] = []): Promise<Finding[]> {
  const others = await otherPrograms();
  if (ports.length > 0) return [...others, ...(await examinePorts(ports))];
  if (server !== undefined) return [...others, ...(await askServer(server))];
  const known = await knownPorts();
  return [...others, ...known.findings, ...(await examinePorts(known.paths))];
}

async function knownPorts(): Promise<{ readonly paths: readonly string[]; readonly findings: readonly Finding[] }> {
  const check = 'serial ports';
  try {
    const paths = (await listSerialPorts()).map((port) => port.path);
    if (paths.length > 0) return { paths, findings: [] };
    const detail = 'none found; simulated and tcp:// modems work all the same';
    return { paths, findings: [{ check, state: 'notice', detail, fix: 'dmesg | grep -i tty' }] };
  } catch (error) {
    return { paths: [], findings: [{ check, state: 'notice', detail: messageOf(error) }] };
  }
}

/** More than these would make a report nobody reads. */
const MOST_ORGANIZATIONS = 50;

/** The modems of every organization that the server has. */
export async function askServer(server: Pick<ServerFile, 'url' | 'token'>): Promise<Finding[]> {
  try {
    const known = await ask<{ slug: string; status: string }>(server, '/platform/organizations', '*');
    const organizations = known.filter(({ status }) => status === 'active').slice(0, MOST_ORGANIZATIONS);
    const findings: Finding[] = [];
    for (const { slug } of organizations) {
      const modems = await ask<ShownModem>(server, '/modems', slug);
      // Where there is one organization its name says nothing.
      const names = (modem: ShownModem) => (organizations.length === 1 ? modem.name : `${slug}/${modem.name}`);
      findings.push(...modems.flatMap((modem) => shownModem(modem, names(modem))));
    }
    if (findings.length > 0) return findings;
    return [{ check: 'modems', state: 'notice', detail: 'none configured', fix: 'switchhook modem probe' }];
  } catch (error) {
    return [{ check: 'modems', state: 'notice', detail: `the server does not tell: ${messageOf(error)}` }];
  }
}

async function ask<T>({ url, token }: Pick<ServerFile, 'url' | 'token'>, path: string, organization: string) {
  const response = await fetch(`${url}/api/v1${path}`, {
    headers: { authorization: `Bearer ${token}`, 'x-switchhook-organization': organization },
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok) throw new Error(`${path} answers ${response.status}`);
  const { items } = (await response.json()) as { items: readonly T[] };
  return items;
}

/** What is wrong with a modem that a server runs, and the command that mends it. */
export function shownModem(modem: ShownModem, name = modem.name): Finding[] {
  const check = `modem ${name}`;
  const bad = (detail: string, fix: string): Finding => ({ check, state: 'bad', detail, fix });
  const why = modem.cause ?? modem.lastError ?? modem.state;
  switch (modem.state) {
    case 'ready':
      return [
        {
          check,
          state: 'good',
          detail: `ready at ${modem.path}${modem.signal === null ? '' : `, ${modem.signal} dBm`}`,
        },
        ...fullness(check, modem.storageUsed, modem.storageTotal),
      ];
    case 'inactive':
    case 'stopped':
      return [{ check, state: 'notice', detail: `${modem.state}: no process runs it`, fix: 'switchhook modem list' }];
    case 'absent':
      return [bad(why, `ls -l ${modem.path}; switchhook modem probe`)];
    case 'pin': {
      const left = modem.pinTriesLeft === null ? '' : ` (${modem.pinTriesLeft} tries left)`;
      return [bad(`${why}${left}`, 'correct "pin" of this modem in the file, then: switchhook apply FILE')];
    }
    case 'degraded':
    case 'registering':
      return [bad(`not on the network: ${why}`, `switchhook modem events "${modem.name}"`)];
    default:
      return [bad(`${modem.state}: ${why}`, `switchhook modem trace "${modem.name}" --seconds 60`)];
  }
}

async function examinePorts(paths: readonly string[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const path of paths) findings.push(...(await examinePort(path)));
  return findings;
}

async function examinePort(path: string): Promise<Finding[]> {
  // Speeds only matter on a wire: a USB or network port is asked once.
  const speeds = /ttyS|ttyAMA|COM/.test(path) ? SPEEDS : SPEEDS.slice(0, 1);
  for (const baudRate of speeds) {
    try {
      const facts = await inspectModem(await openTransport(path, { baudRate }));
      if (facts !== undefined) return answeringPort(path, facts, baudRate);
    } catch (error) {
      return [closedPort(path, messageOf(error))];
    }
  }
  const fix = 'try the other ports of the same device: switchhook modem probe';
  return [{ check: `port ${path}`, state: 'notice', detail: 'nothing answers AT here, at any speed', fix }];
}

/** Why a port does not open. */
export function closedPort(path: string, message: string): Finding {
  const check = `port ${path}`;
  if (/EACCES|EPERM|permission denied|access denied/i.test(message)) {
    return {
      check,
      state: 'bad',
      detail: 'this user may not open it',
      fix: 'sudo usermod -aG dialout "$USER"; then sign in anew',
    };
  }
  if (/lock|busy|temporarily unavailable/i.test(message)) {
    return { check, state: 'bad', detail: 'another program has it open', fix: `sudo fuser -v ${path}` };
  }
  return { check, state: 'bad', detail: message, fix: `ls -l ${path}` };
}

/** What keeps a modem that answers from working, or soon will; `good` when nothing does. */
export function answeringPort(path: string, facts: ModemFacts, baudRate: number): Finding[] {
  const check = `port ${path}`;
  const { sim, registration, serviceCentre, signalDbm, memories, identity } = facts;
  const name = [identity.manufacturer, identity.model].filter(Boolean).join(' ') || 'a modem';
  const findings: Finding[] = [];
  const add = (state: Finding['state'], detail: string, fix?: string) =>
    findings.push({ check, state, detail, ...(fix === undefined ? {} : { fix }) });
  if (baudRate !== SPEEDS[0])
    add('notice', `it answers at ${baudRate} baud`, `set "baudRate: ${baudRate}" for this modem`);
  if (sim.state === undefined) add('bad', sim.error?.text ?? 'no SIM card', sim.error?.advice ?? 'put a SIM card in');
  else if (sim.state !== 'READY') {
    const left = sim.triesLeft === undefined ? '' : `, ${sim.triesLeft} tries left`;
    add(
      'bad',
      `the SIM wants ${sim.state}${left}`,
      'set "pin" for this modem in the file, then: switchhook apply FILE',
    );
  } else {
    if (registration === 'denied')
      add('bad', 'the network refuses this SIM card', 'ask the operator about the contract');
    else if (registration !== 'home' && registration !== 'roaming') {
      add('bad', `not on a network (${registration ?? 'unknown'})`, 'check the antenna, then: switchhook modem probe');
    }
    if (signalDbm !== undefined && signalDbm < WEAK_DBM)
      add('notice', `weak signal, ${signalDbm} dBm`, 'move the antenna');
    if (serviceCentre === undefined) {
      add(
        'bad',
        'no service centre number',
        `printf 'AT+CSCA="+NUMBER",145\\r' > ${path}; printf 'AT+CSAS\\r' > ${path}`,
      );
    }
    for (const { memory, used, total } of memories) findings.push(...fullness(`${check} ${memory}`, used, total));
  }
  if (findings.every(({ state }) => state !== 'bad'))
    findings.unshift({ check, state: 'good', detail: `${name} is usable` });
  return findings;
}

function fullness(check: string, used: number | null, total: number | null): Finding[] {
  if (used === null || total === null || total === 0 || used / total < 0.8) return [];
  const state = used >= total ? 'bad' : 'notice';
  const fix = 'a running server empties it; if it stays full, look: switchhook modem events NAME';
  return [{ check, state, detail: `its memory holds ${used} of ${total} messages`, fix }];
}

/** Programs that read from modems on their own account; two readers steal each other's bytes. */
const RIVALS = ['ModemManager', 'gammu-smsd', 'smsd', 'wvdial', 'chat', 'minicom'];

/** Those of them that run; `proc` is where the system lists its processes. */
export async function otherPrograms(proc = '/proc'): Promise<Finding[]> {
  const found = new Set<string>();
  try {
    for (const entry of await readdir(proc)) {
      if (!/^\d+$/.test(entry)) continue;
      const name = (await readFile(`${proc}/${entry}/comm`, 'utf8').catch(() => '')).trim();
      if (RIVALS.includes(name)) found.add(name);
    }
  } catch {
    // Not Linux: nobody can be found this way.
  }
  return [...found].map((name) => ({
    check: 'other programs',
    state: 'notice',
    detail: `${name} runs and may talk on the same ports`,
    fix:
      name === 'ModemManager'
        ? 'sudo cp deploy/99-switchhook-modems.rules /etc/udev/rules.d/; sudo udevadm control --reload; sudo udevadm trigger'
        : `sudo systemctl disable --now ${name}`,
  }));
}

/** Whether the system keeps its clock by the network; reports and slices are matched by time. */
export function systemClockFinding(): Promise<Finding> {
  const check = 'system clock';
  return new Promise((resolve) => {
    execFile('timedatectl', ['show', '--property=NTPSynchronized', '--value'], { timeout: 3_000 }, (error, stdout) => {
      if (error !== null)
        resolve({ check, state: 'notice', detail: 'whether it is kept by the network cannot be told here' });
      else if (stdout.trim() === 'yes') resolve({ check, state: 'good', detail: 'kept by the network' });
      else resolve({ check, state: 'notice', detail: 'not kept by the network', fix: 'sudo timedatectl set-ntp true' });
    });
  });
}
