import { cmeMeaning, cmsMeaning, type ErrorClass } from './at/errors.ts';
import type { CommandResult } from './at/machine.ts';

/** Why a modem operation failed: one word, the network's number where there is one, what it means and what to do. */
export interface ModemError {
  readonly reason: 'timeout' | 'closed' | 'sim' | 'cms' | 'cme' | 'rejected';
  readonly code?: number;
  readonly text: string;
  readonly advice: string;
  readonly class: ErrorClass;
}

const SILENT_ADVICE = 'Check power and cable; the modem is started again when it stays silent.';
const GONE_ADVICE = 'Check power and cable; the port is opened again by itself.';
const REJECTED_ADVICE = 'The modem does not support this, or is not ready for it.';

/** The failure a command result stands for, or undefined when it ended with OK. */
export function failureOf(result: CommandResult): ModemError | undefined {
  switch (result.kind) {
    case 'timeout':
      return {
        reason: 'timeout',
        text: result.restarted ? 'the modem restarted' : 'the modem did not answer in time',
        advice: SILENT_ADVICE,
        class: 'modem',
      };
    case 'closed':
      return { reason: 'closed', text: 'the port was closed', advice: GONE_ADVICE, class: 'modem' };
    case 'done':
      break;
  }
  const { final } = result;
  switch (final.kind) {
    case 'ok':
      return undefined;
    case 'cms':
    case 'cme': {
      if (final.code === undefined) {
        return { reason: final.kind, text: final.text, advice: REJECTED_ADVICE, class: 'ambiguous' };
      }
      const meaning = final.kind === 'cms' ? cmsMeaning(final.code) : cmeMeaning(final.code);
      return { reason: final.kind, code: final.code, ...meaning };
    }
    case 'error':
    case 'call':
      return {
        reason: 'rejected',
        text: `the modem answered ${final.text}`,
        advice: REJECTED_ADVICE,
        class: 'ambiguous',
      };
  }
}

export const succeeded = (result: CommandResult): boolean => result.kind === 'done' && result.final.kind === 'ok';

/** The answer lines of a command that ended with OK; none for any failure. */
export function answerOf(result: CommandResult): readonly string[] {
  return result.kind === 'done' && result.final.kind === 'ok' ? result.lines : [];
}
