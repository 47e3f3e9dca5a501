import type { FailureActionPlan, StepPlan } from './workflow-plan.ts';

/** All failure actions of a step; those of `onFailure` come first. */
export function allFailureActions({
  onFailure,
  onTimeout = [],
  onCancel = [],
}: StepPlan): readonly FailureActionPlan[] {
  return [...onFailure, ...onTimeout, ...onCancel];
}

/**
 * The failure actions that are tried after a failure of a kind, in order: those of `onTimeout` when the time was over,
 * those of `onCancel` when a person declined, and behind them, or alone, those of `onFailure`.
 */
export function triedFailureActions(
  { onFailure, onTimeout = [], onCancel = [] }: StepPlan,
  kind: string,
): readonly FailureActionPlan[] {
  if (kind === 'timeout') return [...onTimeout, ...onFailure];
  return kind === 'declined' ? [...onCancel, ...onFailure] : onFailure;
}

/** What tells a retry from others of the same step: its name, and its list where that is not `onFailure`. */
export function retryKey({ onTimeout = [], onCancel = [] }: StepPlan, action: FailureActionPlan): string {
  if (onTimeout.includes(action)) return `onTimeout ${action.name}`;
  return onCancel.includes(action) ? `onCancel ${action.name}` : action.name;
}
