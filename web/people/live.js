/* What changes appears by itself: the organization's live stream says which kind of object, the list is read again. */
import { isRefused } from '../api.js';
import { api } from './page.js';

/** @typedef {{ readonly type: 'event', readonly topic: string, readonly resource?: string }} Change */
/** @typedef {{ readonly type: 'hello', readonly resumed: boolean } | { readonly type: 'reload' } | Change} Word */

/**
 * Listens for ever: `changed` for each change, by the kind of object; `missed` after a gap, `signedOut` at the
 * end of the session.
 *
 * @param {{ changed: (resource: string) => void, missed: () => void, signedOut: () => void }} told
 */
export function listen({ changed, missed, signedOut }) {
  /** @type {number | undefined} */
  let sequence;
  let tries = 0;
  const connect = () => {
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const after = sequence === undefined ? '' : `?after=${sequence}`;
    const socket = new WebSocket(`${scheme}//${location.host}/api/v1/live${after}`);
    socket.onmessage = ({ data }) => {
      const word = /** @type {Word & { readonly sequence: number }} */ (JSON.parse(data));
      const isFirst = sequence === undefined;
      sequence = word.sequence;
      tries = 0;
      if (word.type === 'event') {
        if (word.topic === 'resource' && word.resource !== undefined) changed(word.resource);
      } else if (word.type === 'reload' || (!word.resumed && !isFirst)) missed();
    };
    socket.onclose = async () => {
      tries += 1;
      await new Promise((resolve) =>
        setTimeout(resolve, Math.min(15_000, 500 * 2 ** tries) * (0.75 + Math.random() / 2)),
      );
      // A refused upgrade does not say why; a session that has ended does, here.
      const isOver = await api.GET('/api/v1/me').then(
        () => false,
        (error) => isRefused(error, 401),
      );
      if (isOver) signedOut();
      else connect();
    };
  };
  connect();
}
