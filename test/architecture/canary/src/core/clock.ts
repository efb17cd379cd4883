export const now = 'now';
