export const node = 'node';
