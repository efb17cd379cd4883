import type { PlanDocument } from '../document/document.ts';
import { isOurs } from '../outside/caller-id.ts';
import { emergencyNumberOf } from '../outside/emergency.ts';
import { compile } from '../plan.ts';
import { callingCodeOf } from '../region.ts';
import { error, type Problem, warning } from './problem.ts';

/** What is odd about calls that leave: numbers shown that are not ours, and what hides behind an emergency number. */
export function outboundProblems(document: PlanDocument): Problem[] {
  const plan = compile(document);
  const { voice } = document;
  const problems: Problem[] = [];
  const shown = (path: string, number: string | undefined) => {
    if (number === undefined || isOurs(plan, number)) return;
    const message = `${number} is not an active number of the organization, so it will not be shown; add it to numbers or to voice.verifiedCallerIds`;
    problems.push(warning(path, message));
  };
  shown('voice.callerId', voice.callerId);
  shown('voice.emergency.callerId', voice.emergency.callerId);
  for (const [user, number] of Object.entries(voice.userCallerIds)) shown(`voice.userCallerIds.${user}`, number);
  document.outboundWhitelist.forEach((entry, index) => {
    shown(`outboundWhitelist.${index}.callerId`, entry.callerId);
    const code = entry.country === undefined ? undefined : callingCodeOf(entry.country);
    if (code !== undefined && !entry.prefix.startsWith(code) && !code.startsWith(entry.prefix)) {
      const message = `${entry.country} has ${code}, and the prefix ${entry.prefix} decides where calls may go; correct one of them`;
      problems.push(warning(`outboundWhitelist.${index}.country`, message));
    }
  });
  document.extensions.forEach((extension, index) => {
    shown(`extensions.${index}.callerId`, extension.callerId);
    const emergency = emergencyNumberOf(extension.number, plan.region, voice.emergency.numbers);
    if (emergency?.number === extension.number) {
      const message = emergency.goesFirst
        ? `${extension.number} is an emergency number here and always calls for help; give the extension another number`
        : `${extension.number} is an emergency number here, and the extension takes its place; better give it another number`;
      problems.push(warning(`extensions.${index}.number`, message));
    }
    if (extension.type === 'queue') {
      problems.push(
        warning(`extensions.${index}.type`, 'queues do not exist yet; callers will hear that it is not available'),
      );
    }
  });
  return [...problems, ...featureCodeProblems(document)];
}

function featureCodeProblems(document: PlanDocument): Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  const schedules = new Set(document.businessHours.map(({ name }) => name));
  const extensions = new Set(document.extensions.map(({ number }) => number));
  document.voice.featureCodes.forEach(({ code, schedules: switched = [], extensions: users = [] }, index) => {
    const path = `voice.featureCodes.${index}`;
    if (seen.has(code)) problems.push(error(`${path}.code`, `"${code}" occurs twice; keep one`));
    seen.add(code);
    for (const name of switched) {
      if (!schedules.has(name)) problems.push(error(`${path}.schedules`, `business hours ${name} do not exist`));
    }
    for (const number of users) {
      if (!extensions.has(number)) problems.push(error(`${path}.extensions`, `extension ${number} does not exist`));
    }
  });
  return problems;
}
