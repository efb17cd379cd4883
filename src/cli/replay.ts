import type { Command } from 'commander';
import type { CallReplay } from '../voice/index.ts';
import { type OpenClient, withClient } from './client.ts';
import { documentLines } from './document-lines.ts';
import { print, say } from './output.ts';
import { textOfFile } from './read-text.ts';

interface Options {
  readonly config?: string;
  readonly plan: string;
  readonly organization?: string;
  readonly json?: boolean;
}

/** `switchhook replay`: a call that was, against another plan. Exit status: 0 the same, 1 it differs. */
export function registerReplay(program: Command, open: OpenClient): void {
  program
    .command('replay')
    .argument('<call>', 'the id of the call, or its session token')
    .description('run a call that was again, against another plan; exit status 1 when it would go another way')
    .option('--config <file>', 'against this configuration (YAML or JSON)')
    .option('--plan <plan>', 'against current, draft, or the number of a version', 'current')
    .option('--organization <slug>', 'which one, where there are several')
    .option('--json', 'the comparison as one JSON object')
    .addHelpText('after', '\nExample:\n  $ switchhook replay 0a1b2c3d4e5f60718293a4b5c6d7e8f9 --config draft.yaml')
    .action(async (id: string, options: Options) => {
      const body = options.config === undefined ? { source: options.plan } : { file: await textOfFile(options.config) };
      const replayed = (await withClient(open, options, (client) =>
        client.request('POST', `/calls/${encodeURIComponent(id)}/replay`, body),
      )) as CallReplay;
      if (options.json) print(JSON.stringify(replayed));
      else {
        for (const line of comparedCall(replayed)) print(line);
        say(replayed.same ? 'The same.' : 'It would go another way.');
      }
      process.exitCode = replayed.same ? 0 : 1;
    });
}

/** Both ways in lines of text: what both have once, what differs with - (was) and + (would be). */
function comparedCall({ documents, stopped }: CallReplay): string[] {
  const lines = documents.flatMap(({ document, same, before, after }) => [
    `${document}. ${same ? 'the same' : 'differs'}`,
    ...differences(linesOf(before), linesOf(after)),
  ]);
  const isShort = documents.some(({ after }) => after === null);
  if (!isShort) return lines;
  const why = stopped === 'ended' ? 'the call would be over there' : 'it would wait for something that did not happen';
  return [...lines, `The rest has no counterpart: ${why}.`];
}

function linesOf(played: CallReplay['documents'][number]['before']): string[] {
  if (played === null) return [];
  return [
    `way: ${played.path.join(' > ')}`,
    ...played.trace.map((sentence) => `• ${sentence}`),
    ...documentLines(played.cxml),
  ];
}

/** Lines that only one side has, among those of both; the order of each side is kept. */
function differences(before: readonly string[], after: readonly string[]): string[] {
  return [
    ...before.map((line) => (after.includes(line) ? `      ${line}` : `    - ${line}`)),
    ...after.filter((line) => !before.includes(line)).map((line) => `    + ${line}`),
  ];
}
