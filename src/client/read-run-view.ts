import type { FailureView, RunView } from '../server/run-view.ts';

/**
 * Takes what came over the network for a view of a run, as far as this package relies on it.
 *
 * @throws TypeError where it is none
 */
export function readRunView(value: unknown): RunView {
  const view = (typeof value === 'object' && value !== null ? value : {}) as Partial<
    Record<keyof RunView, unknown>
  >;
  const isView =
    typeof view.id === 'string' &&
    typeof view.revision === 'number' &&
    typeof view.status === 'string' &&
    typeof view.now === 'number' &&
    (typeof view.value === 'string' || typeof view.value === 'object') &&
    Array.isArray(view.tags) &&
    Array.isArray(view.accepts);
  if (!isView) throw new TypeError('The server showed something else than a run.');
  return value as RunView;
}

/**
 * How far the clock of this device is ahead of the server's. A view may be read long after it was made, by a page that
 * slept meanwhile say: the least that was seen is the nearest, unless the clock has been set since.
 *
 * @param askedAt - when the view was asked for; it was made later
 * @param known - what this gave the last time
 */
export function clockShift(view: RunView, askedAt: number, known: number | undefined): number {
  const seen = Date.now() - view.now;
  return known === undefined || known < askedAt - view.now ? seen : Math.min(known, seen);
}

/** A view with its times on the clock of this device, which may be wrong by hours. */
export function onThisClock(view: RunView, shift: number): RunView {
  const moved = (failure: FailureView): FailureView => ({
    ...failure,
    ...shifted(failure, 'retryAt', shift),
  });
  const { form, failure } = view;
  return {
    ...view,
    now: view.now + shift,
    ...(failure === undefined ? {} : { failure: moved(failure) }),
    ...(form === undefined
      ? {}
      : {
          form: {
            ...form,
            ...shifted(form, 'repeatAt', shift),
            ...shifted(form, 'expiresAt', shift),
            ...(form.failure === undefined ? {} : { failure: moved(form.failure) }),
          },
        }),
  };
}

function shifted<Name extends string>(
  source: Readonly<Partial<Record<Name, number>>>,
  name: Name,
  shift: number,
): Partial<Record<Name, number>> {
  const time = source[name];
  return time === undefined ? {} : ({ [name]: time + shift } as Partial<Record<Name, number>>);
}
