export const configuration = 'configuration';
