/*
 * Calls that the console must not be able to make. `npm run types` looks at this file with the console, and fails where
 * one of them is accepted: then either the types or the check have stopped to bite. Nobody runs it.
 */
import { createApi } from '../../web/api.js';
import { formOf } from '../../web/form.js';

const api = createApi();

// @ts-expect-error an address that the document does not have
api.POST('/api/v1/enrolments/{id}/approve', { params: { path: { id: '1' } } });
// @ts-expect-error an address that has no such verb
api.DELETE('/api/v1/calls/{id}', { params: { path: { id: '1' } } });
// @ts-expect-error the address without what it names
api.POST('/api/v1/enrollments/{id}/approve');
// @ts-expect-error a body without a field that is required
api.POST('/api/v1/enrollments/{id}/reject', { params: { path: { id: '1' } }, body: {} });
// @ts-expect-error a field that the document does not have
api.POST('/api/v1/messages', { body: { to: '+12125550123', body: 'Hello', text: 'Hello' } });
// @ts-expect-error a filter that the list does not have
api.GET('/api/v1/calls', { params: { query: { colour: 'red' } } });
// @ts-expect-error an answer without this field
api.GET('/api/v1/me').then(({ nickname }) => nickname);
formOf({
  fields: [{ name: 'callsign', label: 'Callsign', required: true }],
  submit: 'Add',
  // @ts-expect-error what the form does not ask for is not there to be sent
  send: ({ password }) => api.POST('/api/v1/people', { body: { callsign: password } }),
});
formOf({
  fields: [{ name: 'callsign', label: 'Callsign' }],
  submit: 'Add',
  // @ts-expect-error what may be left empty is not enough where the API requires it
  send: (body) => api.POST('/api/v1/people', { body }),
});
