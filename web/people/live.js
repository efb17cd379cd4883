/* What changes appears by itself: the organization's live stream says which kind of object, the list is read again. */
import { api } from './page.js';

/** Listens for ever: `changed(resource)` for each change, `missed()` after a gap, `signedOut()` at the session's end. */
export function listen({ changed, missed, signedOut }) {
  let sequence;
  let tries = 0;
  const connect = () => {
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const after = sequence === undefined ? '' : `?after=${sequence}`;
    const socket = new WebSocket(`${scheme}//${location.host}/api/v1/live${after}`);
    socket.onmessage = ({ data }) => {
      const word = JSON.parse(data);
      const isFirst = sequence === undefined;
      sequence = word.sequence;
      tries = 0;
      if (word.type === 'event' && word.topic === 'resource') changed(word.resource);
      else if (word.type === 'reload' || (word.type === 'hello' && !word.resumed && !isFirst)) missed();
    };
    socket.onclose = async () => {
      tries += 1;
      await new Promise((resolve) =>
        setTimeout(resolve, Math.min(15_000, 500 * 2 ** tries) * (0.75 + Math.random() / 2)),
      );
      // A refused upgrade does not say why; a session that has ended does, here.
      const isOver = await api('GET', '/me').then(
        () => false,
        (error) => error.status === 401,
      );
      if (isOver) signedOut();
      else connect();
    };
  };
  connect();
}
