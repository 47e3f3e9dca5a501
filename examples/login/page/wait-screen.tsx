import { useState, type JSX } from 'react';
import type { FormView, RemoteEvent } from 'arazzo-xstate/client';
import { useCountdown } from 'arazzo-xstate/react';
import { Card } from './card.tsx';
import { ChoiceList } from './choice-list.tsx';
import { CodeForm } from './code-form.tsx';
import { DestinationForm } from './destination-form.tsx';
import { messageOf } from './messages.ts';
import { CODE_INPUTS, expiryOf, fieldOf } from './methods.ts';

/** How much the times of the server may shift on their way. */
const MARGIN_MS = 1000;

const REPLACED = 'That code has expired or was used before, so we sent you a new one.';

/** What a run asks of the person: where the code goes, the code, or an organization. */
export function WaitScreen(props: {
  readonly workflowId: string;
  readonly wait: FormView;
  readonly busy: boolean;
  readonly typed: Readonly<Record<string, string>>;
  readonly onType: (input: string, text: string) => void;
  /** What else the person must know: the connection is lost, the server said no. */
  readonly note: string | undefined;
  readonly send: (event: RemoteEvent) => void;
  readonly onLeave: () => void;
}): JSX.Element {
  const { workflowId, wait, busy, typed, onType, note, send, onLeave } = props;
  // How often something was given or asked for, what was given last, and when a code had been sent by then.
  const [given, setGiven] = useState<{
    readonly count: number;
    readonly input?: string | undefined;
    readonly repeatAt?: number | undefined;
  }>({ count: 0 });
  const repeatIn = useCountdown(wait.repeatAt);
  // A code that could not be sent leaves the one before as old as it was; how old, is known if it was seen to be sent.
  const couldNotSend = wait.failure !== undefined && wait.failure.stepId !== wait.stepId;
  const [seen, setSeen] = useState(wait.repeatAt);
  const [sent, setSent] = useState(couldNotSend ? undefined : wait.repeatAt);
  if (isOther(seen, wait.repeatAt)) {
    setSeen(wait.repeatAt);
    if (!couldNotSend) setSent(wait.repeatAt);
  }
  const names = wait.inputs.map(({ name }) => name);
  const codeInput = names.find((name) => CODE_INPUTS.includes(name));
  const expiresAt = codeInput === undefined ? undefined : expiryOf(workflowId, codeInput, sent);
  const expiresIn = useCountdown(expiresAt);
  const isExpired = expiresAt !== undefined && expiresIn === 0;
  const rejected = [wait.rejection, ...wait.inputs.map(({ rejection }) => rejection)].find(
    (rejection) => rejection !== undefined,
  );
  // The workflow replaces a code that is good no more by a new one, without a word.
  const isReplaced =
    given.input === codeInput &&
    wait.repeatAt !== undefined &&
    (given.repeatAt === undefined || wait.repeatAt > given.repeatAt + MARGIN_MS);
  const problem = busy ? undefined : wait.failure === undefined ? rejected?.message : messageOf(wait.failure);
  const submit = (values: Readonly<Record<string, string>>): void => {
    setGiven({ count: given.count + 1, input: Object.keys(values)[0], repeatAt: wait.repeatAt });
    send({ type: 'submit', values });
  };
  const footer = (
    <p className="notice" role="status">
      {note}
    </p>
  );

  if (names.includes('organization_id')) {
    const choices = wait.inputs.find(({ name }) => name === 'organization_id')?.choices ?? [];
    return (
      <Card title="Choose an organization" lead="You belong to these." busy={busy}>
        <ChoiceList
          choices={choices}
          disabled={busy}
          onChoice={(value) => submit({ organization_id: value })}
        />
        <p className="problem" role="alert">
          {problem}
        </p>
        <div className="row">
          <button type="button" onClick={onLeave} disabled={busy}>
            Back
          </button>
        </div>
        {footer}
      </Card>
    );
  }
  if (codeInput !== undefined) {
    const place = wait.revisable.findLast((name) => !CODE_INPUTS.includes(name));
    const somewhere = fieldOf(place ?? '')?.kind === 'email' ? 'your address' : 'your phone';
    const to = typed[place ?? ''] ?? '';
    return (
      <Card
        title={codeInput === 'sms_code' ? 'One more code' : 'Enter the code'}
        lead={
          <>
            We sent six digits to <strong>{to === '' ? somewhere : to}</strong>.
          </>
        }
        busy={busy}
      >
        {isExpired ? (
          <p className="problem" role="alert">
            The code has expired. Have a new one sent.
          </p>
        ) : (
          <CodeForm
            key={given.count}
            problem={isReplaced && !busy ? REPLACED : problem}
            disabled={busy}
            onCode={(code) => submit({ [codeInput]: code })}
          />
        )}
        {expiresAt === undefined || isExpired ? undefined : (
          <p className="clock" role="timer">
            The code is good for {clockText(expiresIn)}
          </p>
        )}
        <div className="row">
          <button
            type="button"
            onClick={() => (place === undefined ? onLeave() : send({ type: 'revise', input: place }))}
            disabled={busy}
          >
            Back
          </button>
          {wait.canRepeat ? (
            <button
              type="button"
              className={isExpired ? 'primary' : undefined}
              onClick={() => {
                setGiven({ count: given.count + 1 });
                send({ type: 'repeat' });
              }}
              disabled={busy || repeatIn > 0}
            >
              {repeatIn > 0 ? `New code in ${clockText(repeatIn)}` : 'Send a new code'}
            </button>
          ) : undefined}
        </div>
        {footer}
      </Card>
    );
  }
  const name = names.find((candidate) => fieldOf(candidate) !== undefined) ?? '';
  const field = fieldOf(name);
  return (
    <Card title="Where may we send the code?" busy={busy}>
      {field === undefined ? undefined : (
        <DestinationForm
          field={field}
          typed={typed[name] ?? ''}
          onType={(text) => onType(name, text)}
          problem={problem}
          disabled={busy}
          onSubmit={(value) => submit({ [name]: value })}
        />
      )}
      <div className="row">
        <button type="button" onClick={onLeave} disabled={busy}>
          Another way to log in
        </button>
      </div>
      {footer}
    </Card>
  );
}

/** Whether two times are of different sendings, and not one that shifted on its way. */
function isOther(one: number | undefined, other: number | undefined): boolean {
  return one === undefined || other === undefined ? one !== other : Math.abs(one - other) > MARGIN_MS;
}

/** Seconds as people read them: `1:05`. */
function clockText(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
