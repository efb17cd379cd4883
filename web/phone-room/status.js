/* What state a call, a text or a modem is in, as a colour and a word. */
import { h } from '../element.js';

/** @type {Readonly<Record<string, readonly string[]>>} */
const TONES = {
  good: ['delivered', 'received', 'completed', 'ready'],
  busy: [
    'submitting',
    'ringing',
    'initiated',
    'registering',
    'initialising',
    'opening',
    'resting',
    'degraded',
    'unknown',
  ],
  bad: ['failed', 'rejected', 'expired', 'busy', 'no_answer', 'blocked', 'absent'],
  calm: ['sent', 'answered'],
};
const MOVING = ['submitting', 'ringing', 'initiated', 'registering', 'initialising', 'opening'];

/** The class of a state's colour, and of its movement where it will not last. @param {string} status */
export function toneOf(status, isMoving = MOVING.includes(status)) {
  const tone = Object.keys(TONES).find((name) => TONES[name]?.includes(status)) ?? 'idle';
  return isMoving ? `${tone} moving` : tone;
}

/** @param {string} status @param {boolean} [isMoving] */
export function pill(status, isMoving) {
  return h('span', { className: `pill ${toneOf(status, isMoving)}` }, status.replaceAll('_', ' '));
}
