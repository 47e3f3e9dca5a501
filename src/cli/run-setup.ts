import type { JsonObject } from '../document/json.ts';
import type { WorkflowPlan } from '../plan/workflow-plan.ts';
import type { Ask, AskOptions } from './ask.ts';
import type { CredentialOptions } from './run-credentials.ts';

/** What a command that runs workflows decides itself, where `run` has options for it. */
export interface RunSetup {
  /** The servers to use instead of the document's; `--server` overrules them. */
  readonly servers?: (plan: WorkflowPlan) => Readonly<Record<string, string>>;
  /** The credentials of `basic` schemes. */
  readonly basic?: CredentialOptions['basic'];
  /** Inputs beside those of the command line, which overrule them. */
  readonly inputs?: JsonObject;
  /** Answers in the place of a person where there is none. */
  readonly answer?: Ask;
  readonly ask?: AskOptions;
}
