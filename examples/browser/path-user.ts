// Plays the user's part of a path on the login page; a scripted server plays the API's.
import type { Page } from 'playwright-core';
import type { PathUser, WorkflowPath } from 'arazzo-xstate/testing';

/** Someone who does with the page what a path says. */
export function pathUserOf(page: Page, url: string): PathUser {
  const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
  return {
    begin: async () => {
      await page.clock.install();
      await page.goto(url);
    },
    reach: (state) =>
      page.locator('#state', { hasText: new RegExp(`^${state}$`) }).waitFor({ timeout: 5000 }),
    submit: async (values) => {
      for (const [input, value] of Object.entries(values))
        await page.locator(`#${input}`).fill(String(value));
      await press('Continue');
    },
    repeat: () => press('Send a new code'),
    revise: () => press('Change number'),
    cancel: () => press('Cancel'),
    advance: (milliseconds) => page.clock.fastForward(milliseconds),
  };
}

/**
 * Whether the page lets a user do all that a path says. It offers no button that would do nothing, takes no inputs in
 * its address, and its server measures the time of a request with a clock of its own.
 */
export function canBePlayed({ inputs, events }: WorkflowPath): boolean {
  return (
    Object.keys(inputs).length === 0 &&
    events.every(({ happening, isEarly }, index) => {
      const before = events[index - 1]?.state ?? 'awaitingPhoneNumber';
      const field = before === 'awaitingCode' ? 'code' : 'phone_number';
      if (happening.type === 'submit') return Object.keys(happening.values).every((input) => input === field);
      if (happening.type === 'revise') return happening.input === 'phone_number' && before === 'awaitingCode';
      return isEarly !== true && !(happening.type === 'lost' && happening.kind === 'timeout');
    })
  );
}
