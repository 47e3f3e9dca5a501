import { useEffect, useState, type JSX } from 'react';
import { Card } from './card.tsx';

/** What the server tells of a session. The token itself is in a cookie that no script can read. */
interface Session {
  readonly who: string;
  readonly organization?: string;
}

/** The end that everybody wants: who is logged in, and a way out. */
export function SessionScreen(props: { readonly runId: string; readonly onLogOut: () => void }): JSX.Element {
  const { runId, onLogOut } = props;
  const [session, setSession] = useState<Session>();
  const [failed, setFailed] = useState(false);
  const [stays, setStays] = useState(false);

  useEffect(() => {
    const aborter = new AbortController();
    const { signal } = aborter;
    // The answer that shows the end of the run brings the cookie of the session.
    const show = async (): Promise<void> => {
      await fetch(`/runs/${runId}`, { signal });
      const response = await fetch('/session', { signal });
      if (response.ok) setSession((await response.json()) as Session);
      else setFailed(true);
    };
    show().catch(() => {
      if (!signal.aborted) setFailed(true);
    });
    return () => aborter.abort();
  }, [runId]);

  const logOut = async (): Promise<void> => {
    setStays(false);
    const response = await fetch('/session', { method: 'DELETE' }).catch(() => undefined);
    if (response?.ok === true) onLogOut();
    else setStays(true);
  };
  if (failed)
    return (
      <Card title="The session is over" lead="Please log in again." sign="wrong" busy={false}>
        <button type="button" className="primary" onClick={onLogOut}>
          Log in
        </button>
      </Card>
    );
  return (
    <Card title="You are logged in" sign="right" busy={session === undefined}>
      {session === undefined ? undefined : (
        <dl>
          <div>
            <dt>{session.organization === undefined ? 'User' : 'Member'}</dt>
            <dd>{session.who}</dd>
          </div>
          {session.organization === undefined ? undefined : (
            <div>
              <dt>Organization</dt>
              <dd>{session.organization}</dd>
            </div>
          )}
        </dl>
      )}
      <p className="problem" role="alert">
        {stays ? 'You are still logged in: the server did not answer. Please try again.' : undefined}
      </p>
      <button type="button" className="primary" onClick={() => void logOut()}>
        Log out
      </button>
    </Card>
  );
}
