/** How a command ended, as the shell sees it. */
export const EXIT = {
  /** The workflow is done, or the documents are valid. */
  ok: 0,
  /** The workflow failed or was cancelled. */
  failed: 1,
  /** A document is broken, or the command was used wrongly. */
  usage: 2,
  /** An input is missing and there is nobody to ask. */
  missingInput: 3,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
