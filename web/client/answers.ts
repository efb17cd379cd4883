import type { FetchOptions, FetchResponse } from 'openapi-fetch';
import type { components, paths } from './schema.d.ts';

/** Only a server that plays the demo has this one, so the document does not name it. */
interface DemoPaths {
  readonly '/api/v1/demo/call': {
    post: {
      requestBody: { content: { 'application/json': { readonly from?: string; readonly to?: string } } };
      responses: { 200: { content: { 'application/json': { readonly token: string; readonly cxml: string } } } };
    };
  };
}

type Paths = paths & DemoPaths;
type Method = 'get' | 'post' | 'put' | 'delete';
type PathWith<M extends Method> = { [P in keyof Paths]: Paths[P] extends Record<M, object> ? P : never }[keyof Paths];
type Operation<P, M> = P extends keyof Paths ? (M extends keyof Paths[P] ? Paths[P][M] & object : never) : never;
type Answer<Of extends object> = Extract<FetchResponse<Of, unknown, 'application/json'>, { data: unknown }>['data'];

/** Says what an operation takes as the document has it; nothing else, and nothing less. */
type Ask<M extends Method> = <P extends PathWith<M>>(
  path: P,
  ...init: object extends FetchOptions<Operation<P, M>>
    ? [init?: FetchOptions<Operation<P, M>>]
    : [init: FetchOptions<Operation<P, M>>]
) => Promise<Answer<Operation<P, M>>>;

/** The API as the console sees it: a call gives what the server answered, and throws what it refused. */
export interface AnsweringApi {
  readonly GET: Ask<'get'>;
  readonly POST: Ask<'post'>;
  readonly PUT: Ask<'put'>;
  readonly DELETE: Ask<'delete'>;
}

export type Problem = components['schemas']['Problem'];
