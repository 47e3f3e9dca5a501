// The page that the tests of the React hooks are about: components that show all that a hook gives.
import { StrictMode, type JSX } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { fromPromise } from 'xstate';
import { fromRemoteWorkflow, type RemoteInput } from '../../src/client/index.ts';
import { describeWait } from '../../src/machines/describe-wait.ts';
import { smsOtpLogin } from '../../src/machines/stytch/index.ts';
import { useCountdown, useWorkflow } from '../../src/react/index.ts';

const remote = fromRemoteWorkflow('/runs');
const answer = fromPromise(async () => ({ statusCode: 200, headers: {}, body: { session_token: 'token' } }));
const local = smsOtpLogin.provide({ actors: { sendSmsOtp: answer, authenticateOtp: answer } } as never);

/** What a component shows and does of a run, wherever that is. */
function Shown(props: {
  readonly state: string;
  readonly asked: readonly string[];
  readonly more: string;
  readonly submit: (values: Record<string, string>) => void;
}): JSX.Element {
  const { state, asked, more, submit } = props;
  return (
    <section>
      <output id="state">{state}</output>
      <output id="more">{more}</output>
      {asked.map((name) => (
        <button
          key={name}
          onClick={() => submit({ [name]: name === 'phone_number' ? '+15005550006' : '000000' })}
        >
          {name}
        </button>
      ))}
    </section>
  );
}

function RemoteRun({ input }: { readonly input: RemoteInput }): JSX.Element {
  const { snapshot, send } = useWorkflow(remote, { input });
  const { error } = snapshot;
  return (
    <Shown
      state={snapshot.status === 'active' ? String(snapshot.value) : snapshot.status}
      asked={snapshot.wait?.inputs.map(({ name }) => name) ?? []}
      more={error instanceof Error ? error.message : snapshot.connection}
      submit={(values) => send({ type: 'submit', values })}
    />
  );
}

function LocalRun(): JSX.Element {
  const { snapshot, send } = useWorkflow(local, { input: { runId: 'run' } });
  return (
    <Shown
      state={String(snapshot.value)}
      asked={describeWait(snapshot)?.inputs.flatMap(({ name, required }) => (required ? [name] : [])) ?? []}
      more={snapshot.output?.status ?? ''}
      submit={(values) => send({ type: 'submit', values })}
    />
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
  showRemote: (input: RemoteInput) => show(<RemoteRun input={input} />),
  showLocal: () => show(<LocalRun />),
  showCountdown: (until?: number) => show(<Countdown until={until} />),
  leave: () => {
    root?.unmount();
    root = undefined;
  },
};

export type HooksPage = typeof page;

Object.assign(globalThis, { hooks: page });
