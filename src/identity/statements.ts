import type { Db } from '../db/open.ts';
import { apiKeyStatement } from './api-key/statement.ts';
import { sessionStatement } from './session/statement.ts';

/** The statements that say who asks, for a server that runs them with each request. */
export interface AuthenticationStatements {
  session(): ReturnType<typeof sessionStatement>;
  apiKey(): ReturnType<typeof apiKeyStatement>;
}

/** Each is built when it is first needed, and then kept: a server that is only described never needs one. */
export function authenticationStatements(db: Db): AuthenticationStatements {
  let session: ReturnType<typeof sessionStatement> | undefined;
  let apiKey: ReturnType<typeof apiKeyStatement> | undefined;
  return {
    session: () => {
      session ??= sessionStatement(db, 'tokenHash');
      return session;
    },
    apiKey: () => {
      apiKey ??= apiKeyStatement(db);
      return apiKey;
    },
  };
}
