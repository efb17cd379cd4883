import { mediaNameOf, type PromptForm } from './document/prompt.ts';
import type { RoutingPlan } from './plan.ts';
import type { Prompt } from './step.ts';

/** What a prompt of the document lets callers hear. A sound that was never uploaded is replaced by `instead`. */
export function promptOf(plan: RoutingPlan, form: PromptForm | undefined, instead: string): Prompt {
  const { say, ssml, play, language, voice } = form ?? {};
  if (play !== undefined) {
    const url = soundUrl(plan, play);
    if (url !== undefined) return { kind: 'play', url };
  }
  const text = ssml ?? say;
  return {
    kind: 'say',
    text: text ?? instead,
    ...(ssml === undefined ? {} : { isSsml: true }),
    ...(language === undefined || text === undefined ? {} : { language }),
    ...(voice === undefined || text === undefined ? {} : { voice }),
  };
}

/**
 * The address of a sound: `media:NAME` as the path it is served at. Undefined when nothing was uploaded under the name;
 * where the plan does not know what was uploaded (a file checked alone), the name stands for the path.
 */
function soundUrl(plan: RoutingPlan, play: string): string | undefined {
  const name = mediaNameOf(play);
  if (name === undefined) return play;
  return plan.media === undefined ? `/media/${encodeURIComponent(name)}` : plan.media.get(name);
}
