import type { Context } from '../../db/context.ts';
import type { Form } from '../../db/resource.ts';
import { edgesOf, type PlanDocument, type TargetType } from '../../routing/index.ts';
import { readDocument } from './document.ts';

/** For a kind of target: what points at one of its objects, in words (`number +1…`, `ring group sales`). */
export function usersOf(type: TargetType): (context: Context, form: Form) => Promise<readonly string[]> {
  return async (context, form) => {
    const key = String(form.name ?? '');
    const own = type === 'extension' || type === 'voicemail' ? String(form.number) : key;
    const document = await readDocument(context);
    return [...new Set([...pointingAt(document, type, own), ...listing(document, type, own)])];
  };
}

function pointingAt(document: PlanDocument, type: TargetType, key: string): string[] {
  return edgesOf(document)
    .filter(
      (edge) =>
        (edge.to.type === type || (type === 'voicemail' && edge.to.type === 'mailbox')) &&
        edge.to.key === key &&
        edge.from !== `${type}:${key}`,
    )
    .map((edge) => edge.from.replace(':', ' ').replaceAll('_', ' '));
}

/** Groups and balancers that have it as a member. */
function listing(document: PlanDocument, type: TargetType, key: string): string[] {
  if (type === 'extension') {
    return document.ringGroups
      .filter((group) => group.members.includes(key))
      .map((group) => `ring group ${group.name}`);
  }
  if (type !== 'ai_assistant') return [];
  return document.aiLoadBalancers
    .filter((balancer) => balancer.members.some((member) => member.assistant === key))
    .map((balancer) => `AI load balancer ${balancer.name}`);
}
