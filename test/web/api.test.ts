import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createApi, isRefused, Refusal, wordsOf } from '../../web/api.js';

/** The requests the page made, with what it would be answered. */
const asked: Request[] = [];
let answer: () => Response | Promise<Response>;

beforeEach(() => {
  asked.length = 0;
  answer = () => Response.json({});
  // In a page an address without a host is of its own host.
  vi.stubGlobal(
    'Request',
    class extends Request {
      constructor(path: string, init: RequestInit) {
        super(new URL(path, 'http://console.example'), init);
      }
    },
  );
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push(request);
    return answer();
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const problem = (status: number, detail: string) =>
  Response.json({ status, detail, errors: [{ path: 'reason', message: 'say why' }] }, { status });
const caught = (work: Promise<unknown>) => work.then(() => undefined).catch((error: unknown) => error);

describe('the API as the console speaks to it', () => {
  test('an address is filled in and encoded, a body is sent as JSON, and the answer comes back by itself', async () => {
    answer = () => Response.json({ id: '1', state: 'rejected' });
    const made = await createApi().POST('/api/v1/enrollments/{id}/reject', {
      params: { path: { id: 'a/b' } },
      body: { reason: 'nobody knows you' },
    });
    expect(made.state).toBe('rejected');
    const [request] = asked;
    expect([request?.method, request?.url]).toEqual(['POST', 'http://console.example/api/v1/enrollments/a%2Fb/reject']);
    expect(request?.headers.get('content-type')).toBe('application/json');
    expect(await request?.json()).toEqual({ reason: 'nobody knows you' });
  });

  test('an answer without a body is nothing', async () => {
    answer = () => new Response(null, { status: 204 });
    expect(await createApi().DELETE('/api/v1/session')).toBeUndefined();
    expect(asked[0]?.headers.get('content-type')).toBeNull();
  });

  test('a refusal is thrown with its words, its status and its fields, after whoever listens has heard of it', async () => {
    const heard: number[] = [];
    answer = () => problem(401, 'Sign in first.');
    const error = await caught(createApi(({ status }) => heard.push(status)).GET('/api/v1/me'));
    expect(error).toBeInstanceOf(Refusal);
    expect([wordsOf(error), isRefused(error, 401), isRefused(error, 403)]).toEqual(['Sign in first.', true, false]);
    expect(error).toMatchObject({ status: 401, problem: { errors: [{ path: 'reason', message: 'say why' }] } });
    expect(heard).toEqual([401]);
  });

  test('a proxy that answers with a page of its own is said in words, not shown', async () => {
    answer = () => new Response('<h1>Bad gateway</h1>', { status: 502 });
    const error = await caught(createApi().GET('/api/v1/me'));
    expect([wordsOf(error), (error as Refusal).problem]).toEqual(['The server answered 502.', undefined]);
  });

  test('nobody there is no refusal', async () => {
    answer = () => Promise.reject(new TypeError('Failed to fetch'));
    const error = await caught(createApi().GET('/api/v1/me'));
    expect(error).not.toBeInstanceOf(Refusal);
    expect(wordsOf(error)).toBe('The server cannot be reached. Try again in a moment.');
  });
});
