/** A platform of voice agents that Cloudonix reaches (CXML reference 2.8.5 and 2.9). */
export interface AiProvider {
  /** What stands in `provider`. */
  readonly key: string;
  /** Providers of one family differ only in how they are reached. */
  readonly family: string;
  readonly protocol: 'sip' | 'websocket';
  /** Which credentials the platform wants besides the number. */
  readonly needs: readonly ('username' | 'password')[];
  /** Where a websocket agent lives; braces are the customer's to fill in. */
  readonly url?: string;
}

const sip = (family: string, keys: readonly string[], needs: AiProvider['needs'] = []): readonly AiProvider[] =>
  keys.map((key) => ({ key, family, protocol: 'sip', needs }));

const websocket = (key: string, url: string): AiProvider => ({
  key,
  family: key,
  protocol: 'websocket',
  needs: [],
  url,
});

/** Every provider Cloudonix is known to have. Others may be used: the list is for people to choose from. */
export const AI_PROVIDERS: readonly AiProvider[] = [
  ...sip('vapi', ['vapi', 'vapi-udp', 'vapi-noproxy']),
  ...sip('retell', ['retell', 'retell-udp', 'retell-tcp', 'retell-tls']),
  ...sip('elevenlabs', ['elevenlabs'], ['username']),
  ...sip('synthflow', ['synthflow'], ['username', 'password']),
  ...sip('superdash', ['superdash.ai'], ['username', 'password']),
  ...sip('telnyx', ['telnyx', 'telnyx-udp', 'telnyx-tcp', 'telnyx-tls']),
  ...sip('call2me', ['call2me', 'call2me-tcp', 'call2me-tls']),
  ...sip('ringg', ['ringg', 'ringg-tcp', 'ringg-tls']),
  ...sip('puretalk', ['puretalk', 'puretalk-tcp']),
  ...sip('millis', ['millis-us', 'millis-eu']),
  ...sip('deepvox', ['deepvox', 'deepvox-sandbox']),
  ...sip('modon', ['modon', 'modon-sandbox']),
  ...[
    'dasha',
    'ultravox',
    'relayhawk',
    'voicehub',
    'fonio',
    'sigmamind',
    'rapida',
    'smallest',
    'revring',
    'x',
    'openai',
    'vogent',
    'omnidim.im',
    'vomyra',
  ].flatMap((key) => sip(key, [key])),
  websocket('deepdub', 'wss://bot.deepdub.dev/ws/{bot_id}/{auth_token}?session={session}&from={from}&to={to}'),
  websocket('dograh-cloud', 'wss://api.dograh.com/api/v1/agent-stream/cloudonix/{agent}'),
  websocket('dograh-oss', 'wss://{your-host}/api/v1/agent-stream/cloudonix/{agent}'),
  websocket('assembly.ai', 'wss://agents.assemblyai.com/v1/ws'),
  websocket('cloudonix', 'wss://agents.cloudonix.cloud/api/v1/agent-stream/cloudonix'),
];

/** The provider of a key; undefined for one that is not in the catalogue. */
export function aiProvider(key: string): AiProvider | undefined {
  return AI_PROVIDERS.find((provider) => provider.key === key);
}
