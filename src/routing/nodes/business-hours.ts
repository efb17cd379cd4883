import { isOpenAt } from '../calendar.ts';
import { go, type RoutingNode, sayAndHangUp, turnAway } from '../call.ts';
import { targetOf } from '../document/target.ts';
import { PHRASES } from '../phrases.ts';

/** A fork in time: open or closed, on the wall clock of the schedule's own zone, unless somebody switched it by hand. */
export const businessHoursNode: RoutingNode = {
  enter(call, key) {
    const hours = call.plan.businessHours.get(key);
    if (hours === undefined || hours.status !== 'active') {
      call.trace(`business hours ${key} ${hours === undefined ? 'do not exist' : 'are inactive'}`);
      return turnAway(call, PHRASES.destinationUnavailable);
    }
    const { open, why } = isOpenAt(hours.calendar, call.facts.now);
    const target = open ? hours.open : hours.closed;
    call.trace(`business hours ${key}: ${open ? 'open' : 'closed'} (${why}) → ${target}`);
    return !open && target === 'hangup' ? sayAndHangUp(PHRASES.closed) : go(targetOf(target));
  },
};
