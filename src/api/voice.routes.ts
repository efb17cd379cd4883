import {
  blockedCallFilters,
  blockedCallSchema,
  callDetailSchema,
  callFilters,
  callSchema,
  cdrFilters,
  cdrSchema,
  getCall,
  getCdr,
  listBlockedCalls,
  listCalls,
  listCdrs,
  voiceResources,
} from '../voice/index.ts';
import { collection, type MountedResource } from './collection.ts';
import { resource } from './resource.ts';

/** The voice objects, the call log and the CDRs. */
export function voiceResourceRoutes(): readonly MountedResource[] {
  return [
    ...voiceResources.map((definition) => resource(definition)),
    collection({
      path: 'calls',
      noun: 'call',
      permission: 'voice.call',
      item: callSchema,
      detail: callDetailSchema,
      filters: callFilters,
      list: listCalls,
      get: getCall,
    }),
    collection({
      path: 'blocked-calls',
      noun: 'blocked call',
      permission: 'voice.blocked_call',
      item: blockedCallSchema,
      filters: blockedCallFilters,
      list: listBlockedCalls,
    }),
    collection({
      path: 'cdrs',
      noun: 'CDR',
      permission: 'voice.cdr',
      item: cdrSchema,
      filters: cdrFilters,
      list: listCdrs,
      get: getCdr,
    }),
  ];
}
