export const claim = 'claim';
