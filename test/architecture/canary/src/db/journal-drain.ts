export const journalDrain = 'journal drain';
