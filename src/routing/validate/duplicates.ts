import type { HoursException } from '../document/business-hours.ts';
import type { PlanDocument } from '../document/document.ts';
import { error, type Problem } from './problem.ts';

/** Natural keys that occur twice. */
export function duplicateProblems(document: PlanDocument): Problem[] {
  const byNumber = (item: { readonly number: string }) => item.number;
  const byName = (item: { readonly name: string }) => item.name;
  return [
    ...repeated('extensions', document.extensions, byNumber, 'number'),
    ...repeated('numbers', document.numbers, byNumber, 'number'),
    ...repeated('ringGroups', document.ringGroups, byName, 'name'),
    ...repeated('ivrMenus', document.ivrMenus, byName, 'name'),
    ...repeated('businessHours', document.businessHours, byName, 'name'),
    ...repeated('conferenceRooms', document.conferenceRooms, byName, 'name'),
    ...repeated('voicemailBoxes', document.voicemailBoxes, byNumber, 'number'),
    ...repeated('aiAssistants', document.aiAssistants, byName, 'name'),
    ...repeated('customLogic', document.customLogic, byName, 'name'),
    ...repeated('aiLoadBalancers', document.aiLoadBalancers, byName, 'name'),
    ...repeated('inboundBlacklist', document.inboundBlacklist, (entry) => `${entry.match} ${entry.pattern}`, 'pattern'),
    ...repeated('outboundWhitelist', document.outboundWhitelist, (entry) => entry.prefix, 'prefix'),
    ...document.ringGroups.flatMap((group, index) =>
      repeated(`ringGroups.${index}.members`, group.members, (member) => member),
    ),
    ...document.ivrMenus.flatMap((menu, index) =>
      repeated(`ivrMenus.${index}.options`, menu.options, (option) => option.key, 'key'),
    ),
    ...document.aiLoadBalancers.flatMap((balancer, index) =>
      repeated(`aiLoadBalancers.${index}.members`, balancer.members, (member) => member.assistant, 'assistant'),
    ),
    ...document.businessHours.flatMap((hours, index) =>
      repeated(`businessHours.${index}.exceptions`, hours.exceptions, dayOf, 'date'),
    ),
  ];
}

function dayOf({ date, from, to }: HoursException): string {
  return date ?? `${from} to ${to}`;
}

function repeated<Item>(
  path: string,
  items: readonly Item[],
  keyOf: (item: Item) => string,
  field?: string,
): Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  items.forEach((item, index) => {
    const key = keyOf(item);
    const where = field === undefined ? `${path}.${index}` : `${path}.${index}.${field}`;
    if (seen.has(key))
      problems.push(error(where, `"${key}" occurs twice; keep one or choose another ${field ?? 'entry'}`));
    seen.add(key);
  });
  return problems;
}
