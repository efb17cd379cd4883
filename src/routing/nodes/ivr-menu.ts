import { answer, type Call, go, type Outcome, type RoutingNode, sayAndHangUp, turnAway } from '../call.ts';
import type { IvrMenu } from '../document/ivr-menu.ts';
import { type Target, targetKey, targetOf } from '../document/target.ts';
import { PHRASES } from '../phrases.ts';
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
    return present(call, menu, 1);
  },

  resume(call, key, position) {
    const menu = call.plan.ivrMenus.get(key);
    if (menu === undefined) return sayAndHangUp(PHRASES.destinationUnavailable);
    const turn = numberIn(position, 'turn', 1);
    const { digits } = call.event;
    if (digits === undefined) {
      call.trace(`IVR menu ${key}: no input`);
      return present(call, menu, turn + 1);
    }
    const target = chosen(call, menu, digits);
    if (target === undefined) {
      call.trace(`IVR menu ${key}: "${digits}" is not an option`);
      return present(call, menu, turn + 1, [{ kind: 'say', text: PHRASES.invalidChoice }]);
    }
    call.trace(`IVR menu ${key}: "${digits}" → ${targetKey(target)}`);
    return go(target);
  },
};

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
      prompt: [...before, greeting(menu)],
      digits: mostDigits(call, menu),
      // With # among the options no key may end the input, or a lone # would read as silence.
      finishOnKey: menu.options.some((option) => option.key.includes('#')) ? '' : '#',
      betweenDigitsSeconds: menu.interDigitTimeoutSeconds,
      firstDigitSeconds: menu.maxTimeoutSeconds,
      resume,
    },
    // An empty Gather does not call its action; the next verb runs and brings the silence back to us.
    { kind: 'redirect', resume },
  );
}

function greeting({ greeting: { say, play, language, voice } }: IvrMenu): Prompt {
  if (play !== undefined) return { kind: 'play', url: play };
  return {
    kind: 'say',
    text: say ?? PHRASES.defaultGreeting,
    ...(language === undefined ? {} : { language }),
    ...(voice === undefined ? {} : { voice }),
  };
}

function mostDigits(call: Call, menu: IvrMenu): number {
  const longestOption = menu.options.reduce((longest, { key }) => Math.max(longest, key.length), 1);
  return menu.directDial ? Math.max(longestOption, call.plan.longestExtension) : longestOption;
}

/** Where typed digits lead: an option, else an active extension. A `#` after them is a caller's habit. */
function chosen(call: Call, menu: IvrMenu, digits: string): Target | undefined {
  for (const typed of digits.length > 1 && digits.endsWith('#') ? [digits, digits.slice(0, -1)] : [digits]) {
    const option = menu.options.find(({ key }) => key === typed);
    if (option !== undefined) return targetOf(option.to);
    if (menu.directDial && call.plan.extensions.get(typed)?.status === 'active')
      return { type: 'extension', key: typed };
  }
  return undefined;
}
