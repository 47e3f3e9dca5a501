import { createActor } from 'xstate';
import { afterEach, expect, it } from 'vitest';
import type { JsonObject } from '../../src/document/json.ts';
import { createInspector, type Inspector } from '../../src/inspector/index.ts';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import { provideServices } from '../../src/run/provide-services.ts';
import { inputsOf, planOf, stepOf, uses } from '../plan/small-documents.ts';
import { bodyOf, serve } from '../services/test-server.ts';
import { openPage, statesIn, type PageClient } from './page-client.ts';

let inspector: Inspector;
let page: PageClient;

afterEach(async () => {
  page.close();
  await inspector.close();
});

/** What no byte may hold, by where it comes from. */
const SECRETS = {
  password: 'correct horse ba&tery',
  pin: 'pin-90210-x',
  marked: 'out-77-marked-output',
  named: 'named-session-token-1',
  cookie: 'cookie-value-5150',
  echoed: 'credential-echoed-by-api',
  query: 'key-in-a-query-42',
};

const login = planOf({
  inputs: {
    ...inputsOf(['user', 'phrase', 'pin']),
    properties: {
      user: { type: 'string' },
      phrase: { type: 'string', format: 'password', examples: [SECRETS.password] },
      pin: { type: 'string', 'x-xstate': { secret: true } },
    },
  },
  steps: [
    stepOf('ask', uses('user')),
    stepOf(
      'prove',
      // The API has other names for them.
      { who: '$inputs.user', proof: '$inputs.phrase', second: 'p={$inputs.pin}' },
      {
        outputs: { ticket: '$response.body#/deep/ticket', session_token: '$response.body#/t' },
        'x-xstate': { secret: ['ticket'] },
        onFailure: [
          { name: 'again', type: 'goto', stepId: 'prove', criteria: [{ condition: '$statusCode == 401' }] },
        ],
      },
    ),
    stepOf('use', { with: '$steps.prove.outputs.ticket', and: '$steps.prove.outputs.session_token' }),
  ],
  outputs: { ticket: '$steps.prove.outputs.ticket' },
  'x-xstate': { secret: ['ticket'] },
});

it('shows a login to the end and not one of its secrets', async () => {
  const bodies: JsonObject[] = [];
  const api = await serve((request, response) => {
    void bodyOf(request).then((text) => {
      const body = JSON.parse(text) as JsonObject;
      bodies.push(body);
      const isWrong = body['proof'] === 'wrong phrase, please';
      response.writeHead(isWrong ? 401 : 200, {
        'content-type': 'application/json',
        'set-cookie': `s=${SECRETS.cookie}`,
        location: `https://a.example/?api_key=${SECRETS.query}`,
      });
      response.end(
        JSON.stringify({
          deep: { ticket: SECRETS.marked },
          t: SECRETS.named,
          said: `You sent ${String(body['proof'])} and ${String(body['second'])}.`,
          request: {
            headers: { authorization: `Bearer ${SECRETS.echoed}` },
            raw: `Bearer ${SECRETS.echoed}`,
          },
        }),
      );
    });
  });
  inspector = await createInspector({ secrets: ['given-as-a-secret'] });
  page = await openPage(inspector.url);
  const actor = createActor(provideServices(compileMachine(login), { servers: { api } }), {
    input: { inputs: {} },
    inspect: inspector.inspect,
  });
  actor.start();
  await page.until((entries) => statesIn(entries)[0] === 'awaitingUser');
  page.send({ type: 'submit', actor: 'a1', values: { user: { value: 'given-as-a-secret@example.com' } } });
  await page.until((entries) => statesIn(entries)[0] === 'awaitingInputs');
  page.send({
    type: 'submit',
    actor: 'a1',
    values: { phrase: { value: 'wrong phrase, please' }, pin: { value: SECRETS.pin } },
  });
  await page.until(
    (entries) => entries.filter((entry) => entry.kind === 'event' && entry.type === 'submit').length === 2,
  );
  await page.until(
    (entries) => statesIn(entries)[0] === 'awaitingInputs' && JSON.stringify(entries).includes('401'),
  );
  page.send({
    type: 'submit',
    actor: 'a1',
    values: { phrase: { value: SECRETS.password }, pin: { value: SECRETS.pin } },
  });
  await page.until((entries) => statesIn(entries)[0] === 'done');

  // It went through the API as it should.
  expect(bodies).toHaveLength(4);
  expect(bodies[2]).toMatchObject({ proof: SECRETS.password, second: `p=${SECRETS.pin}` });
  expect(bodies[3]).toMatchObject({ with: SECRETS.marked, and: SECRETS.named });
  // And the page was told of it, and of a page that is opened later.
  const later = await openPage(inspector.url);
  await later.until((entries) => statesIn(entries)[0] === 'done');
  later.close();
  const picture = await (
    await fetch(new URL(`picture/${page.machines()[0]?.key ?? ''}.svg`, inspector.url))
  ).text();
  const seen = [...page.texts, ...later.texts, picture].join('\n');
  expect(seen).toContain('You sent');
  expect(seen).toContain('awaitingInputs');
  for (const secret of [...Object.values(SECRETS), 'wrong phrase, please', 'given-as-a-secret']) {
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')])
      expect(seen).not.toContain(form);
  }
});
