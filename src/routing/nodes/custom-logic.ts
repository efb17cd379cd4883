import { answer, type Call, go, inquire, type Outcome, type RoutingNode, turnAway } from '../call.ts';
import type { CustomLogic } from '../document/custom-logic.ts';
import { parseTarget, targetOf } from '../document/target.ts';
import type { CxmlNode } from '../inquiry.ts';
import { PHRASES } from '../phrases.ts';

/** One endpoint is asked in each document, or the waits would add up. */
const PREFIX = 'custom_logic:';

/** An endpoint of the customer decides: a target of ours, or a document of its own. When it fails the fallback decides. */
export const customLogicNode: RoutingNode = {
  enter(call, key) {
    const logic = call.plan.customLogic.get(key);
    if (logic === undefined || logic.status !== 'active') {
      call.trace(`custom logic ${key} ${logic === undefined ? 'does not exist' : 'is inactive'}`);
      return turnAway(call, PHRASES.destinationUnavailable);
    }
    const inquiryKey = `${PREFIX}${key}`;
    const finding = call.facts.findings?.[inquiryKey];
    if (finding === undefined) {
      const isSecond = Object.keys(call.facts.findings ?? {}).some((known) => known.startsWith(PREFIX));
      if (isSecond) return fallBack(call, logic, 'one endpoint has been asked already, and the caller is waiting');
      return ask(call, logic, inquiryKey);
    }
    call.trace(`custom logic ${key}: ask ${addressOf(logic.url)}`);
    switch (finding.kind) {
      case 'target':
        return follow(call, logic, finding.target);
      case 'cxml':
        return play(call, logic, finding.verbs);
      default:
        return fallBack(call, logic, 'reason' in finding ? finding.reason : 'no answer');
    }
  },
};

function ask(call: Call, { name, url, secret, timeoutMs }: CustomLogic, key: string): Outcome {
  const { event, plan } = call;
  return inquire({
    kind: 'custom_logic',
    key,
    url,
    secret,
    timeoutMs,
    body: {
      customLogic: name,
      organization: plan.organization.slug,
      call: event.callToken,
      from: event.from,
      to: event.to,
      number: call.did ?? null,
      callerName: event.callerName ?? null,
      origin: call.origin,
      at: call.facts.now.toISOString(),
    },
  });
}

function follow(call: Call, logic: CustomLogic, text: string): Outcome {
  const target = parseTarget(text);
  if (typeof target === 'string') return fallBack(call, logic, `it answered no target: ${target}`);
  call.trace(`custom logic ${logic.name} answered ${text}`);
  return go(target);
}

/** Plays its document, if that calls nobody outside: calls outside go by the outbound policy, as the target `forward:`. */
function play(call: Call, logic: CustomLogic, verbs: readonly CxmlNode[]): Outcome {
  const objection = objectionTo(call, verbs);
  if (objection !== undefined) return fallBack(call, logic, `its document is refused: ${objection}`);
  call.trace(`custom logic ${logic.name} answered a document of its own`);
  return answer({ kind: 'cxml', verbs });
}

function fallBack(call: Call, logic: CustomLogic, reason: string): Outcome {
  call.trace(`custom logic ${logic.name}: ${reason} → ${logic.fallback}`);
  return logic.fallback === 'hangup' ? turnAway(call, PHRASES.destinationUnavailable) : go(targetOf(logic.fallback));
}

/** What in a foreign document is not for an endpoint to decide. */
function objectionTo(call: Call, nodes: readonly (string | CxmlNode)[]): string | undefined {
  for (const node of nodes) {
    if (typeof node === 'string') continue;
    const dialed = node.name === 'Dial' || node.name === 'Number' ? textIn(node) : '';
    if (dialed !== '' && !call.plan.extensions.has(dialed)) {
      return `it dials ${dialed}; answer the target forward:+… to call outside`;
    }
    if (node.name === 'Coach') return 'listening to another call is not for custom logic';
    const objection = objectionTo(call, node.children);
    if (objection !== undefined) return objection;
  }
  return undefined;
}

function textIn(node: CxmlNode): string {
  return node.children
    .filter((child) => typeof child === 'string')
    .join('')
    .trim();
}

/** Without the query, which may hold a secret. */
function addressOf(url: string): string {
  return url.split(/[?#]/)[0] ?? '';
}
