import { asciiDigits } from '../core/digits.ts';
import type { IvrOption } from './document/ivr-menu.ts';

/**
 * The option whose words the caller said: one of its phrases, or its name, anywhere in the transcript as whole words. Of
 * several the longest phrase wins, for "sales support" says more than "sales".
 */
export function optionSpoken(options: readonly IvrOption[], transcript: string): IvrOption | undefined {
  const said = ` ${words(transcript)} `;
  let best: { readonly option: IvrOption; readonly length: number } | undefined;
  for (const option of options) {
    for (const phrase of [...(option.phrases ?? []), ...(option.name === undefined ? [] : [option.name])]) {
      const wanted = words(phrase);
      if (wanted === '' || !said.includes(` ${wanted} `)) continue;
      if (best === undefined || wanted.length > best.length) best = { option, length: wanted.length };
    }
  }
  return best?.option;
}

/** The keys in a transcript that is nothing but digits, as recognizers write "one zero one"; undefined otherwise. */
export function keysIn(transcript: string): string | undefined {
  const keys = asciiDigits(transcript).replace(/[\s.,-]/g, '');
  return /^[0-9]{1,10}$/.test(keys) ? keys : undefined;
}

/** What of a text counts when it is spoken: lower case, without marks and punctuation, single blanks. */
export function words(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
