import type { AnyStateMachine } from 'xstate';
import type { JsonObject } from '../../src/document/json.ts';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import type { CompileOptions } from '../../src/machines/runtime.ts';
import type { WorkflowPlan } from '../../src/plan/workflow-plan.ts';
import { interpret } from '../../src/testing/interpret.ts';
import type { DocumentSources } from '../../src/testing/reading.ts';
import type { Ended, Happening, Situation } from '../../src/testing/situation.ts';
import { playMachine, type MachinePlayer, type MachineSituation } from './machine-player.ts';

/** A workflow, as the compiler and as the reference interpreter see it. */
export interface Subject extends DocumentSources {
  readonly workflowId: string;
  readonly plan: WorkflowPlan;
}

/** A machine and the reference interpreter, side by side. */
export interface Lockstep {
  readonly player: MachinePlayer;
  /** What the interpreter waits for, or how it ended. */
  reference(): Situation | Ended;
  isOver(): boolean;
  apply(happening: Happening): void;
  /** In what the two differ; `undefined` where they agree. */
  difference(): string | undefined;
}

/** Starts a workflow twice: compiled, and interpreted from its document. `machine` has the same options already. */
export function startLockstep(
  subject: Subject,
  inputs: JsonObject,
  options: CompileOptions & { readonly now: () => number },
  machine: AnyStateMachine = compileMachine(subject.plan, options),
): Lockstep {
  const { plan: _plan, ...reading } = subject;
  const player = playMachine(machine, inputs);
  const run = interpret({ ...reading, inputs, ...options });
  let result = run.next(undefined as never);
  return {
    player,
    reference: () => result.value,
    isOver: () => result.done === true,
    apply(happening) {
      player.apply(happening);
      if (result.done !== true) result = run.next(happening);
    },
    difference() {
      const actual = comparable(player.situation());
      const expected = comparable(
        result.done === true ? { kind: 'ended', output: result.value } : result.value,
      );
      return actual === expected ? undefined : `the machine:   ${actual}\nthe reference: ${expected}`;
    },
  };
}

type Comparable = MachineSituation | Situation | { readonly kind: 'ended'; readonly output: Ended };

/** What both must agree on, as a text. Messages are prose, and the order of inputs and parameters is free. */
function comparable(situation: Comparable): string {
  switch (situation.kind) {
    case 'request': {
      const { method, url, headers, body } = situation.request;
      return text({
        kind: 'request',
        stepId: situation.stepId,
        attempt: situation.attempt,
        method,
        url,
        headers,
        body: String(body),
      });
    }
    case 'message': {
      const { kind, stepId, attempt, call } = situation;
      return text({ kind, stepId, attempt, call });
    }
    case 'unsendable':
      return text({ kind: 'unsendable', stepId: situation.stepId, attempt: situation.attempt });
    case 'delay':
      return text({ kind: situation.kind, stepId: situation.stepId, until: situation.until });
    case 'input': {
      const rejected =
        'rejected' in situation ? situation.rejected : (situation.rejection ?? []).map(({ input }) => input);
      const { kind, stepId, missing, repeatAt, expiresAt, failure } = situation;
      return text({
        kind,
        stepId,
        missing: missing.toSorted(),
        rejected: rejected.toSorted(),
        repeatAt,
        expiresAt,
        failure: failureOf(failure),
      });
    }
    case 'interaction': {
      const rejected =
        'rejected' in situation ? situation.rejected : (situation.rejection ?? []).map(({ input }) => input);
      const { kind, stepId, attempt, prompt, context, url, expiresAt, failure } = situation;
      return text({
        kind,
        stepId,
        attempt,
        prompt,
        context,
        url,
        expiresAt,
        rejected: rejected.toSorted(),
        failure: failureOf(failure),
      });
    }
    case 'ended': {
      const { status, outputs } = situation.output;
      return text({
        status,
        outputs,
        failure: 'failure' in situation.output ? failureOf(situation.output.failure) : undefined,
      });
    }
  }
}

function failureOf(failure: object | undefined): object | undefined {
  if (failure === undefined) return undefined;
  const { kind, stepId, attempt, reason, statusCode, errorType, endedBy, retryAt } = failure as Record<
    string,
    unknown
  >;
  // Where nothing was attempted there is no step to speak of.
  if (kind === 'request' && (attempt === 0 || attempt === undefined)) return { kind };
  if (kind === 'maxSteps') return { kind };
  return { kind, stepId, attempt, reason, statusCode, errorType, endedBy, retryAt };
}

/** What a workflow depends on has no step; the machine and the reference call it differently. */
function plainId(member: unknown): unknown {
  return typeof member === 'string' && member.startsWith('dependsOn:')
    ? member.slice('dependsOn:'.length)
    : member;
}

function text(value: object): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : plainId(member),
  );
}
