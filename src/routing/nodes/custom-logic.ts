import { answer, type Call, go, inquire, type Outcome, type RoutingNode, sayAndHangUp, turnAway } from '../call.ts';
import type { CustomLogic } from '../document/custom-logic.ts';
import { parseTarget, targetOf } from '../document/target.ts';
import type { VoiceEvent } from '../event.ts';
import type { CxmlNode } from '../inquiry.ts';
import { PHRASES } from '../phrases.ts';
import type { CallState } from '../state.ts';
import { withWayBack } from '../step.ts';

/** One endpoint is asked in each document, or the waits would add up. */
const PREFIX = 'custom_logic:';

/** Where an endpoint wants to be asked next travels in the address of the call, which must not grow without bound. */
const LONGEST_WAY_BACK = 500;

/**
 * An endpoint of the customer decides: a target of ours, or a document of its own, which brings the call back to the
 * endpoint through us. When it fails the fallback decides.
 */
export const customLogicNode: RoutingNode = {
  enter(call, key) {
    const logic = call.plan.customLogic.get(key);
    if (logic === undefined || logic.status !== 'active') {
      call.trace(`custom logic ${key} ${logic === undefined ? 'does not exist' : 'is inactive'}`);
      return turnAway(call, PHRASES.destinationUnavailable);
    }
    return decidedBy(call, logic, logic.url, undefined);
  },

  resume(call, key, position) {
    const logic = call.plan.customLogic.get(key);
    if (logic === undefined) return sayAndHangUp(PHRASES.destinationUnavailable);
    const url = typeof position.at === 'string' ? new URL(position.at, logic.url).href : logic.url;
    return decidedBy(call, logic, url, call.event);
  },
};

/** `input` is what the caller did since the endpoint's last document; undefined for a call that arrives. */
function decidedBy(call: Call, logic: CustomLogic, url: string, input: VoiceEvent | undefined): Outcome {
  const inquiryKey = `${PREFIX}${logic.name}`;
  const finding = call.facts.findings?.[inquiryKey];
  if (finding === undefined) {
    const isSecond = Object.keys(call.facts.findings ?? {}).some((known) => known.startsWith(PREFIX));
    if (isSecond) return fallBack(call, logic, 'one endpoint has been asked already, and the caller is waiting');
    return ask(call, logic, url, input);
  }
  call.trace(`custom logic ${logic.name}: ask ${addressOf(url)}`);
  switch (finding.kind) {
    case 'target':
      return follow(call, logic, finding.target);
    case 'cxml':
      return play(call, logic, url, finding.verbs);
    default:
      return fallBack(call, logic, 'reason' in finding ? finding.reason : 'no answer');
  }
}

function ask(
  call: Call,
  { name, secret, timeoutMs }: CustomLogic,
  url: string,
  input: VoiceEvent | undefined,
): Outcome {
  const { event, plan } = call;
  return inquire({
    kind: 'custom_logic',
    key: `${PREFIX}${name}`,
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
      digits: input?.digits ?? null,
      speech: input?.speech ?? null,
      dialOutcome: input?.dialOutcome ?? null,
      recordingUrl: input?.recording?.url ?? null,
    },
  });
}

function follow(call: Call, logic: CustomLogic, text: string): Outcome {
  const target = parseTarget(text);
  if (typeof target === 'string') return fallBack(call, logic, `it answered no target: ${target}`);
  call.trace(`custom logic ${logic.name} answered ${text}`);
  return go(target);
}

/**
 * Plays its document, if that calls nobody outside: calls outside go by the outbound policy, as the target `forward:`. What
 * would lead the call to the endpoint (an `action`, a `Redirect`) leads it to us, and we ask: the rules hold there too.
 */
function play(call: Call, logic: CustomLogic, url: string, verbs: readonly CxmlNode[]): Outcome {
  const objection = objectionTo(call, verbs) ?? strayingOf(logic, verbs);
  if (objection !== undefined) return fallBack(call, logic, `its document is refused: ${objection}`);
  call.trace(`custom logic ${logic.name} answered a document of its own`);
  const resumes: CallState[] = [];
  const ours = verbs.map((verb) => {
    const address = wayBackOf(verb, url);
    if (address === undefined) return verb;
    const { pathname, search } = new URL(address);
    resumes.push(call.resumeAt({ at: pathname + search }));
    return withWayBack(verb, String(resumes.length - 1));
  });
  return answer({ kind: 'cxml', verbs: ours, resumes });
}

/** Where a verb leads the call afterwards; `url` for those that lead back to their document (CXML reference 2.6, 2.7). */
function wayBackOf({ name, attributes, children }: CxmlNode, url: string): string | undefined {
  if (name === 'Redirect') return textIn({ name, attributes, children });
  return attributes.action ?? (name === 'Gather' || name === 'Record' ? url : undefined);
}

/** Why a document may not go on where it wants to: elsewhere nobody would ask the outbound policy. */
function strayingOf({ url }: CustomLogic, verbs: readonly CxmlNode[]): string | undefined {
  const home = new URL(url);
  for (const verb of verbs) {
    const text = wayBackOf(verb, url) ?? url;
    if (!URL.canParse(text)) return `it leads the call to "${text}", which is no address`;
    const address = new URL(text);
    if (address.origin !== home.origin)
      return `it leads the call to ${address.origin}; it may lead to ${home.origin} only`;
    if (address.pathname.length + address.search.length > LONGEST_WAY_BACK)
      return `it leads the call to an address of more than ${LONGEST_WAY_BACK} characters`;
  }
  return undefined;
}

function fallBack(call: Call, logic: CustomLogic, reason: string): Outcome {
  call.trace(`custom logic ${logic.name}: ${reason} → ${logic.fallback}`);
  return logic.fallback === 'hangup' ? turnAway(call, PHRASES.destinationUnavailable) : go(targetOf(logic.fallback));
}

/** What in a foreign document is not for an endpoint to decide. */
function objectionTo(call: Call, nodes: readonly (string | CxmlNode)[]): string | undefined {
  for (const node of nodes) {
    if (typeof node === 'string') continue;
    const objection = objectionToNode(call, node) ?? objectionTo(call, node.children);
    if (objection !== undefined) return objection;
  }
  return undefined;
}

function objectionToNode(call: Call, node: CxmlNode): string | undefined {
  const text = textIn(node);
  switch (node.name) {
    case 'Coach':
      return 'listening to another call is not for custom logic';
    case 'Sip':
    case 'Service':
      return `it dials ${text}; answer a target (forward:+…, ai_assistant:…) instead`;
    case 'Converse':
      return /dial|redirect/.test(node.attributes.sessionTools ?? '')
        ? 'its conversation may dial or redirect'
        : undefined;
    case 'Dial':
    case 'Number':
      if (node.attributes.trunks !== undefined) return 'it names a trunk; trunks are for the outbound policy to choose';
      return text === '' || call.plan.extensions.get(text)?.type === 'user'
        ? undefined
        : `it dials ${text}, which is no telephone of ours; answer a target (forward:+…, extension:…) instead`;
    default:
      return undefined;
  }
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
