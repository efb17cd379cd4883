import type { RunningServer } from './serve.ts';

/**
 * What stands on the terminal after the start: where to look, and in the demo what to paste. Links for people name the
 * public address (a cookie of https is not sent to http); what is pasted into this terminal goes to this machine.
 */
export function welcome({
  url,
  publicUrl,
  demo,
  bootstrapCode,
}: Pick<RunningServer, 'url' | 'publicUrl' | 'demo' | 'bootstrapCode'>): string {
  const owner =
    bootstrapCode === undefined
      ? ''
      : `  Become the owner, once, within a day:\n    ${publicUrl}/bootstrap#${bootstrapCode}\n\n`;
  if (demo === undefined) {
    return `\n  Switchhook is at ${publicUrl}\n  Sign in with the link of:  npm run -s switchhook -- sign-in\n\n${owner}`;
  }
  const call = [
    `curl -s ${url}/webhooks/cloudonix/voice`,
    `-H 'Authorization: Bearer ${demo.requestsApiKey}' -H 'Content-Type: application/json'`,
    `-d '{"CallSid":"first-call","Session":"first-call","Domain":"${demo.domain}","Direction":"inbound","CallStatus":"in-progress","From":"+12125550150","To":"+12125550101"}'`,
  ].join(' \\\n    ');
  const text = [
    `curl -s ${url}/api/v1/messages`,
    `-H 'Authorization: Bearer ${demo.apiKey}' -H 'Content-Type: application/json'`,
    `-d '{"to":"+12125550150","body":"Hello from Switchhook 👋"}'`,
  ].join(' \\\n    ');
  return `
  Switchhook is at ${publicUrl}

  Sign in once, within 15 minutes:
    ${publicUrl}/sign-in?code=${demo.signInCode}

${owner}  A first call:
    ${call}

  A first text, by a simulated modem:
    ${text}

  The telephone that gets it, once you are signed in:
    ${publicUrl}/demo/phone

  This is a demo organization. Your own: CONFIG_FILE=mine.yaml npm start   (see docs/guides)

`;
}
