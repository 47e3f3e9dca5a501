/**
 * A fact that is checked. `check` throws, or rejects, where it does not hold; where it cannot be told, it gives the
 * reason, and the fact counts neither as passed nor as failed.
 */
export interface Check {
  readonly title: string;
  readonly check: () => string | void | Promise<string | void>;
}

const MAX_MESSAGE_LENGTH = 400;

/** Makes a check fail unless both are the same JSON. */
export function expectSame(actual: unknown, expected: unknown, what: string): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== should) throw new Error(`${what}: expected ${should}, got ${is}`);
}

/**
 * Runs checks one after the other, tells each that fails, and ends with the line `N passed, N failed`. Sets the exit
 * code 1 where one failed.
 */
export async function runChecks(
  groups: readonly (readonly [name: string, checks: readonly Check[]])[],
): Promise<void> {
  let passed = 0;
  let failed = 0;
  for (const [name, checks] of groups) {
    let good = 0;
    const untold: string[] = [];
    for (const { title, check } of checks) {
      try {
        const reason = await check();
        if (reason === undefined) good += 1;
        else untold.push(`${title}: ${reason}`);
      } catch (error) {
        failed += 1;
        const message = error instanceof Error ? error.message : String(error);
        console.log(`✗ ${name}: ${title}\n    ${message.slice(0, MAX_MESSAGE_LENGTH)}`);
      }
    }
    passed += good;
    console.log(
      `${name}: ${good} of ${checks.length}${untold.length === 0 ? '' : `, ${untold.length} not judged:`}`,
    );
    for (const line of untold) console.log(`  – ${line.slice(0, MAX_MESSAGE_LENGTH)}`);
  }
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}
