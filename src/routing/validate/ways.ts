import type { PlanDocument } from '../document/document.ts';
import { targetKey } from '../document/target.ts';
import { type Edge, edgesOf } from './edges.ts';
import type { Problem } from './problem.ts';

/** Which kind of place the objects of a section are. */
const PLACES: Readonly<Record<string, string>> = {
  numbers: 'number',
  extensions: 'extension',
  ringGroups: 'ring_group',
  ivrMenus: 'ivr_menu',
  businessHours: 'business_hours',
  conferenceRooms: 'conference_room',
  voicemailBoxes: 'voicemail',
  aiAssistants: 'ai_assistant',
  aiLoadBalancers: 'ai_load_balancer',
  customLogic: 'custom_logic',
};

export interface ExplainedProblem extends Problem {
  /** How a call gets there: `number:+12125550100 > ivr_menu:main > key 2 > ring_group:sales`. */
  readonly way?: string;
}

/** The same problems, each with the shortest way on which a call meets it; those that no call can meet have none. */
export function explainProblems(document: PlanDocument, problems: readonly Problem[]): ExplainedProblem[] {
  if (problems.length === 0) return [];
  const edges = edgesOf(document);
  const ways = shortestWays(document, edges);
  const edgeAt = new Map(edges.map((edge) => [edge.path, edge]));
  return problems.map((problem) => {
    const owner = ownerOf(document, problem.path);
    const way = owner === undefined ? undefined : (ways.get(owner) ?? owner);
    const edge = edgeAt.get(problem.path);
    if (way === undefined) return problem;
    const rest = edge === undefined ? memberOf(document, problem.path) : stepOf(document, edge);
    return { ...problem, way: [way, ...rest].join(' > ') };
  });
}

/** To each place, from a number where one leads there, else from an extension that somebody may dial. */
function shortestWays(document: PlanDocument, edges: readonly Edge[]): ReadonlyMap<string, string> {
  const ways = new Map<string, string>();
  const from = new Map<string, Edge[]>();
  for (const edge of edges) {
    const known = from.get(edge.from);
    if (known === undefined) from.set(edge.from, [edge]);
    else known.push(edge);
  }
  // All numbers at once, so that the way from the nearest is found; extensions for what no number leads to.
  for (const starts of [
    document.numbers.map(({ number }) => `number:${number}`),
    document.extensions.map(({ number }) => `extension:${number}`),
  ]) {
    const queue = starts.filter((start) => !ways.has(start));
    for (const start of queue) ways.set(start, start);
    for (let place = queue.shift(); place !== undefined; place = queue.shift()) {
      for (const edge of from.get(place) ?? []) {
        const next = targetKey(edge.to);
        if (ways.has(next)) continue;
        ways.set(next, [ways.get(place), ...stepOf(document, edge)].join(' > '));
        queue.push(next);
      }
    }
  }
  return ways;
}

/** What a caller does, or what happens, and where that leads: `key 2`, `ring_group:sales`. */
function stepOf(document: PlanDocument, { path, to }: Edge): string[] {
  const [, menu, option] = /^ivrMenus\.(\d+)\.options\.(\d+)\.to$/.exec(path) ?? [];
  if (option !== undefined) {
    const key = document.ivrMenus[Number(menu)]?.options[Number(option)]?.key;
    return [`key ${key ?? '?'}`, targetKey(to)];
  }
  const field = path.split('.').at(-1) ?? '';
  return ['routeTo', 'target', 'forwardTo'].includes(field) ? [targetKey(to)] : [field, targetKey(to)];
}

/** The member or key inside an object that a problem is about. */
function memberOf(document: PlanDocument, path: string): string[] {
  const [section = '', index = '', list = '', place = ''] = path.split('.');
  const object = objectAt(document, section, index);
  const items = object?.[list];
  const item: unknown = Array.isArray(items) && place !== '' ? items[Number(place)] : undefined;
  if (typeof item === 'string') return [`${list.replace(/s$/, '')} ${item}`];
  if (typeof item !== 'object' || item === null) return [];
  const { key, assistant } = item as { readonly key?: unknown; readonly assistant?: unknown };
  if (typeof key === 'string') return [`key ${key}`];
  return typeof assistant === 'string' ? [`member ${assistant}`] : [];
}

function ownerOf(document: PlanDocument, path: string): string | undefined {
  const [section = '', index = ''] = path.split('.');
  const type = PLACES[section];
  const object = objectAt(document, section, index);
  const key = object?.number ?? object?.name;
  return type === undefined || typeof key !== 'string' ? undefined : `${type}:${key}`;
}

function objectAt(
  document: PlanDocument,
  section: string,
  index: string,
): Readonly<Record<string, unknown>> | undefined {
  const list = (document as Readonly<Record<string, unknown>>)[section];
  const object: unknown = Array.isArray(list) ? list[Number(index)] : undefined;
  return typeof object === 'object' && object !== null ? (object as Readonly<Record<string, unknown>>) : undefined;
}
