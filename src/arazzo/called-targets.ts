import type { ArazzoDocument } from './model.ts';
import type { CalledTarget } from './read-called-target.ts';

/** What a step names to be called, or to be sent to by a redirect. */
export interface NamedTarget {
  readonly target: CalledTarget;
  /** Of the object that has the field. */
  readonly pointer: string;
}

/** Everything that a document's steps call, or redirect to by the name of an operation. */
export function calledTargets(document: ArazzoDocument): readonly NamedTarget[] {
  const steps = document.workflows.flatMap((workflow) => workflow.steps);
  return steps.flatMap(({ target, pointer }): readonly NamedTarget[] => {
    if (target.kind !== 'interaction') return [{ target, pointer }];
    const { redirect, pointer: own } = target.interaction;
    return redirect === undefined || redirect.kind === 'url' ? [] : [{ target: redirect, pointer: own }];
  });
}
