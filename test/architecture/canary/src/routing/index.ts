export const routing = 'routing';
