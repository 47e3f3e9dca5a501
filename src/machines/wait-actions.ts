import type { JsonObject } from '../document/json.ts';
import { answerRejections } from './answer.ts';
import { updaterOf } from './frame-update.ts';
import { mayRepeat, repeatAtOf, submittedValues } from './guards.ts';
import { submissionRejections } from './input-values.ts';
import { questionOf } from './question.ts';
import type { Runtime } from './runtime.ts';
import { isOver } from './step-input.ts';

/** What happens when a person is waited for: they are asked, they answer, they want something again. */
export function waitActions(root: Runtime) {
  const { now } = root.settings;
  const update = updaterOf(root);
  return {
    /** Forgets inputs, so that they are asked for again. */
    forget: update(({ frame }, { inputs }: { inputs: readonly string[] }) => ({
      inputs: without(frame.inputs as JsonObject, inputs),
    })),
    /** Removes secret inputs that nothing which can still run refers to. */
    dropSecrets: update(({ frame }, { inputs }: { inputs: readonly string[] }) => ({
      inputs: without(frame.inputs as JsonObject, inputs),
    })),
    /** Sets the time limit of a wait for a person. */
    openWait: update((_args, { limitMs }: { limitMs: number }) => ({ expiresAt: now() + limitMs })),
    /** Ends a wait for a person. */
    closeWait: update(() => ({ expiresAt: undefined, rejection: undefined, question: undefined })),
    /** Evaluates what an interaction asks, so that it stays the same however long the answer takes. */
    ask: update(({ runtime, context, frame }, { stepId }: { stepId: string }) => {
      const step = runtime.steps.get(stepId);
      if (step?.kind !== 'interaction' || isOver(root, frame, context)) return {};
      return { question: questionOf(runtime, context, step) };
    }),
    /** Keeps why an answer was not taken. */
    refuseAnswer: update(({ runtime, event }, { stepId }: { stepId: string }) => {
      const step = runtime.steps.get(stepId);
      if (step?.kind !== 'interaction') return {};
      return { rejection: answerRejections(runtime, step, event.values) };
    }),
    /** Takes submitted values. */
    accept: update(({ frame, event }) => ({
      inputs: { ...frame.inputs, ...submittedValues(event) },
      rejection: undefined,
      failure: undefined,
    })),
    /** Keeps why submitted values were not taken. */
    reject: update(({ runtime, frame, event }, params: { state: string }) => {
      const state = runtime.states.get(params.state);
      if (state?.kind !== 'wait') return {};
      return {
        rejection: submissionRejections(runtime, frame.inputs as JsonObject, submittedValues(event), state),
      };
    }),
    /** Remembers where a repeat came from. */
    startRepeat: update((_args, { stepId, state }: { stepId: string; state: string }) => ({
      repeat: { stepId, state },
      rejection: undefined,
      failure: undefined,
      attempt: 0,
      attempts: {},
    })),
    /** Keeps that a repeat came too early. */
    refuseRepeat: update(({ runtime, frame, context }, { stepId }: { stepId: string }) => {
      const seconds = Math.ceil(((repeatAtOf(runtime, context, stepId) ?? 0) - now()) / 1000);
      if (mayRepeat(runtime, context, stepId)) return {};
      const others = (frame.rejection ?? []).filter(({ rule }) => rule !== 'cooldown');
      const message = `It can be asked for again in ${seconds} seconds.`;
      return { rejection: [...others, { input: '', rule: 'cooldown', message }] };
    }),
  };
}

function without(inputs: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => !names.includes(name)));
}
