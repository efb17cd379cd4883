import { go, type RoutingNode, turnAway } from '../call.ts';
import { targetOf } from '../document/target.ts';
import { PHRASES } from '../phrases.ts';

/** A number of ours: the only door for callers from outside. */
export const numberNode: RoutingNode = {
  enter(call, key) {
    const number = call.plan.numbers.get(key);
    if (number === undefined || number.status !== 'active') {
      call.trace(`number ${key} is ${number === undefined ? 'not one of ours' : 'inactive'}`);
      return turnAway(call, PHRASES.notInService);
    }
    call.trace(`number ${key} → ${number.routeTo}`);
    return go(targetOf(number.routeTo));
  },
};
