import type { Command } from 'commander';
import type { z } from 'zod';
import type { callDetailSchema } from '../voice/index.ts';
import { type OpenClient, withClient } from './client.ts';
import { documentLines } from './document-lines.ts';
import { print } from './output.ts';

interface Options {
  readonly organization?: string;
  readonly json?: boolean;
}

type CallDetail = z.output<typeof callDetailSchema>;

/** What an event of kind `voice` holds, as far as it is shown; older ones lack some of it. */
interface VoiceData {
  readonly document?: number;
  readonly path?: readonly string[];
  readonly trace?: readonly string[];
  readonly cxml?: string;
  readonly failure?: string | null;
  readonly input?: {
    readonly digits?: string | null;
    readonly speech?: string | null;
    readonly dialOutcome?: string | null;
  };
}

/** `switchhook explain`: the way a call took, and why. */
export function registerExplain(program: Command, open: OpenClient): void {
  program
    .command('explain')
    .argument('<call>', 'the id of the call, or its session token')
    .description('show the way a call took: each step, the places it went through, why, and the document sent')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'the call with its events as one JSON object')
    .addHelpText('after', '\nExample:\n  $ switchhook explain 0a1b2c3d4e5f60718293a4b5c6d7e8f9')
    .action(async (id: string, options: Options) => {
      const call = (await withClient(open, options, (client) =>
        client.request('GET', `/calls/${encodeURIComponent(id)}`),
      )) as CallDetail;
      if (options.json) print(JSON.stringify(call));
      else for (const line of explainedCall(call)) print(line);
    });
}

/** The picture of a call in lines of text. */
function explainedCall(call: CallDetail): string[] {
  const lines = [
    `${call.from || 'anonymous'} → ${call.to || 'nothing'}  ${call.direction}, ${call.status}`,
    [
      `began ${timeOf(call.startedAt)}`,
      ...(call.answeredAt === null ? [] : [`answered ${timeOf(call.answeredAt)}`]),
      ...(call.endedAt === null ? ['goes on'] : [`ended ${timeOf(call.endedAt)}`]),
      ...(call.billableSeconds === null ? [] : [`${call.billableSeconds} s billed`]),
      ...(call.planVersion === null ? [] : [`plan version ${call.planVersion}`]),
    ].join(', '),
    '',
  ];
  for (const { kind, at, status, data } of call.events) {
    if (kind === 'voice') lines.push(...stepLines(at, data as VoiceData));
    else lines.push(`${timeOf(at)}  ${kind === 'cdr' ? 'CDR' : kind}: ${status ?? 'something'}`);
  }
  return lines;
}

function stepLines(at: string, { document, path = [], trace = [], cxml = '', failure, input }: VoiceData): string[] {
  return [
    `${timeOf(at)}  ${document ?? 1}. ${happening(input, document)}`,
    ...path.map((place, index) => `    ${index === path.length - 1 ? '└─' : '├─'} ${place}`),
    ...trace.map((sentence) => `       • ${sentence}`),
    ...(failure === null || failure === undefined ? [] : [`       ! ${failure}`]),
    ...documentLines(cxml).map((verb) => `       ${verb}`),
  ];
}

function happening(input: VoiceData['input'], document = 1): string {
  if (typeof input?.dialOutcome === 'string') return `the dialled side: ${input.dialOutcome}`;
  if (typeof input?.digits === 'string') return `keys ${input.digits}`;
  if (typeof input?.speech === 'string') return `said "${input.speech}"`;
  return document === 1 ? 'the call arrives' : 'nothing was done';
}

function timeOf(instant: string): string {
  return instant.replace('T', ' ').replace(/\.\d+Z$/, 'Z');
}
