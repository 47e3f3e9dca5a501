import type { JsonObject } from '../document/json.ts';
import type { ScriptedServer } from './node-scripted-server.ts';
import { createServerSide } from './server-side.ts';
import { StageProblem, type Stage } from './stage.ts';

/**
 * Someone who plays the user's part of a path on a page, or on any other program that runs the workflow. What is left
 * out cannot be done there: a path that needs it fails and says so.
 */
export interface PathUser {
  /** Opens the page, or whatever the run begins with. `inputs`: those that are there from the start. */
  readonly begin: (inputs: JsonObject) => Promise<void> | void;
  /** Waits until the program is in a state, by its dotted path. It throws where that does not come. */
  readonly reach: (state: string) => Promise<void> | void;
  readonly submit: (values: JsonObject) => Promise<void> | void;
  readonly repeat?: () => Promise<void> | void;
  readonly revise?: (input: string) => Promise<void> | void;
  readonly cancel?: () => Promise<void> | void;
  /** Lets the program's time go on by so many milliseconds. */
  readonly advance?: (milliseconds: number) => Promise<void> | void;
}

/** A stage on which a user plays their part, and a scripted server the API's. */
export function createUserStage(user: PathUser, server: ScriptedServer): Stage {
  const side = createServerSide(server);
  let now = 0;
  const able = <Name extends 'repeat' | 'revise' | 'cancel' | 'advance'>(
    name: Name,
  ): NonNullable<PathUser[Name]> => {
    const act = user[name];
    if (act === undefined) throw new StageProblem(`The user cannot do this here: ${name}.`);
    return act;
  };
  const advanceTo = async (at: number): Promise<void> => {
    const milliseconds = at - now;
    now = at;
    if (milliseconds > 0) await user.advance?.(milliseconds);
  };
  return {
    async begin(inputs, at) {
      now = at;
      await user.begin(inputs);
    },
    request: () => side.request(),
    async happen(happening, at) {
      switch (happening.type) {
        case 'response':
          side.answer(happening);
          return;
        case 'lost':
          if (happening.kind === 'request') return;
          if (happening.kind === 'timeout') able('advance');
          else side.answer(happening);
          await advanceTo(at);
          return;
        case 'elapsed':
          able('advance');
          await advanceTo(at);
          return;
        case 'submit':
          await advanceTo(at);
          await user.submit(happening.values);
          return;
        case 'repeat':
          await advanceTo(at);
          await able('repeat')();
          return;
        case 'revise':
          await advanceTo(at);
          await able('revise')(happening.input);
          return;
        case 'cancel':
          await able('cancel')();
      }
    },
    async look(state) {
      try {
        await user.reach(state);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return { state: `not there: ${reason}`, isPartial: true };
      }
      return { state, isPartial: true };
    },
    unasked: () => side.unasked(),
    end: () => side.clear(),
  };
}
