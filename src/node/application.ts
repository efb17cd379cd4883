import { blockingRoutes } from '../api/blocking.routes.ts';
import { callRoutes } from '../api/calls.routes.ts';
import { cloudonixRoutes } from '../api/cloudonix.routes.ts';
import { configurationRoutes } from '../api/configuration.routes.ts';
import { emailCollection } from '../api/emails.routes.ts';
import { hoursRoutes } from '../api/hours.routes.ts';
import { identityRoutes } from '../api/identity.routes.ts';
import type { ApiDeps } from '../api/index.ts';
import { createApi, resource } from '../api/index.ts';
import { liveControlRoutes } from '../api/live-control.routes.ts';
import { mediaCollection, mediaRoutes } from '../api/media.routes.ts';
import { messagingResourceRoutes, messagingRoutes } from '../api/messaging.routes.ts';
import { modemRoutes } from '../api/modems.routes.ts';
import { planRoutes } from '../api/plans.routes.ts';
import { voiceResourceRoutes } from '../api/voice.routes.ts';
import { voicePolicyRoutes } from '../api/voice-policy.routes.ts';
import { voicemailCollections, voicemailRoutes } from '../api/voicemail.routes.ts';
import { directoryResources } from '../directory/index.ts';
import type { CodeSenders } from '../identity/index.ts';
import { sendMessage } from '../messaging/index.ts';
import { VERSION } from '../platform/version.ts';
import type { CloudonixDeps } from '../voice/index.ts';

type Fixed = 'resources' | 'routes' | 'version';

/** The whole API over whatever it is given: a server's database, or one the command line opened for a moment. */
export function createApplication(
  deps: Omit<ApiDeps, Fixed> &
    Pick<CodeSenders, 'sendEmail'> & { readonly routes?: ApiDeps['routes']; readonly cloudonix: CloudonixDeps },
) {
  return createApi({
    ...deps,
    version: VERSION,
    resources: [
      ...voiceResourceRoutes(),
      ...voicemailCollections(),
      mediaCollection(),
      emailCollection(),
      ...messagingResourceRoutes(),
      ...directoryResources.map((definition) => resource(definition)),
    ],
    routes: [
      ...identityRoutes({ ...deps, sendText: (context, message) => sendMessage(context, message) }),
      ...messagingRoutes(),
      ...modemRoutes(),
      ...callRoutes(),
      ...planRoutes(),
      ...voicePolicyRoutes(),
      ...hoursRoutes(),
      ...voicemailRoutes(),
      ...mediaRoutes(),
      ...blockingRoutes(),
      ...configurationRoutes(),
      ...cloudonixRoutes(deps.cloudonix),
      ...liveControlRoutes(deps.cloudonix),
      ...(deps.routes ?? []),
    ],
  });
}
