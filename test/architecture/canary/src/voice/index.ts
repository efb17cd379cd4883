export const voice = 'voice';
