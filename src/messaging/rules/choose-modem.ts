/** A modem that is switched on, as far as choosing needs it. */
export interface ModemChoice {
  readonly id: string;
  readonly name: string;
  /** Share of new messages; 0: only by name or route. */
  readonly weight: number;
  /** Parts that wait for it. */
  readonly load: number;
}

export interface ModemRoute {
  readonly prefix: string;
  /** Names of modems. */
  readonly modems: readonly string[];
}

export interface ModemQuestion {
  readonly peer: string;
  /** The sender asked for this one. */
  readonly pinned?: string | undefined;
  /** Through which the other side wrote last: an answer leaves by the number it knows. */
  readonly sticky?: string | undefined;
  readonly routes: readonly ModemRoute[];
  readonly modems: readonly ModemChoice[];
}

export interface ModemDecision {
  /** Where it waits; null: with the first that is free. */
  readonly modemId: string | null;
  /** No other modem may take it, however long this one is away. */
  readonly isFixed: boolean;
  /** Which modems may take it; null: any. */
  readonly candidates: readonly string[] | null;
  readonly why: 'pinned' | 'sticky' | 'weighted' | 'first free';
}

/**
 * Which modem a message goes through. The sender's choice first; else, among the modems of the longest prefix route (all
 * of them where there is none, or none of it is switched on): the one the peer wrote to, or by weight the one with the
 * least waiting, or, when all weigh the same, whichever is free first, which is the least loaded one in truth.
 */
export function chooseModem({ peer, pinned, sticky, routes, modems }: ModemQuestion): ModemDecision {
  if (pinned !== undefined) return { modemId: pinned, isFixed: true, candidates: null, why: 'pinned' };
  const routed = modemsOfRoute(routeOf(peer, routes), modems);
  const eligible = routed ?? modems.filter(({ weight }) => weight > 0);
  const candidates = routed?.map(({ id }) => id) ?? null;
  if (sticky !== undefined && (routed ?? modems).some(({ id }) => id === sticky)) {
    return { modemId: sticky, isFixed: false, candidates, why: 'sticky' };
  }
  const isEven = eligible.every(({ weight }) => weight === eligible[0]?.weight);
  if (isEven) return { modemId: null, isFixed: false, candidates, why: 'first free' };
  const [best] = eligible
    .map((modem) => ({ id: modem.id, burden: (modem.load + 1) / Math.max(modem.weight, Number.EPSILON) }))
    .sort((left, right) => left.burden - right.burden);
  return { modemId: best?.id ?? null, isFixed: false, candidates, why: 'weighted' };
}

function routeOf(peer: string, routes: readonly ModemRoute[]): ModemRoute | undefined {
  return routes
    .filter(({ prefix }) => peer.startsWith(prefix))
    .reduce<ModemRoute | undefined>(
      (longest, route) => (longest === undefined || route.prefix.length > longest.prefix.length ? route : longest),
      undefined,
    );
}

function modemsOfRoute(
  route: ModemRoute | undefined,
  modems: readonly ModemChoice[],
): readonly ModemChoice[] | undefined {
  const found = route === undefined ? [] : modems.filter(({ name }) => route.modems.includes(name));
  return found.length === 0 ? undefined : found;
}
