import type { PlanDocument } from '../document/document.ts';
import { mediaNameOf, type PromptForm } from '../document/prompt.ts';
import { type Problem, warning } from './problem.ts';

/** A place of the document where callers hear something. */
export interface PlacedPrompt {
  /** In words: `IVR menu main`. */
  readonly owner: string;
  readonly path: string;
  /** The uploaded sound it plays; undefined when it speaks, or plays from an address. */
  readonly media: string | undefined;
}

/** Every prompt of the document. */
export function promptsOf(document: PlanDocument): PlacedPrompt[] {
  const prompts: PlacedPrompt[] = [];
  const add = (owner: string, path: string, prompt: PromptForm | undefined) => {
    if (prompt === undefined) return;
    prompts.push({ owner, path, media: prompt.play === undefined ? undefined : mediaNameOf(prompt.play) });
  };
  document.ivrMenus.forEach((menu, index) => {
    for (const field of ['greeting', 'invalidPrompt', 'noInputPrompt'] as const)
      add(`IVR menu ${menu.name}`, `ivrMenus.${index}.${field}`, menu[field]);
  });
  document.voicemailBoxes.forEach((box, index) => {
    add(`voicemail box ${box.number}`, `voicemailBoxes.${index}.greeting`, box.greeting);
  });
  const { announcement } = document.voice.recording;
  add('the announcement of recording', 'voice.recording.announcement', announcement);
  return prompts;
}

/** Sounds that were never uploaded. A warning: an organization's file comes before its first upload. */
export function promptProblems(document: PlanDocument): Problem[] {
  const { media } = document;
  if (media === undefined) return [];
  const names = new Set(media.map(({ name }) => name));
  return promptsOf(document).flatMap(({ path, media: name }) =>
    name === undefined || names.has(name)
      ? []
      : [warning(`${path}.play`, `media:${name} was not uploaded; callers hear a sentence instead until it is`)],
  );
}
