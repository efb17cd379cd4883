import { type Picture, problemCount } from './ledger.ts';

const WIDTH = 30;

/** A run as a few lines of text, the newest truth in each. */
export function pictureLines(picture: Picture): readonly string[] {
  const { started, active, ended, total, seconds, documents, callbacks } = picture;
  const share = Number.isFinite(total) && total > 0 ? ended / total : 0;
  const bar = '█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '·');
  const of = Number.isFinite(total) ? ` of ${total}` : '';
  const problems = problemCount(picture);
  return [
    `${bar} ${ended}${of} calls ended, ${active} on, ${started} begun, ${seconds.toFixed(0)} s`,
    `${documents} documents (${picture.documentsPerSecond.toFixed(1)}/s)  p50 ${ms(picture.p50Ms)}  p99 ${ms(picture.p99Ms)}  longest ${ms(picture.longestMs)}  ${callbacks} callbacks`,
    `ends: ${counts(picture.dispositions)}`,
    `verbs: ${counts(picture.verbs)}`,
    problems === 0 ? 'every answer was right' : `wrong answers: ${counts(picture.problems)}`,
  ];
}

function counts(numbers: Readonly<Record<string, number>>): string {
  const entries = Object.entries(numbers).sort(([, one], [, other]) => other - one);
  return entries.length === 0 ? '-' : entries.map(([name, count]) => `${name} ${count}`).join(', ');
}

function ms(value: number): string {
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`;
}
