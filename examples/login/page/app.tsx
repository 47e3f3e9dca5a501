import { useCallback, useEffect, useState, type JSX } from 'react';
import type { RemoteInput } from 'arazzo-xstate/client';
import { Card } from './card.tsx';
import { DestinationForm } from './destination-form.tsx';
import { LoginRun } from './login-run.tsx';
import { METHODS } from './methods.ts';

/** Where this tab keeps the id of its run, so that a reload finds it again; worth nothing without the cookie. */
const STORED = 'login-run';

/** Where this tab keeps what was typed, by input. */
const TYPED = 'login-typed';

interface Begun {
  readonly key: number;
  readonly input: RemoteInput;
}

/** The log-in page: a choice of methods, and the run that was begun. */
export function App(): JSX.Element {
  const [chosen, setChosen] = useState(0);
  const [typed, setTyped] = useState(readTyped);
  const [begun, setBegun] = useState<Begun | undefined>(() => {
    const runId = sessionStorage.getItem(STORED);
    return runId === null ? undefined : { key: 0, input: { runId } };
  });
  const begin = useCallback((input: RemoteInput) => {
    setBegun((before) => ({ key: (before?.key ?? 0) + 1, input }));
  }, []);
  const startAgain = useCallback(() => {
    sessionStorage.removeItem(STORED);
    setBegun(undefined);
  }, []);
  useEffect(() => sessionStorage.setItem(TYPED, JSON.stringify(typed)), [typed]);
  const type = (input: string, text: string): void => setTyped((before) => ({ ...before, [input]: text }));

  if (begun !== undefined) {
    return (
      <LoginRun
        key={begun.key}
        input={begun.input}
        typed={typed}
        onType={type}
        onBegin={begin}
        onRunId={(runId) => sessionStorage.setItem(STORED, runId)}
        onStartAgain={startAgain}
      />
    );
  }
  const method = METHODS[chosen] ?? METHODS[0];
  return (
    <Card title="Log in" lead={method.hint} busy={false}>
      <fieldset>
        <legend className="hidden">How the code is sent</legend>
        {METHODS.map(({ name, workflowId }, index) => (
          <label key={workflowId}>
            <input type="radio" name="method" checked={index === chosen} onChange={() => setChosen(index)} />
            {name}
          </label>
        ))}
      </fieldset>
      <DestinationForm
        key={method.workflowId}
        field={method.field}
        typed={typed[method.field.input] ?? ''}
        onType={(text) => type(method.field.input, text)}
        problem={undefined}
        disabled={false}
        onSubmit={(value) =>
          begin({ workflowId: method.workflowId, inputs: { [method.field.input]: value } })
        }
      />
    </Card>
  );
}

function readTyped(): Readonly<Record<string, string>> {
  return JSON.parse(sessionStorage.getItem(TYPED) ?? '{}') as Readonly<Record<string, string>>;
}
