/** Where time comes from. Pure code takes an instant as an argument; shells take a Clock. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
