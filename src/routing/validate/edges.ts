import type { PlanDocument } from '../document/document.ts';
import { parseTarget, type Target } from '../document/target.ts';
import { type Place, placeKey } from '../place.ts';

/** One way a call can take: from an object, written at `path`, to a target. */
export interface Edge {
  readonly from: string;
  readonly path: string;
  readonly to: Target;
  /** False when the caller has to choose it (a menu option): such a way cannot trap anybody. */
  readonly isAutomatic: boolean;
  /** False when the object it starts from takes no calls. */
  readonly isActive: boolean;
}

/** Every target in the document, with where it is written. Unreadable targets are the schema's to report. */
export function edgesOf(document: PlanDocument): Edge[] {
  const edges: Edge[] = [];
  const add = (from: Place, path: string, text: string | undefined, status: string, isAutomatic = true) => {
    const to = text === undefined ? undefined : parseTarget(text);
    if (to === undefined || typeof to === 'string') return;
    edges.push({ from: placeKey(from), path, to, isAutomatic, isActive: status === 'active' });
  };
  document.extensions.forEach(({ number, target, forwardTo, status, onBusy, onNoAnswer, onOffline }, index) => {
    const from: Place = { type: 'extension', key: number };
    add(from, `extensions.${index}.target`, target, status);
    for (const [field, way] of Object.entries({ onBusy, onNoAnswer, onOffline })) {
      add(from, `extensions.${index}.${field}`, way, status);
    }
    const forward = forwardTo?.startsWith('+') ? `forward:${forwardTo}` : forwardTo && `extension:${forwardTo}`;
    add(from, `extensions.${index}.forwardTo`, forward, status);
  });
  document.numbers.forEach(({ number, routeTo, status }, index) => {
    add({ type: 'number', key: number }, `numbers.${index}.routeTo`, routeTo, status);
  });
  document.ringGroups.forEach(({ name, fallback, status }, index) => {
    add({ type: 'ring_group', key: name }, `ringGroups.${index}.fallback`, fallback, status);
  });
  document.ivrMenus.forEach((menu, index) => {
    const from: Place = { type: 'ivr_menu', key: menu.name };
    menu.options.forEach(({ to }, option) => {
      add(from, `ivrMenus.${index}.options.${option}.to`, to, menu.status, false);
    });
    add(from, `ivrMenus.${index}.failover`, menu.failover, menu.status);
  });
  document.businessHours.forEach(({ name, open, closed, status }, index) => {
    add({ type: 'business_hours', key: name }, `businessHours.${index}.open`, open, status);
    add({ type: 'business_hours', key: name }, `businessHours.${index}.closed`, closed, status);
  });
  document.aiAssistants.forEach(({ name, fallback, status }, index) => {
    add({ type: 'ai_assistant', key: name }, `aiAssistants.${index}.fallback`, fallback, status);
  });
  document.customLogic.forEach(({ name, fallback, status }, index) => {
    add({ type: 'custom_logic', key: name }, `customLogic.${index}.fallback`, fallback, status);
  });
  document.aiLoadBalancers.forEach(({ name, fallback, status }, index) => {
    add({ type: 'ai_load_balancer', key: name }, `aiLoadBalancers.${index}.fallback`, fallback, status);
  });
  return edges;
}
