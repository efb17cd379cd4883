export const channel = 'channel';
