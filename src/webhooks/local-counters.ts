/** Keys kept at most; one more and all begin anew, which only makes a fallback less even. */
const MOST_KEYS = 10_000;

/**
 * Counters of this process alone, for when the shared ones do not answer in time. They begin at a random tick, so that
 * several processes in trouble do not all prefer the first member.
 */
export function createLocalCounters(random: () => number): (organizationId: string, key: string) => number {
  const ticks = new Map<string, number>();
  return (organizationId, key) => {
    const name = `${organizationId} ${key}`;
    const tick = (ticks.get(name) ?? Math.floor(random() * 1000)) + 1;
    if (ticks.size >= MOST_KEYS) ticks.clear();
    ticks.set(name, tick);
    return tick;
  };
}
