/*
 * One definition of a kind of object, and the verbs every kind has. A domain says what it keeps (`Resource`); the API,
 * the configuration file, the audit and the permission checks come with it.
 */

export { type ChildList, type Dto, type Form, keyOf, type Resource } from './resource/definition.ts';
export {
  type ImportOptions,
  type ImportResult,
  type ImportRow,
  importResources,
} from './resource/import.ts';
export { toPage } from './resource/page.ts';
export { afterCursor, getResource, type ListQuery, listResource, type Page, readForms } from './resource/read.ts';

export { type ExpectedVersion, versionOf } from './resource/version.ts';

export {
  createResource,
  createResources,
  deleteResource,
  patchResource,
  putResource,
} from './resource/write.ts';
