// A shop in which nobody pays without being logged in. The login is a child of its machine: one actor, invoked in one
// state, with an output when it is over. The shop knows nothing of codes and phone numbers.
import { assign, sendTo, setup } from 'xstate';
import type { JsonObject } from 'arazzo-xstate';
import { smsOtpLogin } from 'arazzo-xstate/stytch';

/** What a person does in the shop. */
export type ShopEvent =
  | { readonly type: 'checkOut' }
  /** For the login, whatever it asks. */
  | { readonly type: 'answer'; readonly values: JsonObject }
  /** Rather not, now. */
  | { readonly type: 'leave' };

interface ShopContext {
  readonly userId?: string | undefined;
  /** Why the last login came to nothing, by the name that its workflow has for it. */
  readonly refusal?: string | undefined;
}

export const shop = setup({
  types: { context: {} as ShopContext, events: {} as ShopEvent },
  actors: { login: smsOtpLogin },
  guards: { isLoggedIn: ({ context }) => context.userId !== undefined },
}).createMachine({
  id: 'shop',
  context: {},
  initial: 'browsing',
  states: {
    browsing: {
      on: { checkOut: [{ guard: 'isLoggedIn', target: 'paying' }, { target: 'loggingIn' }] },
    },
    loggingIn: {
      entry: assign({ refusal: undefined }),
      invoke: {
        id: 'login',
        src: 'login',
        input: () => ({ inputs: {}, runId: crypto.randomUUID() }),
        onDone: [
          {
            guard: ({ event }) => event.output.status === 'done',
            target: 'paying',
            actions: assign({ userId: ({ event }) => String(event.output.outputs.userId) }),
          },
          {
            target: 'browsing',
            actions: assign({
              refusal: ({ event: { output } }) =>
                output.status === 'failed' ? (output.failure.reason ?? output.failure.kind) : output.status,
            }),
          },
        ],
      },
      on: {
        answer: { actions: sendTo('login', ({ event }) => ({ type: 'submit', values: event.values })) },
        leave: { actions: sendTo('login', { type: 'cancel' }) },
      },
    },
    paying: { type: 'final' },
  },
});
