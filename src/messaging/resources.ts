import type { Resource } from '../db/resource.ts';
import { modemResource } from './modem.resource.ts';
import { policyResource, routeResource, suppressionResource } from './policies/resources.ts';

/** The SMS objects as the API and the configuration file use them. */
export const messagingResources: readonly Resource[] = [
  modemResource,
  routeResource,
  policyResource,
  suppressionResource,
];
