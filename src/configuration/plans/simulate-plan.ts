import { z } from 'zod';
import type { Context } from '../../db/context.ts';
import { type CallDirection, type CallerInput, compile, parseCallerInput, simulate } from '../../routing/index.ts';
import { render } from '../../webhooks/index.ts';
import { type PlanSource, planOf } from './sources.ts';

const directions = ['inbound', 'subscriber', 'outbound-api'] as const satisfies readonly CallDirection[];

/** A call that is only imagined. */
export const simulationRequestSchema = z.strictObject({
  from: z.string('say who calls').max(100),
  to: z.string('say what is dialled').max(100),
  direction: z.enum(directions, `use one of ${directions.join(', ')}`).default('inbound'),
  /** When the call arrives; absent: now. */
  at: z.iso.datetime({ offset: true, error: 'write an instant such as 2026-12-25T10:00:00-05:00' }).optional(),
  /** What happens next, as `switchhook call --then` takes it. */
  steps: z
    .array(
      z.string().transform((text, issue): CallerInput => {
        const input = parseCallerInput(text);
        if (input !== undefined) return input;
        const message = 'write digits:12, noinput, speech:TEXT, or dial:no-answer|busy|failed|completed';
        issue.addIssue({ code: 'custom', message });
        return z.NEVER;
      }),
    )
    .max(50, 'use at most 50 steps')
    .default([]),
});

export const simulationSchema = z.object({
  /** `ended`; `waiting` for a key or an outcome; `input-left`: steps did not fit what the call waited for. */
  stopped: z.enum(['ended', 'waiting', 'input-left']),
  documents: z.array(
    z.object({
      step: z.int(),
      path: z.array(z.string()),
      trace: z.array(z.string()),
      cxml: z.string(),
      ended: z.boolean(),
    }),
  ),
});

/** Plays an imagined call against a plan that need not be published. Nothing is recorded, and no counter moves. */
export async function simulatePlan(
  context: Context,
  source: PlanSource,
  { from, to, direction, at, steps }: z.output<typeof simulationRequestSchema>,
): Promise<z.output<typeof simulationSchema>> {
  const plan = compile(await planOf(context, source));
  const event = { callToken: 'simulated', from, to, direction, overTrunk: direction === 'inbound' };
  const now = at === undefined ? context.clock.now() : new Date(at);
  const { answers, stopped } = simulate(plan, event, steps, { now, random: 0 });
  const documents = answers.map(({ document, path, trace, ended, steps: verbs }) => {
    const cxml = render(verbs, {
      continuation: () => 'https://simulated.invalid/next',
      callback: (kind) => `https://simulated.invalid/${kind}`,
      sound: (url) => (url.startsWith('/') ? `https://simulated.invalid${url}` : url),
    });
    return { step: document, path: [...path], trace: [...trace], cxml, ended };
  });
  return { stopped, documents };
}
