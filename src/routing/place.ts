import { TARGET_TYPES, type Target, targetKey } from './document/target.ts';

/** A node of the call graph: a target, or a number of ours (which only callers and forwards reach), or a call for help. */
export type Place =
  | Target
  | { readonly type: 'number'; readonly key: string }
  | { readonly type: 'emergency'; readonly key: string };

export type PlaceType = Place['type'];

/** The one spelling of a place, e.g. `ring_group:sales`. */
export function placeKey(place: Place): string {
  switch (place.type) {
    case 'number':
    case 'emergency':
      return `${place.type}:${place.key}`;
    default:
      return targetKey(place);
  }
}

/** The place of such a spelling; undefined when it is none. */
export function placeOf(key: string): Place | undefined {
  const colon = key.indexOf(':');
  const type = colon < 0 ? key : key.slice(0, colon);
  const known: PlaceType | undefined =
    type === 'number' || type === 'emergency' ? type : TARGET_TYPES.find((candidate) => candidate === type);
  return known === undefined ? undefined : { type: known, key: colon < 0 ? '' : key.slice(colon + 1) };
}
