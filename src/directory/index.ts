export { directoryResources } from './resources.ts';
