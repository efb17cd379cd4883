import { PHRASES } from '../routing/index.ts';
import { document, element } from './cxml/element.ts';

/** For whoever may not ask: the call is refused before it is answered. */
export const REJECTED: string = document(element('Reject'));

/** For when something went wrong on our side: a caller hears a sentence, never nothing. */
export const APOLOGY: string = document(element('Say', {}, PHRASES.apology), element('Hangup'));
