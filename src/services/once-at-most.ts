import { fromPromise, type PromiseActorLogic, type PromiseSnapshot } from 'xstate';
import { CallFailure } from './call-failure.ts';

/** What performs a call. */
type Perform<Output, Call> = (given: {
  readonly input: Call;
  readonly signal: AbortSignal;
}) => Promise<Output>;

/**
 * Promise logic for calls of which some may go out once at most. An actor of such a call that comes out of a stored
 * snapshot, that of a parent machine say, does not perform it again: it rejects with the kind `interrupted`.
 */
export function onceAtMost<Output, Call extends { readonly atMostOnce?: true }>(
  perform: Perform<Output, Call>,
): PromiseActorLogic<Output, Call> {
  const restored = new WeakSet<object>();
  const logic = fromPromise<Output, Call>(async ({ input, signal, self }) => {
    if (input.atMostOnce === true && restored.has(self.getSnapshot()))
      throw new CallFailure('interrupted', 'The run was interrupted while the request was in flight.');
    return perform({ input, signal });
  });
  return {
    ...logic,
    restoreSnapshot: (snapshot) => {
      const own = { ...(snapshot as PromiseSnapshot<Output, Call>) };
      restored.add(own);
      return own;
    },
  };
}
