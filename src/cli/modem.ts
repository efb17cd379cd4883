import type { Command } from 'commander';
import { AppError } from '../core/errors.ts';
import type { ModemStateView } from '../messaging/index.ts';
import { listSerialPorts, openFailure, openTransport } from '../modem/index.ts';
import { type OpenClient, withClient } from './client.ts';
import { probeModem } from './modem-probe.ts';
import { registerModemWork } from './modem-work.ts';
import { print, printTable, say } from './output.ts';

interface ListOptions {
  readonly organization?: string;
  readonly json?: boolean;
}

interface ProbeOptions {
  readonly baud: string;
  readonly json?: boolean;
}

/** `switchhook modem list|probe|ussd|events|trace|simulate`. */
export function registerModem(program: Command, open: OpenClient): void {
  const modem = program.command('modem').description('look at modems and work with them');
  registerModemWork(modem, open);
  modem
    .command('list')
    .description('state, signal, operator and queue of each modem')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'one JSON object a modem')
    .addHelpText('after', '\nExample:\n  $ switchhook modem list')
    .action(async (options: ListOptions) => {
      const { items } = (await withClient(open, options, (client) => client.request('GET', '/modems'))) as {
        items: readonly ModemStateView[];
      };
      if (options.json) for (const item of items) print(JSON.stringify(item));
      else
        printTable(
          ['NAME', 'PATH', 'STATE', 'SINCE', 'SIGNAL', 'OPERATOR', 'QUEUE', 'WHY NOT, OR LAST ERROR'],
          items.map(rowOf),
        );
    });
  modem
    .command('probe')
    .argument('[path]', '/dev/ttyUSB0 or tcp://host:port; without it the serial ports are listed')
    .description('ask a port what modem is behind it, without changing anything')
    .option('--baud <rate>', 'speed of a wired port', '115200')
    .option('--json', 'the report as JSON')
    .addHelpText('after', '\nExample:\n  $ switchhook modem probe /dev/ttyUSB0')
    .action(async (path: string | undefined, options: ProbeOptions) => {
      if (path === undefined) await showPorts(options);
      else await showProbe(path, options);
    });
}

async function showPorts(options: ProbeOptions): Promise<void> {
  const ports = await listSerialPorts();
  if (options.json) print(JSON.stringify(ports));
  else if (ports.length === 0) say('No serial port found. Is the modem plugged in, and may this user see it?');
  else for (const port of ports) print([port.path, port.manufacturer ?? ''].join('  ').trimEnd());
}

async function showProbe(path: string, options: ProbeOptions): Promise<void> {
  const port = path.startsWith('/dev/')
    ? (await listSerialPorts()).find((candidate) => candidate.path === path)
    : undefined;
  const transport = await openTransport(path, { baudRate: Number(options.baud) }).catch((cause) => closed(path, cause));
  const report = await probeModem(transport, port === undefined ? {} : { port });
  if (options.json) print(JSON.stringify(report));
  else {
    for (const [name, value] of Object.entries(report.facts ?? {})) print(`${name}: ${shown(value)}`);
    for (const advice of report.advice) say(`- ${advice}`);
    if (report.udevRule !== undefined) say(`\n${report.udevRule}`);
  }
  if (!report.answers) process.exitCode = 1;
}

/** A path that means nothing here has its own words; all else is the system's, and wants advice. */
function closed(path: string, cause: unknown): never {
  if (cause instanceof AppError) throw cause;
  const advice = 'See which ports there are: switchhook modem probe';
  const { trouble, cause: why } = openFailure(cause);
  const detail = `${path} cannot be opened: ${why}.${trouble === 'absent' ? ` ${advice}` : ''}`;
  throw new AppError({ code: 'modem.port_closed', kind: 'unavailable', detail, cause });
}

function shown(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value ?? 'unknown');
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([name, inner]) => `${name} ${shown(inner)}`)
    .join(', ');
}

function rowOf(modem: ModemStateView): string[] {
  return [
    modem.name,
    modem.path,
    modem.state,
    modem.since?.slice(0, 19).replace('T', ' ') ?? '',
    modem.signal === null ? '' : String(modem.signal),
    modem.operator ?? '',
    String(modem.queue),
    modem.cause ?? modem.lastError ?? '',
  ];
}
