import { AppError, messageOf } from '../../core/errors.ts';
import { textOfFile } from '../read-text.ts';
import { switched } from './hours-switch.ts';
import { loadPlanDocument } from './plan-document.ts';
import { type CallOutput, play } from './play.ts';
import { type CallOptions, readOptions } from './request.ts';

/** Runs `switchhook call`. The result is the exit status: 0 done, 1 failed, 2 wrong use. Never throws. */
export async function runCall(
  options: CallOptions,
  output: CallOutput,
  readDraft: () => Promise<string> = noDraft,
): Promise<0 | 1 | 2> {
  const request = readOptions(options);
  if (typeof request === 'string') {
    output.err(`error: ${request}`);
    return 2;
  }
  try {
    const config = loadPlanDocument(await (request.config === undefined ? readDraft() : textOfFile(request.config)));
    for (const warning of config.warnings) output.err(`warning: ${warning.path}: ${warning.message}`);
    return await play(request, { ...config, document: switched(config.document, request.hours) }, output);
  } catch (error) {
    output.err(`error: ${messageOf(error)}`);
    if (error instanceof AppError) {
      for (const { path, message, line } of error.problems) {
        output.err(`  ${line === undefined ? '' : `line ${line}: `}${path === '' ? '' : `${path}: `}${message}`);
      }
    }
    return 1;
  }
}

async function noDraft(): Promise<string> {
  throw new AppError({ code: 'plan_draft.missing', kind: 'missing', detail: 'there is no draft here' });
}
