/** A slice from before its first byte until its outcome is known, for those who have to wait for what comes of it. */
export interface InAir {
  readonly peer: string;
  /** Resolves when the modem has its text, or never will. A turn before that would hold up the prompt and the answer. */
  readonly written: Promise<void>;
  /** Resolves when its outcome is known. */
  readonly ended: Promise<void>;
  readonly onWritten: () => void;
  readonly onEnded: () => void;
}

/** A slice to this recipient that is about to be submitted. */
export function inAir(peer: string): InAir {
  const [written, onWritten] = event();
  const [ended, onEnded] = event();
  return { peer, written, ended, onWritten, onEnded };
}

function event(): readonly [Promise<void>, () => void] {
  let happen = () => {};
  const happened = new Promise<void>((resolve) => {
    happen = resolve;
  });
  return [happened, happen];
}
