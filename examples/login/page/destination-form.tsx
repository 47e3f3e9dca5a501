import { useEffect, useId, useRef, useState, type FormEvent, type JSX } from 'react';
import { problemOf, readDestination, type DestinationField } from './methods.ts';

/** Asks where the code goes, and says what is wrong with it beside the field. */
export function DestinationForm(props: {
  readonly field: DestinationField;
  /** What is already in the field. */
  readonly typed: string;
  readonly onType: (typed: string) => void;
  /** What the API found wrong with it. */
  readonly problem: string | undefined;
  readonly disabled: boolean;
  readonly onSubmit: (value: string) => void;
}): JSX.Element {
  const { field, typed, onType, disabled, onSubmit } = props;
  const [left, setLeft] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const value = readDestination(field, typed);
  const found = problemOf(field, value);
  const wrong = left ? found : props.problem;

  useEffect(() => setLeft(false), [field.input, props.problem]);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (found === undefined) return onSubmit(value);
    setLeft(true);
    input.current?.focus();
  };
  return (
    <form onSubmit={submit} noValidate>
      <label htmlFor={id}>{field.label}</label>
      <input
        ref={input}
        id={id}
        className="text"
        name={field.input}
        type={field.kind}
        autoComplete={field.kind}
        value={typed}
        onChange={(event) => {
          onType(event.target.value);
          // A fault that was pointed out goes as soon as it is mended.
          if (left && problemOf(field, readDestination(field, event.target.value)) === undefined)
            setLeft(false);
        }}
        onBlur={() => setLeft(typed !== '')}
        placeholder={field.example}
        disabled={disabled}
        aria-invalid={wrong !== undefined}
        aria-describedby={`${id}-problem`}
      />
      <p className="problem" id={`${id}-problem`} role="alert">
        {wrong}
      </p>
      <button className="primary" disabled={disabled}>
        Send the code
      </button>
    </form>
  );
}
