import type { RoutingNode } from '../call.ts';
import type { PlaceType } from '../place.ts';
import { aiAssistantNode } from './ai-assistant.ts';
import { aiLoadBalancerNode } from './ai-load-balancer.ts';
import { businessHoursNode } from './business-hours.ts';
import { conferenceRoomNode } from './conference-room.ts';
import { customLogicNode } from './custom-logic.ts';
import { emergencyNode } from './emergency.ts';
import { extensionNode } from './extension.ts';
import { forwardNode } from './forward.ts';
import { hangupNode } from './hangup.ts';
import { ivrMenuNode } from './ivr-menu.ts';
import { mailboxNode } from './mailbox.ts';
import { numberNode } from './number.ts';
import { ringGroupNode } from './ring-group.ts';
import { voicemailNode } from './voicemail.ts';

/** Every kind of place a call can be at. A new kind is one file, one line here and one word in `TARGET_TYPES`. */
export const NODES: Readonly<Record<PlaceType, RoutingNode>> = {
  number: numberNode,
  emergency: emergencyNode,
  extension: extensionNode,
  ring_group: ringGroupNode,
  ivr_menu: ivrMenuNode,
  business_hours: businessHoursNode,
  conference_room: conferenceRoomNode,
  voicemail: voicemailNode,
  mailbox: mailboxNode,
  ai_assistant: aiAssistantNode,
  ai_load_balancer: aiLoadBalancerNode,
  custom_logic: customLogicNode,
  forward: forwardNode,
  hangup: hangupNode,
};
