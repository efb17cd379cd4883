import { z } from 'zod';
import { ssmlProblem } from '../ssml.ts';
import { nameSchema } from './common.ts';

/** What an uploaded sound may be called. */
export const mediaNameSchema = nameSchema;

/** A sound of our own in place of an address: `media:welcome` is what was uploaded under the name `welcome`. */
const MEDIA_PREFIX = 'media:';

/** The name in `media:NAME`; undefined for an address. */
export function mediaNameOf(play: string): string | undefined {
  return play.startsWith(MEDIA_PREFIX) ? play.slice(MEDIA_PREFIX.length).trim() : undefined;
}

const soundSchema = z
  .string('give the address of a sound file, or media:NAME')
  .max(2000, 'use at most 2000 characters')
  .refine(isSound, 'give the http(s) address of a sound file, or media:NAME for one that was uploaded');

function isSound(text: string): boolean {
  const name = mediaNameOf(text);
  if (name !== undefined) return mediaNameSchema.safeParse(name).success;
  return /^https?:\/\/[^\s/]/.test(text) && URL.canParse(text);
}

/** What callers hear: text that is spoken, plain or as SSML, or a sound; exactly one. */
export const promptSchema = z
  .strictObject({
    say: z.string().trim().min(1, 'say something').max(3000, 'use at most 3000 characters').optional(),
    /** Elements of SSML around text, without the `<speak>` (CXML reference 2.3). */
    ssml: z
      .string()
      .trim()
      .min(1, 'say something')
      .max(3000, 'use at most 3000 characters')
      .superRefine((text, context) => {
        const problem = ssmlProblem(text);
        if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
      })
      .optional(),
    play: soundSchema.optional(),
    language: z
      .string()
      .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'use a language tag such as en-US')
      .optional(),
    voice: z.string().max(100).optional(),
  })
  .refine(
    ({ say, ssml, play }) => [say, ssml, play].filter((source) => source !== undefined).length === 1,
    'give exactly one of say, ssml and play',
  );

/** What callers hear, as the document says it. */
export type PromptForm = Readonly<z.output<typeof promptSchema>>;
