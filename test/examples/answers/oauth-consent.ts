import { createAlphabet } from '../../model/create-alphabet.ts';
import { BROKEN, json, LOST, type Example } from '../example.ts';

const STATE = 'proof-1234';
const TOKEN = json(200, { access_token: 'token-1', token_type: 'Bearer' });
const PROFILE = json(200, { name: 'Ada' });
const BACK = 'http://127.0.0.1:8400/callback';

export const OAUTH_CONSENT: Example = {
  file: 'oauth-consent/sign-in.arazzo.yaml',
  workflowId: 'sign-in',
  shows:
    'OAuth 2 with a consent page: an `interaction` that sends the browser away and waits for what comes back',
  alphabet: createAlphabet({
    values: { client_id: ['app-1', 'a'], redirect_uri: [BACK, 'nowhere'], state: [STATE, 'short'] },
    people: {
      authorize: [
        { state: STATE, code: 'code-1' },
        { state: 'somebody else', code: 'code-1' },
        { state: STATE, error: 'access_denied' },
        { code: 'code-1' },
      ],
    },
    answers: {
      exchangeCode: [TOKEN, json(400, { error: 'invalid_grant' }), BROKEN, LOST],
      getProfile: [PROFILE, json(401), BROKEN, LOST],
    },
  }),
  happy: {
    inputs: { client_id: 'app-1', redirect_uri: BACK, state: STATE },
    answers: { authorize: { state: STATE, code: 'code-1' } },
    api: { 'POST /token': [TOKEN], 'GET /me': [PROFILE] },
    requests: [
      'POST /token grant_type=authorization_code&code=code-1&redirect_uri=http%3A%2F%2F127.0.0.1%3A8400%2Fcallback&client_id=app-1',
      'GET /me (Bearer token-1)',
    ],
    outputs: { name: 'Ada' },
  },
};
