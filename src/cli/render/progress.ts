import type { CriterionProblem, Failure } from '../../machines/context.ts';
import { createFlow } from '../../plan/create-flow.ts';
import { statesByPath } from '../../plan/flow.ts';
import type { PerformedStepPlan, WorkflowPlan } from '../../plan/workflow-plan.ts';
import type { RunEvent } from '../../run/run-workflow.ts';
import type { Terminal } from '../terminal.ts';
import { tell } from '../terminal.ts';
import { printableLine } from './printable.ts';

/** Shows a run as it goes. */
export interface Progress {
  readonly onEvent: (event: RunEvent) => void;
  /** Takes away what is only there while something goes on, so that others can write. */
  readonly pause: () => void;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 80;
const CLEAR_LINE = '\r\u001b[2K';

/** A failure in a line: the step, the status, the API's own type and message. */
export function failureLine(failure: Failure): string {
  const { statusCode, errorType, message } = failure;
  const status =
    statusCode === undefined || message.includes(String(statusCode)) ? undefined : String(statusCode);
  const said = [status, errorType === message ? undefined : errorType, message].filter(
    (part) => part !== undefined,
  );
  return printableLine(said.join(' · '), 400);
}

/** What a step does, in a few words: `POST /orders`, `receive orders`. */
function subjectOf(step: PerformedStepPlan): string {
  if (step.kind === 'operation') return `${step.operation.method} ${step.operation.path}`;
  const { action, channel, address = channel } = step.channelOperation;
  return `${action} ${address}`;
}

function delayText(delayMs: number): string {
  return delayMs < 1000 ? `${String(delayMs)} ms` : `${String(Math.round(delayMs / 100) / 10)} s`;
}

/**
 * Shows each state as it is entered and what came back, on the progress stream. In a terminal the state that
 * is busy turns a small wheel; elsewhere there are lines only.
 */
export function createProgress(plan: WorkflowPlan, terminal: Terminal): Progress {
  const style = terminal.progressStyle;
  const states = statesByPath(createFlow(plan));
  let timer: NodeJS.Timeout | undefined;
  let startedAt = 0;
  let attempt = 1;

  const pause = (): void => {
    if (timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
    terminal.progress.write(CLEAR_LINE);
  };
  const turn = (label: string): void => {
    if (!terminal.interactive) return;
    let frame = 0;
    const draw = (): void => {
      terminal.progress.write(
        `${CLEAR_LINE}    ${style.accent(FRAMES[frame % FRAMES.length] ?? '')} ${style.dim(label)}`,
      );
      frame += 1;
    };
    draw();
    timer = setInterval(draw, FRAME_MS);
    timer.unref();
  };
  const line = (text: string): void => {
    pause();
    tell(terminal, text);
  };

  const onState = (name: string): void => {
    const state = states.get(name);
    if (state === undefined || state.kind === 'final') return;
    const what = state.kind === 'call' ? printableLine(subjectOf(state.step), 100) : '';
    const again = state.kind === 'call' && attempt > 1 ? `attempt ${String(attempt)}` : '';
    const about = [what, again].filter((part) => part !== '').join(' · ');
    line(
      `${style.accent('●')} ${style.bold(printableLine(name))}${about === '' ? '' : `  ${style.dim(about)}`}`,
    );
    if (state.kind === 'call')
      turn(`waiting for the ${state.step.kind === 'message' ? 'message' : 'response'}`);
    if (state.kind === 'backoff') turn('waiting for the next attempt');
  };

  const tellProblems = (problems: readonly CriterionProblem[] = []): void => {
    for (const { criterion, message } of problems) {
      const said = printableLine(`"${criterion}" could not be evaluated: ${message}`, 400);
      line(`    ${style.warning('!')} ${style.dim(said)}`);
    }
  };

  return {
    pause,
    onEvent: (event) => {
      switch (event.type) {
        case 'state':
          onState(event.state);
          return;
        case 'step.started':
          startedAt = terminal.now();
          attempt = event.attempt;
          return;
        case 'step.succeeded': {
          const took = `${String(Math.max(0, Math.round(terminal.now() - startedAt)))} ms`;
          const status = event.statusCode === undefined ? '' : ` ${String(event.statusCode)}`;
          line(`    ${style.good('✔')}${status} ${style.dim(took)}`);
          tellProblems(event.problems);
          return;
        }
        case 'step.failed':
          line(
            `    ${style.bad('✖')} ${event.failure === undefined ? 'failed' : failureLine(event.failure)}`,
          );
          tellProblems(event.problems);
          return;
        case 'step.retrying':
          line(`    ${style.warning('↻')} again in ${delayText(event.delayMs ?? 0)}`);
          return;
        case 'input.required':
          pause();
          return;
      }
    },
  };
}
