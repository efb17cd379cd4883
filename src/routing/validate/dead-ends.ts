import type { PlanDocument } from '../document/document.ts';
import { MAX_DOCUMENTS } from '../limits.ts';
import { outboundRuleFor } from '../outbound.ts';
import { compile } from '../plan.ts';
import { edgesOf } from './edges.ts';
import { type Problem, warning } from './problem.ts';

/** Objects that exist and yet cannot serve a caller. */
export function deadEndProblems(document: PlanDocument): Problem[] {
  const plan = compile(document);
  const problems: Problem[] = [];
  document.ringGroups.forEach((group, index) => {
    if (group.members.every((number) => plan.extensions.get(number)?.status !== 'active')) {
      problems.push(
        warning(`ringGroups.${index}.members`, `nobody in ${group.name} is active; it goes to its fallback at once`),
      );
    }
    const attempts = group.turns * (group.strategy === 'simultaneous' ? 1 : group.members.length);
    if (attempts >= MAX_DOCUMENTS) {
      const message = `${group.name} may ring ${attempts} times, but a call ends after ${MAX_DOCUMENTS} steps; lower turns`;
      problems.push(warning(`ringGroups.${index}.turns`, message));
    }
  });
  document.ivrMenus.forEach((menu, index) => {
    if (menu.options.length === 0 && !menu.directDial) {
      problems.push(
        warning(`ivrMenus.${index}.options`, `${menu.name} offers nothing to choose; add an option or directDial`),
      );
    }
  });
  document.businessHours.forEach((hours, index) => {
    const opens = [...Object.values(hours.weekly), ...hours.exceptions.map((day) => day.ranges)].some(
      (ranges) => ranges !== undefined && ranges.length > 0,
    );
    if (!opens) problems.push(warning(`businessHours.${index}.weekly`, `${hours.name} never opens; add a range`));
  });
  document.aiLoadBalancers.forEach((balancer, index) => {
    const serves = balancer.members.some(
      ({ assistant, status }) => status === 'active' && plan.aiAssistants.get(assistant)?.status === 'active',
    );
    if (!serves) {
      const message = `no assistant of ${balancer.name} is active; it goes to its fallback at once`;
      problems.push(warning(`aiLoadBalancers.${index}.members`, message));
    }
  });
  for (const { to, path, from } of edgesOf(document)) {
    if (to.type === 'mailbox' && from.startsWith('number:') && plan.voicemailBoxes.get(to.key)?.pin === undefined) {
      problems.push(warning(path, `nobody outside can open ${to.type}:${to.key}; give the voicemail box a PIN`));
    }
    if (to.type !== 'forward' || plan.numbers.has(to.key) || outboundRuleFor(plan, to.key) !== undefined) continue;
    problems.push(warning(path, `calls to ${to.key} will be refused; add an outboundWhitelist entry for it`));
  }
  return problems;
}
