/**
 * The certificate library, when it is first needed: it and what it stands on take a fifth of a second to load, and most
 * processes never look at a certificate. Its container wants a reflection polyfill to be there before it.
 */
export async function loadX509() {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}
