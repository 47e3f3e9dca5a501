import { useEffect, useRef, type JSX } from 'react';
import {
  fromRemoteWorkflow,
  type FormView,
  type RemoteConnection,
  type RemoteInput,
} from 'arazzo-xstate/client';
import { useWorkflow } from 'arazzo-xstate/react';
import { Card } from './card.tsx';
import { Ended } from './ended.tsx';
import { endingOf, endingOfError } from './messages.ts';
import { METHODS, readDestination } from './methods.ts';
import { SessionScreen } from './session-screen.tsx';
import { WaitScreen } from './wait-screen.tsx';

const logic = fromRemoteWorkflow('/runs');

/** A run of a log-in, from its first request to its end. */
export function LoginRun(props: {
  readonly input: RemoteInput;
  readonly typed: Readonly<Record<string, string>>;
  readonly onType: (input: string, text: string) => void;
  readonly onBegin: (input: RemoteInput) => void;
  readonly onRunId: (runId: string) => void;
  readonly onStartAgain: () => void;
}): JSX.Element {
  const { input, typed, onType, onBegin, onRunId, onStartAgain } = props;
  const { snapshot, send } = useWorkflow(logic, { input });
  const { view, runId, problem, connection } = snapshot;
  // While a request is in flight, what was asked last stays on the screen.
  const asked = useRef<FormView>(undefined);
  if (snapshot.wait !== undefined) asked.current = snapshot.wait;

  useEffect(() => {
    if (runId !== undefined) onRunId(runId);
  }, [runId, onRunId]);
  // For whoever looks at the page with a program: the state of the run.
  useEffect(() => {
    document.documentElement.dataset['state'] = view?.state ?? '';
    return () => {
      delete document.documentElement.dataset['state'];
    };
  }, [view?.state]);

  if (snapshot.status === 'error')
    return <Ended ending={endingOfError(snapshot.error)} onRemedy={onStartAgain} />;
  if (view === undefined) return <Card title="One moment" lead={connectionText(connection)} busy />;
  if (view.status === 'done') return <SessionScreen runId={view.id} onLogOut={onStartAgain} />;
  if (view.status !== 'active') {
    const ending = endingOf(view.status, view.failure);
    const destination = sentTo(view.workflowId, typed);
    return (
      <Ended
        ending={ending}
        onRemedy={() => {
          if (ending.remedy === 'sendAgain' && destination !== undefined)
            onBegin({ workflowId: view.workflowId, inputs: destination });
          else onStartAgain();
        }}
      />
    );
  }
  const wait = snapshot.wait ?? asked.current;
  if (wait === undefined)
    return (
      <Card title="Sending the code" lead={connectionText(connection) ?? 'It takes a few seconds.'} busy />
    );
  return (
    <WaitScreen
      workflowId={view.workflowId}
      wait={wait}
      busy={snapshot.hasTag('busy')}
      typed={typed}
      onType={onType}
      note={connection === 'lost' ? connectionText(connection) : (problem?.detail ?? problem?.title)}
      send={send}
      onLeave={() => {
        send({ type: 'cancel' });
        onStartAgain();
      }}
    />
  );
}

/** What a run of a workflow was begun with in this tab, to begin another one to the same place. */
function sentTo(
  workflowId: string,
  typed: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> | undefined {
  const field = METHODS.find((method) => method.workflowId === workflowId)?.field;
  const text = field === undefined ? undefined : typed[field.input];
  return field === undefined || text === undefined
    ? undefined
    : { [field.input]: readDestination(field, text) };
}

function connectionText(connection: RemoteConnection): string | undefined {
  return connection === 'lost' ? 'The connection is lost. We keep trying.' : undefined;
}
