import type { JSX } from 'react';
import type { Choice } from 'arazzo-xstate/machine';

/** What there is to choose from, as buttons. */
export function ChoiceList(props: {
  readonly choices: readonly Choice[];
  readonly disabled: boolean;
  readonly onChoice: (value: string) => void;
}): JSX.Element {
  return (
    <ul className="choices">
      {props.choices.map(({ value, label }) => (
        <li key={String(value)}>
          <button type="button" disabled={props.disabled} onClick={() => props.onChoice(String(value))}>
            <span className="initial" aria-hidden="true">
              {label.slice(0, 1).toUpperCase()}
            </span>
            {label}
          </button>
        </li>
      ))}
    </ul>
  );
}
