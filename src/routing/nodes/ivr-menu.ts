import { answer, type Call, go, type Outcome, type RoutingNode, sayAndHangUp, turnAway } from '../call.ts';
import { type IvrMenu, type IvrOption, isWithinMenus } from '../document/ivr-menu.ts';
import { type Target, targetKey, targetOf } from '../document/target.ts';
import { PHRASES } from '../phrases.ts';
import { promptOf } from '../prompt.ts';
import { keysIn, optionSpoken } from '../speech.ts';
import { numberIn } from '../state.ts';
import type { Prompt } from '../step.ts';

/** A menu. Presented at most `maxTurns` times; silence and a wrong key each cost one turn. */
export const ivrMenuNode: RoutingNode = {
  enter(call, key) {
    const menu = call.plan.ivrMenus.get(key);
    if (menu === undefined || menu.status !== 'active') {
      call.trace(`IVR menu ${key} ${menu === undefined ? 'does not exist' : 'is inactive'}`);
      return turnAway(call, PHRASES.destinationUnavailable);
    }
    call.enterMenu(key);
    return present(call, menu, 1);
  },

  resume(call, key, position) {
    const menu = call.plan.ivrMenus.get(key);
    if (menu === undefined) return sayAndHangUp(PHRASES.destinationUnavailable);
    const turn = numberIn(position, 'turn', 1);
    const input = inputOf(call, menu);
    if (input === undefined) {
      call.trace(`IVR menu ${key}: no input`);
      const { noInputPrompt } = menu;
      return present(
        call,
        menu,
        turn + 1,
        noInputPrompt && [promptOf(call.plan, noInputPrompt, PHRASES.invalidChoice)],
      );
    }
    const choice = input.option?.to ?? (input.keys === undefined ? undefined : chosen(call, menu, input.keys));
    if (choice === undefined) {
      call.trace(`IVR menu ${key}: "${input.text}" is not an option`);
      return present(call, menu, turn + 1, [promptOf(call.plan, menu.invalidPrompt, PHRASES.invalidChoice)]);
    }
    if (isWithinMenus(choice)) return withinMenus(call, menu, input.text, choice);
    const target = targetOf(choice);
    call.trace(`IVR menu ${key}: "${input.text}" → ${targetKey(target)}`);
    return go(target);
  },
};

interface Input {
  /** For the trace: what was typed or said. */
  readonly text: string;
  readonly keys?: string;
  /** What words chose. */
  readonly option?: IvrOption;
}

/** What the caller typed, or said where the menu listens; undefined for silence. */
function inputOf({ event }: Call, menu: IvrMenu): Input | undefined {
  if (event.digits !== undefined) return { text: event.digits, keys: event.digits };
  if (menu.speech === undefined || event.speech === undefined) return undefined;
  const option = optionSpoken(menu.options, event.speech);
  const keys = keysIn(event.speech);
  return {
    text: event.speech,
    ...(option === undefined ? {} : { option }),
    ...(keys === undefined ? {} : { keys }),
  };
}

/** Once more, at no cost in turns; or the menu that led here, and this one once more when none did. */
function withinMenus(call: Call, menu: IvrMenu, text: string, choice: 'repeat' | 'back'): Outcome {
  const before = choice === 'back' ? call.menus.at(-2) : undefined;
  const target: Target = { type: 'ivr_menu', key: before ?? menu.name };
  call.trace(`IVR menu ${menu.name}: "${text}" → ${choice}${before === undefined ? '' : ` to ${before}`}`);
  return go(target);
}

function present(call: Call, menu: IvrMenu, turn: number, before: readonly Prompt[] = []): Outcome {
  if (turn > menu.maxTurns) {
    call.trace(`IVR menu ${menu.name}: ${menu.maxTurns} presentations are used up → ${menu.failover}`);
    return go(targetOf(menu.failover), before);
  }
  call.trace(`IVR menu ${menu.name}: presentation ${turn} of ${menu.maxTurns}`);
  const resume = call.resumeAt({ turn });
  return answer(
    {
      kind: 'gather',
      prompt: [...before, promptOf(call.plan, menu.greeting, PHRASES.defaultGreeting)],
      digits: mostDigits(call, menu),
      // With # among the options no key may end the input, or a lone # would read as silence.
      finishOnKey: menu.options.some((option) => option.key.includes('#')) ? '' : '#',
      betweenDigitsSeconds: menu.interDigitTimeoutSeconds,
      firstDigitSeconds: menu.maxTimeoutSeconds,
      ...(menu.speech === undefined ? {} : { speech: { language: menu.greeting.language, ...menu.speech } }),
      resume,
    },
    // An empty Gather does not call its action; the next verb runs and brings the silence back to us.
    { kind: 'redirect', resume },
  );
}

function mostDigits(call: Call, menu: IvrMenu): number {
  const longestOption = menu.options.reduce((longest, { key }) => Math.max(longest, key.length), 1);
  return menu.directDial ? Math.max(longestOption, call.plan.longestExtension) : longestOption;
}

/** Where typed keys lead: an option, else an active extension. A `#` after them is a caller's habit. */
function chosen(call: Call, menu: IvrMenu, keys: string): string | undefined {
  for (const typed of keys.length > 1 && keys.endsWith('#') ? [keys, keys.slice(0, -1)] : [keys]) {
    const option = menu.options.find(({ key }) => key === typed);
    if (option !== undefined) return option.to;
    if (menu.directDial && call.plan.extensions.get(typed)?.status === 'active') return `extension:${typed}`;
  }
  return undefined;
}
