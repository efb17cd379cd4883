import { answer, type Call, inquire, type Outcome, type RoutingNode, sayAndHangUp, turnAway } from '../call.ts';
import type { VoicemailBox } from '../document/voicemail-box.ts';
import type { MailboxMessage } from '../inquiry.ts';
import { PHRASES } from '../phrases.ts';
import { PIN_TRIES, pinLock, typedPin } from '../pin.ts';
import { numberIn, type Position } from '../state.ts';
import type { Prompt } from '../step.ts';
import { zoneClock } from '../zone.ts';

/** Keys while messages play. */
const AGAIN = '1';
const NEXT = '2';
const DELETE = '7';

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/**
 * The owner hears their messages: new ones, or all when none is new. Always behind the PIN when there is one; a box
 * without a PIN opens for its own telephone only.
 */
export const mailboxNode: RoutingNode = {
  enter(call, key) {
    const box = call.plan.voicemailBoxes.get(key);
    if (box === undefined || box.status !== 'active') {
      call.trace(`voicemail box ${key} ${box === undefined ? 'does not exist' : 'is inactive'}`);
      return turnAway(call, PHRASES.noMailbox);
    }
    if (box.pin !== undefined) return unlessLocked(call, box, false, () => askForPin(call, box, 1));
    if (call.origin === 'subscriber' && call.event.from === key) return begin(call, box);
    call.trace(`voicemail box ${key} has no PIN: only its own telephone may open it`);
    return turnAway(call, PHRASES.noMailbox);
  },

  resume(call, key, position) {
    const box = call.plan.voicemailBoxes.get(key);
    if (box === undefined) return sayAndHangUp(PHRASES.destinationUnavailable);
    if (typeof position.message === 'string') return afterMessage(call, box, position, position.message);
    const typed = typedPin(call);
    const attempt = numberIn(position, 'try', PIN_TRIES);
    if (typed === undefined) return askForPin(call, box, attempt + 1);
    const isRight = box.pin !== undefined && typed === box.pin;
    return unlessLocked(call, box, !isRight, () => {
      if (isRight) return begin(call, box);
      call.trace(`voicemail box ${key}: wrong PIN`);
      return askForPin(call, box, attempt + 1, [{ kind: 'say', text: PHRASES.wrongPin }]);
    });
  },
};

function unlessLocked(call: Call, box: VoicemailBox, failed: boolean, go: () => Outcome): Outcome {
  const lock = pinLock(call, `mailbox:${box.number}`, failed);
  if (typeof lock !== 'boolean') return lock;
  return lock ? sayAndHangUp(PHRASES.tooManyPins) : go();
}

function askForPin(call: Call, box: VoicemailBox, attempt: number, before: readonly Prompt[] = []): Outcome {
  if (attempt > PIN_TRIES) {
    call.trace(`voicemail box ${box.number}: ${PIN_TRIES} tries are used up`);
    return sayAndHangUp(PHRASES.tooManyPins);
  }
  call.trace(`voicemail box ${box.number}: ask for the PIN, try ${attempt} of ${PIN_TRIES}`);
  const resume = call.resumeAt({ try: attempt });
  return answer(
    {
      kind: 'gather',
      prompt: [...before, { kind: 'say', text: PHRASES.enterMailboxPin }],
      finishOnKey: '#',
      betweenDigitsSeconds: 3,
      firstDigitSeconds: 10,
      resume,
    },
    { kind: 'redirect', resume },
  );
}

/** How many messages there are, then the first of them. */
function begin(call: Call, box: VoicemailBox): Outcome {
  const messages = messagesOf(call, box);
  if (!isList(messages)) return messages;
  const fresh = messages.filter((message) => !message.isRead);
  const [first] = fresh.length > 0 ? fresh : messages;
  call.trace(`voicemail box ${box.number}: ${fresh.length} new of ${messages.length} messages`);
  if (first === undefined) return sayAndHangUp(PHRASES.noMessages);
  const text = fresh.length > 0 ? counted(fresh.length, 'new message') : `${counted(messages.length, 'old message')}`;
  return play(call, first, fresh.length > 0, [{ kind: 'say', text: `You have ${text}.` }]);
}

function afterMessage(call: Call, box: VoicemailBox, position: Position, id: string): Outcome {
  const key = call.event.digits;
  if (key === '#' || key === '*') {
    call.effect({ kind: 'mailbox', action: 'read', message: id });
    call.trace(`voicemail box ${box.number}: the owner is done`);
    return sayAndHangUp(PHRASES.goodbye);
  }
  const messages = messagesOf(call, box);
  if (!isList(messages)) return messages;
  const onlyNew = position.only === 'new';
  const current = messages.find((message) => message.id === id);
  if (key === AGAIN && current !== undefined) return play(call, current, onlyNew);
  const isKnownKey = key === undefined || key === NEXT || key === DELETE;
  if (!isKnownKey && current !== undefined)
    return play(call, current, onlyNew, [{ kind: 'say', text: PHRASES.invalidChoice }]);
  call.effect({ kind: 'mailbox', action: key === DELETE ? 'delete' : 'read', message: id });
  if (key === DELETE) call.trace(`voicemail box ${box.number}: message deleted`);
  const before: Prompt[] = key === DELETE ? [{ kind: 'say', text: PHRASES.messageDeleted }] : [];
  // Ids sort by age, so the next message is found however the list changed meanwhile.
  const next = messages.find((message) => message.id > id && !(onlyNew && message.isRead));
  if (next !== undefined) return play(call, next, onlyNew, before);
  return answer(...before, { kind: 'say', text: PHRASES.noMoreMessages }, { kind: 'hangup' });
}

function play(call: Call, message: MailboxMessage, onlyNew: boolean, before: readonly Prompt[] = []): Outcome {
  call.trace(`play the message of ${message.receivedAt}`);
  const resume = call.resumeAt({ message: message.id, only: onlyNew ? 'new' : 'all' });
  return answer(
    {
      kind: 'gather',
      prompt: [
        ...before,
        { kind: 'say', text: headline(call, message) },
        { kind: 'play', url: message.url },
        { kind: 'say', text: PHRASES.mailboxKeys },
      ],
      digits: 1,
      finishOnKey: '',
      betweenDigitsSeconds: 2,
      firstDigitSeconds: 5,
      resume,
    },
    { kind: 'redirect', resume },
  );
}

/** Who called and when, on the clock of the organization. Digits stand apart, so that they are read one by one. */
function headline(call: Call, message: MailboxMessage): string {
  const { weekday, minute } = zoneClock(call.plan.organization.timezone)(new Date(message.receivedAt));
  const time = `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`;
  const digits = message.from.replace(/[^0-9]/g, '');
  const who = digits === '' ? 'an unknown caller' : [...digits].join(' ');
  return `Message from ${who}, ${WEEKDAYS[weekday]}, ${time}.`;
}

/** The messages of the box, the oldest first; or what has to happen before they are known. */
function messagesOf(call: Call, box: VoicemailBox): readonly MailboxMessage[] | Outcome {
  const key = `mailbox:${box.number}`;
  const finding = call.facts.findings?.[key];
  if (finding === undefined) return inquire({ kind: 'mailbox', key, box: box.number });
  if (finding.kind === 'mailbox') return finding.messages;
  call.trace(`voicemail box ${box.number}: the messages cannot be read now`);
  return sayAndHangUp(PHRASES.mailboxAway);
}

function isList(messages: readonly MailboxMessage[] | Outcome): messages is readonly MailboxMessage[] {
  return Array.isArray(messages);
}

function counted(count: number, noun: string): string {
  return count === 1 ? `one ${noun}` : `${count} ${noun}s`;
}
