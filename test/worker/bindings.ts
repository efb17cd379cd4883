/** A key for tests only: 32 bytes and more, in URL-safe base64. */
export const CONTINUATION_KEY = 'dGhpcy1pcy1hLWtleS1mb3ItdGVzdHMtb25seS0wMTIzNDU2Nzg5';

export const PUBLIC_URL = 'https://edge.example';
