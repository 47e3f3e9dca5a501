import { UsageError } from '../machines/usage-error.ts';

/** The timers of the platform fire at once above this. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Refuses options that are no numbers above 0, or above a maximum. One that is not given is fine.
 *
 * @throws UsageError with code `invalid-option`
 */
export function checkNumbers(
  options: Readonly<Record<string, number | undefined>>,
  most = Number.POSITIVE_INFINITY,
): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || (value > 0 && value <= most)) continue;
    const upTo = Number.isFinite(most) ? ` and at most ${most}` : '';
    throw new UsageError('invalid-option', `The option "${name}" must be a number above 0${upTo}.`);
  }
}
