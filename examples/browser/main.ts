// The login's machine runs here, in the page. Its steps are performed by the server that the page came from, where
// the credentials of the API are.
import { createActor, type Actor } from 'xstate';
import { createRemoteServices, describeWait } from 'arazzo-xstate';
import { smsOtpLogin } from 'arazzo-xstate/stytch';
import { showNote, showState, type Handlers } from './view.ts';

const machine = smsOtpLogin.provide({
  actors: createRemoteServices(smsOtpLogin, async (call, signal) => {
    const response = await fetch('/steps/sms-otp-login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(call),
      signal,
    });
    return response.json();
  }),
});

function start(): void {
  const actor: Actor<typeof machine> = createActor(machine, { input: { runId: crypto.randomUUID() } });
  const handlers: Handlers = {
    submit: (values) => actor.send({ type: 'submit', values }),
    repeat: () => actor.send({ type: 'repeat' }),
    revise: () => actor.send({ type: 'revise', input: 'phone_number' }),
    cancel: () => actor.send({ type: 'cancel' }),
    again: start,
  };
  actor.on('step.succeeded', ({ stepId, statusCode }) => showNote(`${stepId}: ${statusCode}`));
  actor.on('step.failed', ({ stepId, failure }) =>
    showNote(`${stepId}: ${failure.errorType ?? failure.kind}`),
  );
  actor.on('step.retrying', ({ stepId, delayMs }) =>
    showNote(`${stepId}: again in ${Math.ceil(delayMs / 1000)} s`),
  );
  actor.subscribe((snapshot) =>
    showState(
      {
        state: snapshot.value,
        busy: snapshot.hasTag('busy'),
        wait: describeWait(snapshot),
        output: snapshot.output,
      },
      handlers,
    ),
  );
  actor.start();
}

start();
