import type { Resource } from '../db/resource.ts';
import { modemResource } from './modem.resource.ts';

/** The SMS objects as the API and the configuration file use them. */
export const messagingResources: readonly Resource[] = [modemResource];
