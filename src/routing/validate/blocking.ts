import { aiProvider } from '../document/ai-providers.ts';
import type { PlanDocument } from '../document/document.ts';
import { type Problem, warning } from './problem.ts';

/** Rules in a plan beyond which every change of anything becomes slow; long lists are made for more. */
const MANY_RULES = 10_000;

/** Rules of the blacklist and AI assistants that may not do what was meant. */
export function blockingProblems(document: PlanDocument): Problem[] {
  return [...scopeProblems(document), ...ruleProblems(document), ...providerProblems(document)];
}

function scopeProblems(document: PlanDocument): Problem[] {
  const ours = new Set(document.numbers.map(({ number }) => number));
  return (['inboundBlacklist', 'blockLists'] as const).flatMap((section) =>
    document[section].flatMap(({ numbers }, index) =>
      (numbers ?? []).flatMap((number, place) =>
        ours.has(number)
          ? []
          : [
              warning(
                `${section}.${index}.numbers.${place}`,
                `${number} is not a number of ours; no call of it comes here`,
              ),
            ],
      ),
    ),
  );
}

function ruleProblems({ inboundBlacklist }: PlanDocument): Problem[] {
  if (inboundBlacklist.length <= MANY_RULES) return [];
  const message = `${inboundBlacklist.length} rules make every change of the plan slow; put plain numbers on a block list`;
  return [warning('inboundBlacklist', message)];
}

function providerProblems({ aiAssistants }: PlanDocument): Problem[] {
  return aiAssistants.flatMap(({ name, protocol, provider, username, password }, index) => {
    if (provider === undefined) return [];
    const path = `aiAssistants.${index}.provider`;
    const known = aiProvider(provider);
    if (known === undefined) return [warning(path, `${provider} is not a provider we know of; check its spelling`)];
    if (known.protocol !== protocol) return [warning(path, `${provider} is reached by ${known.protocol}`)];
    const given = { username, password };
    const missing = known.needs.filter((field) => given[field] === undefined);
    return missing.length === 0 ? [] : [warning(path, `${provider} wants a ${missing.join(' and a ')} for ${name}`)];
  });
}
