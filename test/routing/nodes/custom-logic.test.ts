import { describe, expect, it } from 'vitest';
import {
  type CallState,
  type CustomLogicFinding,
  type CxmlNode,
  compile,
  decide,
  MAX_DOCUMENTS,
  PHRASES,
} from '../../../src/routing/index.ts';
import { answerTo, dialedBy, documentOf, eventOf, kinds, NOON, rung, spoken } from '../support.ts';

const document = documentOf({
  extensions: [
    { number: '101' },
    { number: '102' },
    { number: '650', type: 'custom_logic', target: 'custom_logic:crm' },
  ],
  numbers: [
    { number: '+16465550100', routeTo: 'custom_logic:crm' },
    { number: '+16465550101', routeTo: 'custom_logic:off' },
  ],
  customLogic: [
    { name: 'crm', url: 'https://crm.example/route?token=hush', secret: '0123456789abcdef', fallback: 'extension:102' },
    { name: 'other', url: 'https://crm.example/other', secret: '0123456789abcdef' },
    { name: 'off', url: 'https://crm.example/off', secret: '0123456789abcdef', status: 'inactive' },
  ],
  outboundWhitelist: [{ prefix: '+1', trunk: 'us' }],
});

const found = (finding: CustomLogicFinding) =>
  answerTo(document, eventOf(), undefined, { findings: { 'custom_logic:crm': finding } });

const node = (name: string, text = '', ...children: CxmlNode[]): CxmlNode => ({
  name,
  attributes: {},
  children: text === '' ? children : [text],
});

describe('custom logic', () => {
  it('asks its endpoint who calls whom, and nothing that the caller could have made up', () => {
    const event = eventOf({ from: '+16465550150', callerName: '<Dina> & "Co"' });
    const decision = decide(compile(document), event, undefined, NOON);
    expect(decision).toMatchObject({
      kind: 'ask',
      counters: [],
      inquiry: {
        kind: 'custom_logic',
        url: 'https://crm.example/route?token=hush',
        timeoutMs: 800,
        body: {
          organization: 'test',
          customLogic: 'crm',
          from: '+16465550150',
          to: '+16465550100',
          number: '+16465550100',
          callerName: '<Dina> & "Co"',
          origin: 'outside',
        },
      },
    });
  });

  it('is followed to the target it names, by number or extension alike', () => {
    expect(rung(found({ kind: 'target', target: 'extension:101' }))).toEqual(['101']);
    const inside = answerTo(document, dialedBy('102', '650'), undefined, {
      findings: { 'custom_logic:crm': { kind: 'target', target: 'extension:101' } },
    });
    expect(rung(inside)).toEqual(['101']);
  });

  it('sends nobody outside past the outbound policy', () => {
    expect(rung(found({ kind: 'target', target: 'forward:+12025550123' }))).toEqual(['+12025550123']);
    expect(spoken(found({ kind: 'target', target: 'forward:+4930123456' }))).toBe(PHRASES.outboundRefused);
  });

  it.each<readonly [string, CustomLogicFinding]>([
    ['hangs', { kind: 'failed', reason: 'no answer within 800 ms' }],
    ['answers no target', { kind: 'target', target: 'extension' }],
    ['answers a target that is none', { kind: 'target', target: 'teapot:7' }],
    ['dials outside', { kind: 'cxml', verbs: [node('Dial', '+19005550100')] }],
    ['dials outside by a noun', { kind: 'cxml', verbs: [node('Dial', '', node('Number', '+19005550100'))] }],
    ['dials a SIP address', { kind: 'cxml', verbs: [node('Dial', '', node('Sip', 'sip:+19005550100@sip.example'))] }],
    ['dials an agent', { kind: 'cxml', verbs: [node('Dial', '', node('Service', '+19005550100'))] }],
    ['picks a trunk', { kind: 'cxml', verbs: [{ name: 'Dial', attributes: { trunks: 'us' }, children: ['101'] }] }],
    ['dials what is no telephone', { kind: 'cxml', verbs: [node('Dial', '650')] }],
    [
      'lets a machine dial',
      { kind: 'cxml', verbs: [{ name: 'Converse', attributes: { sessionTools: 'hangup dial' }, children: [] }] },
    ],
    ['sends the call to a stranger', { kind: 'cxml', verbs: [node('Redirect', 'https://elsewhere.example/x')] }],
    [
      'has keys told to a stranger',
      { kind: 'cxml', verbs: [{ name: 'Gather', attributes: { action: 'https://elsewhere.example/' }, children: [] }] },
    ],
    [
      'leads to an address without end',
      { kind: 'cxml', verbs: [node('Redirect', `https://crm.example/${'x'.repeat(600)}`)] },
    ],
    ['listens to others', { kind: 'cxml', verbs: [node('Coach', 'c0ffee')] }],
  ])('goes to its fallback when the endpoint %s', (_what, finding) => {
    const answer = found(finding);
    expect(rung(answer)).toEqual(['102']);
    expect(answer.trace.join('\n')).toMatch(/→ extension:102/);
  });

  it('plays its document, which may ring our telephones', () => {
    const verbs = [node('Say', 'hello'), node('Dial', '', node('Number', '101'))];
    const answer = found({ kind: 'cxml', verbs });
    expect(answer.steps).toEqual([{ kind: 'cxml', verbs, resumes: [] }]);
    expect(answer.ended).toBe(true);
  });

  describe('whose document waits for the caller', () => {
    const asking: CustomLogicFinding = {
      kind: 'cxml',
      verbs: [
        { name: 'Gather', attributes: { numDigits: '4', action: 'https://crm.example/pin?n=1' }, children: [] },
        node('Redirect', 'https://crm.example/silence'),
      ],
    };
    const resumes = () => {
      const [step] = found(asking).steps;
      return step?.kind === 'cxml' ? step.resumes : [];
    };

    it('is asked again where it said, through us, and told what the caller did', () => {
      expect(found(asking).ended).toBe(false);
      const [typed, silent] = resumes();
      const event = eventOf({ digits: '0042' });
      expect(decide(compile(document), event, typed, NOON)).toMatchObject({
        inquiry: {
          url: 'https://crm.example/pin?n=1',
          secret: '0123456789abcdef',
          body: { digits: '0042', speech: null },
        },
      });
      expect(decide(compile(document), eventOf(), silent, NOON)).toMatchObject({
        inquiry: { url: 'https://crm.example/silence', body: { digits: null } },
      });
    });

    it('is asked at its own address when it names none', () => {
      const [step] = found({ kind: 'cxml', verbs: [node('Record')] }).steps;
      const state = step?.kind === 'cxml' ? step.resumes[0] : undefined;
      const recording = { url: 'https://recordings.example/1.mp3' };
      expect(decide(compile(document), eventOf({ recording }), state, NOON)).toMatchObject({
        inquiry: { url: 'https://crm.example/route?token=hush', body: { recordingUrl: recording.url } },
      });
    });

    it('meets the same rules the second time: nobody is dialled past the outbound policy', () => {
      const dialing: CustomLogicFinding = { kind: 'cxml', verbs: [node('Dial', '+19005550100')] };
      const answer = answerTo(document, eventOf({ digits: '1' }), resumes()[0], {
        findings: { 'custom_logic:crm': dialing },
      });
      expect(rung(answer)).toEqual(['102']);
    });

    it('cannot keep a caller for ever', () => {
      let state: CallState | undefined = resumes()[1];
      let documents = 1;
      while (state !== undefined && documents <= MAX_DOCUMENTS) {
        const answer = answerTo(document, eventOf(), state, { findings: { 'custom_logic:crm': asking } });
        const [step] = answer.steps;
        state = step?.kind === 'cxml' ? step.resumes[1] : undefined;
        documents += 1;
      }
      expect(documents).toBe(MAX_DOCUMENTS);
    });
  });

  it('tells the trace whom it asked, without what stands after the question mark', () => {
    const trace = found({ kind: 'failed', reason: 'gone' }).trace.join('\n');
    expect(trace).toContain('ask https://crm.example/route');
    expect(trace).not.toContain('hush');
  });

  it('asks one endpoint in a document: a caller does not wait for one after the other', () => {
    const answer = found({ kind: 'target', target: 'custom_logic:other' });
    expect(answer.trace.join('\n')).toMatch(/one endpoint has been asked already/);
    expect(kinds(answer)).not.toContain('dial');
  });

  it('that is inactive says so', () => {
    expect(spoken(answerTo(document, eventOf({ to: '+16465550101' })))).toBe(PHRASES.destinationUnavailable);
  });
});
