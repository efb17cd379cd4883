import { toHex } from '../../core/bytes.ts';
import { systemRandom } from '../../core/ids.ts';
import { createCallPlayer, type NextDocument, type PlayedDocument } from '../../webhooks/index.ts';
import { atServer } from './at-server.ts';
import { onPaper } from './on-paper.ts';
import type { CallConfig } from './plan-document.ts';
import type { CallRequest } from './request.ts';

/** What answers a document that waits. */
const WAITED_FOR = {
  digits: 'digits:KEYS or noinput',
  dial: 'dial:OUTCOME',
  record: 'record:SECONDS or noinput',
} as const;

/** Documents at most, whatever a server answers. */
const MOST_DOCUMENTS = 200;

/** Where a command writes; tests collect, the terminal shows. */
export interface CallOutput {
  /** Data, one line. */
  out(line: string): void;
  /** Talk, one line. */
  err(line: string): void;
}

/** Plays a call and shows each document. The result is the exit status. Throws when what answers is not CXML. */
export async function play(request: CallRequest, config: CallConfig, output: CallOutput): Promise<0 | 1> {
  const { from, to, direction } = request;
  const endpoint = request.server === undefined ? onPaper(config, request) : atServer(config, request.server);
  const call = { from, to, direction, domain: config.domain, callToken: toHex(systemRandom(16)).toLowerCase() };
  const player = createCallPlayer(call, endpoint.url, endpoint.send);
  const queue = [...request.inputs];
  const documents: string[] = [];
  const startedAt = Date.now();
  let next: NextDocument = { kind: 'document', document: await player.begin(), used: false };
  while (next.kind === 'document') {
    const { document } = next;
    if (next.used) queue.shift();
    show(document, endpoint.trace(), request.json, output);
    if (document.status !== 200) {
      output.err(`error: the server answered ${document.status}; compare cloudonix.requestsApiKey and domain`);
      return 1;
    }
    documents.push(document.cxml);
    if (documents.length >= MOST_DOCUMENTS) {
      output.err(`error: the call did not end within ${MOST_DOCUMENTS} documents`);
      return 1;
    }
    next = await player.next(queue[0]);
  }
  if (next.kind === 'ended' && next.isInputUsed) queue.shift();
  const inputs = request.inputs.slice(0, request.inputs.length - queue.length);
  const isLeft = next.kind === 'waiting';
  const untold = await endpoint.end({ ...call, startedAt, endedAt: Date.now(), documents, inputs, isLeft });
  if (untold !== undefined) output.err(`note: the end of the call could not be told: ${untold}`);
  if (queue.length === 0) return 0;
  if (next.kind === 'ended') {
    output.err(`note: the call ended before the last ${queue.length} of the --then steps`);
    return 0;
  }
  output.err(`error: the call waits for ${WAITED_FOR[next.for]}`);
  return 1;
}

function show(document: PlayedDocument, trace: readonly string[], asJson: boolean, { out }: CallOutput): void {
  const { step, request, cxml, ended } = document;
  if (asJson) {
    out(JSON.stringify({ step, request, cxml, trace, ended }));
    return;
  }
  out(`${step}. ${ended ? 'the last document' : 'document'}`);
  for (const sentence of trace) out(`   • ${sentence}`);
  for (const line of cxml.replaceAll('><', '>\n<').split('\n').slice(1)) out(`     ${line}`);
}
