import { z } from 'zod';
import { labelSchema, nameSchema, statusSchema, wholeNumber } from './common.ts';
import { type PromptForm, promptSchema } from './prompt.ts';
import { parseTarget, targetSchema } from './target.ts';

/** Where a key may lead besides targets: this menu once more, and the menu that led here. */
const WITHIN_MENUS = ['repeat', 'back'] as const;

const optionTargetSchema = z
  .string('write a target as type:key, e.g. "extension:101"; or repeat, or back')
  .trim()
  .superRefine((text, context) => {
    if (isWithinMenus(text)) return;
    const target = parseTarget(text);
    if (typeof target === 'string') context.addIssue({ code: 'custom', message: target });
  });

/** Whether an option stays within menus. */
export function isWithinMenus(to: string): to is (typeof WITHIN_MENUS)[number] {
  return (WITHIN_MENUS as readonly string[]).includes(to);
}

/** A key, or several, and where they lead; with speech, the words that choose it too. */
const ivrOptionSchema = z.strictObject({
  key: z.string('put the key in quotes: "1"').regex(/^[0-9*#]{1,10}$/, 'use 1 to 10 of the keys 0-9, * and #'),
  to: optionTargetSchema,
  name: labelSchema.optional(),
  phrases: z
    .array(z.string('must be text').trim().min(1, 'say something').max(100, 'use at most 100 characters'))
    .max(20, 'an option has at most 20 phrases')
    .optional(),
});

/** Listening besides keys. */
const speechSchema = z.strictObject({
  language: z
    .string()
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'use a language tag such as en-US')
    .optional(),
  engine: z.enum(['aws', 'google'], 'use aws or google').optional(),
});

/** A menu. `maxTurns: n` means n presentations; then the call goes to `failover`. */
export const ivrMenuSchema = z
  .strictObject({
    name: nameSchema,
    status: statusSchema,
    greeting: promptSchema,
    /** Heard before the greeting after a key that is no option, and after silence. */
    invalidPrompt: promptSchema.optional(),
    noInputPrompt: promptSchema.optional(),
    /** Longest pause between two keys, and after the greeting ends. */
    interDigitTimeoutSeconds: wholeNumber(1, 60).default(2),
    /** Longest wait for the first key. */
    maxTimeoutSeconds: wholeNumber(1, 60).default(5),
    maxTurns: wholeNumber(1, 100).default(3),
    directDial: z.boolean('use true or false').default(false),
    speech: speechSchema.optional(),
    options: z.array(ivrOptionSchema, 'list the options').max(20, 'a menu has at most 20 options').default([]),
    failover: targetSchema.default('hangup'),
  })
  .superRefine((menu, context) => {
    if (menu.speech !== undefined) return;
    menu.options.forEach((option, index) => {
      if (option.phrases === undefined) return;
      const message = 'phrases need speech: add "speech: {}" to the menu';
      context.addIssue({ code: 'custom', path: ['options', index, 'phrases'], message });
    });
  });

/** The console's editors know what callers hear by this name. */
export type Greeting = PromptForm;
export type IvrMenu = Readonly<z.output<typeof ivrMenuSchema>>;
export type IvrOption = IvrMenu['options'][number];
