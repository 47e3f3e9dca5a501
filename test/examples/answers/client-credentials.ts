import { createAlphabet } from '../../model/create-alphabet.ts';
import { BROKEN, json, LOST, type Example } from '../example.ts';

const TOKEN = json(200, { access_token: 'token-1', token_type: 'Bearer', expires_in: 60 });
const TOKEN_2 = json(200, { access_token: 'token-2', token_type: 'bearer', expires_in: 60 });

const FORM =
  'grant_type=client_credentials&client_id=client-1&client_secret=secret-1&scope=reports%3Aread+usage%3Aread';

export const CLIENT_CREDENTIALS: Example = {
  file: 'client-credentials/usage-report.arazzo.yaml',
  workflowId: 'usage-report',
  shows: 'OAuth 2 client credentials: a form, a secret, and a `retry` that fetches a new token first',
  alphabet: createAlphabet({
    values: { client_id: ['client-1', 'c'], client_secret: ['secret-1', 's'] },
    answers: {
      requestToken: [
        TOKEN,
        json(401, { error: 'invalid_client' }),
        json(400, { error: 'invalid_scope' }),
        json(200, { access_token: 'token-1', token_type: 'mac' }),
        LOST,
      ],
      getReport: [json(200, { calls: 12 }), json(401), json(403), BROKEN, LOST],
    },
  }),
  unreachable: {
    'gettingReportBackoff —xstate.done.actor.wait→ gettingReport':
      'the retry does without a new token where an input for it is absent, and none is when the report is asked for',
  },
  happy: {
    inputs: { client_id: 'client-1', client_secret: 'secret-1', day: '2030-01-01' },
    api: {
      'POST /oauth2/token': [TOKEN, TOKEN_2],
      'GET /usage': [json(401), json(200, { calls: 12 })],
    },
    requests: [
      `POST /oauth2/token ${FORM}`,
      'GET /usage?day=2030-01-01 (Bearer token-1)',
      `POST /oauth2/token ${FORM}`,
      'GET /usage?day=2030-01-01 (Bearer token-2)',
    ],
    outputs: { calls: 12 },
  },
};
