import type { PlanDocument } from '../document/document.ts';
import { words } from '../speech.ts';
import { type Problem, warning } from './problem.ts';

/** Choices of a menu that callers hardly reach, or never. */
export function menuProblems(document: PlanDocument): Problem[] {
  const extensions = new Set(
    document.extensions.filter(({ status }) => status === 'active').map(({ number }) => number),
  );
  return document.ivrMenus.flatMap((menu, index) => {
    const path = `ivrMenus.${index}.options`;
    const said = new Set<string>();
    return menu.options.flatMap(({ key, name, phrases = [] }, option) => {
      const problems: Problem[] = [];
      const longer = menu.options.find((other) => other.key !== key && other.key.startsWith(key));
      if (longer !== undefined) {
        const wait = `only after ${menu.interDigitTimeoutSeconds} s without another key`;
        const message = `key ${key} is the beginning of key ${longer.key}, so it counts ${wait}; use keys of one length`;
        problems.push(warning(`${path}.${option}.key`, message));
      }
      if (menu.directDial && extensions.has(key)) {
        const message = `key ${key} hides extension ${key} from direct dial; choose another key`;
        problems.push(warning(`${path}.${option}.key`, message));
      }
      const spoken: (readonly [phrase: string, field: string])[] = phrases.map((phrase, number) => [
        phrase,
        `phrases.${number}`,
      ]);
      if (menu.speech !== undefined && name !== undefined) spoken.push([name, 'name']);
      const own = new Set<string>();
      for (const [phrase, field] of spoken) {
        const word = words(phrase);
        if (word === '') problems.push(warning(`${path}.${option}.${field}`, `nobody can say "${phrase}"`));
        else if (said.has(word)) {
          const message = `"${phrase}" already chooses an option before; nobody reaches this one by it`;
          problems.push(warning(`${path}.${option}.${field}`, message));
        }
        own.add(word);
      }
      for (const word of own) said.add(word);
      return problems;
    });
  });
}
