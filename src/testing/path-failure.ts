import type { PathDifference } from './path-difference.ts';
import type { PathData } from './workflow-path.ts';

/** A run that was not what its document says. */
export class PathFailure extends Error {
  override readonly name = 'PathFailure';
  readonly code = 'path-difference';
  readonly difference: PathDifference;
  /** The description of the path. */
  readonly path: string;

  constructor(path: PathData, difference: PathDifference) {
    super(textOf(path, difference));
    this.path = path.description;
    this.difference = difference;
  }

  /** The error as JSON. */
  toJSON(): {
    readonly name: string;
    readonly code: string;
    readonly path: string;
    readonly difference: PathDifference;
  } {
    return { name: this.name, code: this.code, path: this.path, difference: this.difference };
  }
}

/** Whether an error is a {@link PathFailure}, also one of another copy of this package. */
export function isPathFailure(error: unknown): error is PathFailure {
  return error instanceof Error && error.name === 'PathFailure' && 'difference' in error;
}

const WHAT: Readonly<Record<PathDifference['what'], string>> = {
  request: 'The request is not the one that the document asks for.',
  state: 'The machine is in another state.',
  wait: 'What the machine waits for is not what the document asks for.',
  outcome: 'The run ends in another way.',
  stage: 'The run could not be played.',
};

function textOf({ events, initialState }: PathData, difference: PathDifference): string {
  const { what, index, stepId, request, expected, actual, isRestored } = difference;
  const done = events.slice(0, Math.max(0, index + (what === 'request' ? 0 : 1)));
  const lines = [
    WHAT[what],
    ...(isRestored === true ? ['It is so where the run is stored and restored in each of its states.'] : []),
    ...(stepId === undefined || stepId === '' ? [] : [`step: ${stepId}`]),
    ...(request === undefined ? [] : [`request: ${request}`]),
    'expected:',
    indented(expected),
    'actual:',
    indented(actual),
    'after:',
    `  ${initialState}`,
    ...done.map(({ label, state }) => `  ${label} → ${state}`),
  ];
  return lines.join('\n');
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
