import type { CodeSenders } from '../identity/index.ts';
import type { ApiDeps } from './deps.ts';
import { auditRoutes } from './identity-audit.routes.ts';
import { certificateRoutes } from './identity-certificates.routes.ts';
import { enrollmentRoutes } from './identity-enrollments.routes.ts';
import { inviteRoutes } from './identity-invites.routes.ts';
import { myRoutes } from './identity-me.routes.ts';
import { peopleRoutes } from './identity-people.routes.ts';
import { platformRoutes } from './identity-platform.routes.ts';
import { providerRoutes } from './identity-providers.routes.ts';
import { settingRoutes } from './identity-settings.routes.ts';
import { signInRoutes } from './identity-sign-in.routes.ts';
import type { Route } from './route.ts';

type Deps = Pick<ApiDeps, 'clock' | 'secrets' | 'publicUrl' | 'log'> & CodeSenders;

/** Everything about people: how they get in, what they may do, what proves them, what they did. */
export function identityRoutes(deps: Deps): readonly Route[] {
  return [
    ...signInRoutes(deps),
    ...myRoutes(deps),
    ...peopleRoutes(),
    ...inviteRoutes(deps),
    ...enrollmentRoutes(deps),
    ...certificateRoutes(),
    ...providerRoutes(),
    ...settingRoutes(),
    ...auditRoutes(),
    ...platformRoutes(deps),
  ];
}
