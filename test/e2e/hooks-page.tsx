// The page that the tests of the React hooks are about: components that show all that a hook gives.
import { Activity, StrictMode, type JSX } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { fromPromise, type InputFrom } from 'xstate';
import { fromRemoteWorkflow, type RemoteInput } from '../../src/client/index.ts';
import { describeWait } from '../../src/machines/describe-wait.ts';
import { smsOtpLogin } from '../../src/machines/stytch/index.ts';
import { useCountdown, useWorkflow } from '../../src/react/index.ts';

const remote = fromRemoteWorkflow('/runs');
const answer = fromPromise(async () => ({ statusCode: 200, headers: {}, body: { session_token: 'token' } }));
const local = smsOtpLogin.provide({ actors: { sendSmsOtp: answer, authenticateOtp: answer } });
const VALUES: Readonly<Record<string, string>> = { phone_number: '+15005550006', code: '000000' };

/** A run, wherever it is: the component is written once. */
function Run<Logic extends typeof local | typeof remote>(props: {
  readonly logic: Logic;
  readonly input: InputFrom<Logic>;
}): JSX.Element {
  const { logic, input } = props;
  const { snapshot, send } = useWorkflow<typeof local | typeof remote>(logic, { input });
  const { value, status, error } = snapshot;
  const wait = describeWait(snapshot);
  const asked = wait?.inputs.flatMap(({ name, required }) => (required ? [name] : [])) ?? [];
  return (
    <section>
      <output id="state">{status === 'active' ? String(value) : status}</output>
      <output id="outcome">{error instanceof Error ? error.message : snapshot.output?.status}</output>
      <output id="busy">{String(snapshot.hasTag('busy'))}</output>
      <output id="connection">{'connection' in snapshot ? snapshot.connection : ''}</output>
      {asked.map((name) => (
        <button key={name} onClick={() => send({ type: 'submit', values: { [name]: VALUES[name] ?? '1' } })}>
          {name}
        </button>
      ))}
    </section>
  );
}

function Countdown({ until }: { readonly until: number | undefined }): JSX.Element {
  return <output id="left">{useCountdown(until)}</output>;
}

let root: Root | undefined;

function show(element: JSX.Element): void {
  root ??= createRoot(document.body);
  root.render(<StrictMode>{element}</StrictMode>);
}

/** What the tests do with the page. */
const page = {
  showRemote: (input: RemoteInput, mode: 'visible' | 'hidden' = 'visible') =>
    show(
      <Activity mode={mode}>
        <Run logic={remote} input={input} />
      </Activity>,
    ),
  showLocal: () => show(<Run logic={local} input={{ runId: 'run' }} />),
  showCountdown: (until?: number) => show(<Countdown until={until} />),
  leave: () => {
    root?.unmount();
    root = undefined;
  },
};

export type HooksPage = typeof page;

Object.assign(globalThis, { hooks: page });
