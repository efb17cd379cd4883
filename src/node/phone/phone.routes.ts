import { Hono } from 'hono';
import { type Route, route } from '../../api/index.ts';
import type { Phones } from '../../modem/simulator/index.ts';
import { phoneFile, phonesSchema, phonesToJson, phoneTextSchema } from './page.ts';

/** The telephones behind the demo's simulated modem: to read, and to text back. */
export function phoneRoutes(phones: Pick<Phones, 'list' | 'text'>): readonly Route[] {
  return [
    route(
      {
        method: 'GET',
        path: '/api/v1/demo/phone',
        summary: 'Texts on the simulated telephones',
        tag: 'Demo',
        permission: 'sms.message.read',
        response: phonesSchema,
      },
      async () => phonesToJson(phones),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/demo/phone',
        summary: 'Text from a simulated telephone',
        tag: 'Demo',
        permission: 'sms.message.write',
        body: phoneTextSchema,
        example: { from: '+12125550177', body: 'When does my technician come?' },
        response: phonesSchema,
        isIdempotent: false,
      },
      async ({ body }) => {
        phones.text(body.from, body.body);
        return phonesToJson(phones);
      },
    ),
  ];
}

/** `/demo/phone`: the page itself. It shows nothing by itself; its data need a session. */
export function phonePage(): { readonly path: string; readonly router: Hono } {
  const router = new Hono();
  router.get('/phone', (c) => phoneFile('') ?? c.notFound());
  router.get('/phone.js', (c) => phoneFile('phone.js') ?? c.notFound());
  return { path: '/demo', router };
}
