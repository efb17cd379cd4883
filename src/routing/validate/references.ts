import { assertNever } from '../../core/errors.ts';
import type { PlanDocument } from '../document/document.ts';
import { type Target, targetKey } from '../document/target.ts';
import { compile, type RoutingPlan } from '../plan.ts';
import { edgesOf } from './edges.ts';
import { error, type Problem, warning } from './problem.ts';

/** Targets and members that do not exist (errors) or take no calls (warnings). */
export function referenceProblems(document: PlanDocument): Problem[] {
  const plan = compile(document);
  return [...targetProblems(document, plan), ...memberProblems(document, plan), ...assistantProblems(document, plan)];
}

function targetProblems(document: PlanDocument, plan: RoutingPlan): Problem[] {
  return edgesOf(document).flatMap(({ path, to, isActive }) => {
    const found = statusOf(plan, to);
    if (found === undefined)
      return [error(path, `${targetKey(to)} does not exist; define it or choose another target`)];
    if (found === 'inactive' && isActive) {
      return [warning(path, `${targetKey(to)} is inactive; callers will hear that it is not available`)];
    }
    return [];
  });
}

function memberProblems(document: PlanDocument, plan: RoutingPlan): Problem[] {
  return document.ringGroups.flatMap((group, index) =>
    group.members.flatMap((number, member) => {
      const path = `ringGroups.${index}.members.${member}`;
      const extension = plan.extensions.get(number);
      if (extension === undefined)
        return [error(path, `extension ${number} does not exist; define it or remove it here`)];
      if (extension.type === 'forward') {
        if (group.strategy === 'simultaneous') {
          return [error(path, `extension ${number} forwards; a group that rings everybody at once takes phones only`)];
        }
        return extension.forwardTo?.startsWith('+')
          ? []
          : [error(path, `extension ${number} forwards to another extension; list that extension instead`)];
      }
      if (extension.type !== 'user') {
        return [
          error(path, `extension ${number} is of type ${extension.type}; members are user or forward extensions`),
        ];
      }
      return extension.status === 'active'
        ? []
        : [warning(path, `extension ${number} is inactive and will be skipped`)];
    }),
  );
}

function assistantProblems(document: PlanDocument, plan: RoutingPlan): Problem[] {
  return document.aiLoadBalancers.flatMap((balancer, index) =>
    balancer.members.flatMap(({ assistant: name, status }, member) => {
      const path = `aiLoadBalancers.${index}.members.${member}.assistant`;
      const assistant = plan.aiAssistants.get(name);
      if (assistant === undefined)
        return [error(path, `AI assistant ${name} does not exist; define it or remove it here`)];
      return assistant.status === 'active' || status === 'inactive'
        ? []
        : [warning(path, `AI assistant ${name} is inactive and will be skipped`)];
    }),
  );
}

/** Whether the target takes calls; undefined when it does not exist. */
function statusOf(plan: RoutingPlan, target: Target): 'active' | 'inactive' | undefined {
  switch (target.type) {
    case 'extension':
      return plan.extensions.get(target.key)?.status;
    case 'ring_group':
      return plan.ringGroups.get(target.key)?.status;
    case 'ivr_menu':
      return plan.ivrMenus.get(target.key)?.status;
    case 'business_hours':
      return plan.businessHours.get(target.key)?.status;
    case 'conference_room':
      return plan.conferenceRooms.get(target.key)?.status;
    case 'voicemail':
    case 'mailbox':
      return plan.voicemailBoxes.get(target.key)?.status;
    case 'ai_assistant':
      return plan.aiAssistants.get(target.key)?.status;
    case 'ai_load_balancer':
      return plan.aiLoadBalancers.get(target.key)?.status;
    case 'custom_logic':
      return plan.customLogic.get(target.key)?.status;
    case 'forward':
    case 'hangup':
      return 'active';
    default:
      return assertNever(target.type);
  }
}
