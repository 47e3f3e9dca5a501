import type { JSX } from 'react';
import { Card } from './card.tsx';
import type { Ending } from './messages.ts';

/** A log-in that ended without a session: why, and what can be done about it. */
export function Ended(props: { readonly ending: Ending; readonly onRemedy: () => void }): JSX.Element {
  const { ending, onRemedy } = props;
  return (
    <Card title={ending.title} lead={ending.text} sign="wrong" busy={false}>
      <button type="button" className="primary" onClick={onRemedy}>
        {ending.remedy === 'sendAgain' ? 'Send a new code' : 'Begin again'}
      </button>
    </Card>
  );
}
