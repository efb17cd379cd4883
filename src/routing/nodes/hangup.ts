import { type RoutingNode, sayAndHangUp } from '../call.ts';
import { PHRASES } from '../phrases.ts';

/** The end, with a word of farewell. */
export const hangupNode: RoutingNode = {
  enter(call) {
    call.trace('hang up');
    return sayAndHangUp(PHRASES.goodbye);
  },
};
