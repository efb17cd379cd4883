/* The REST kit: say a resource or a route, get the API, its checks and its documentation. */

export type { Collection, MountedResource } from './collection.ts';
export { createApi } from './create-api.ts';
export type { ApiDeps, ApiLog, MountedRouter } from './deps.ts';
export type { ApiEnv } from './hono-env.ts';
export { attachLive } from './live/attach.ts';
export type { LiveEvent, LiveHello, LiveReload, Topic, TopicSource, TopicSources } from './live/event.ts';
export { RESOURCE_CHANGES } from './live/event.ts';
export { createLiveHub, type LiveHub, type LiveHubOptions } from './live/hub.ts';
export type { OpenApiDocument } from './openapi.ts';
export { problemsPage } from './problems/page.ts';
export { type CreateOverride, type ResourceOptions, resource, type Verb } from './resource.ts';
export {
  type JsonSchema,
  type Route,
  type RouteInput,
  type RouteSpec,
  route,
  StreamReply,
  type Upload,
} from './route.ts';
