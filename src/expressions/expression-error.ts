/** Ends the reading of an expression. It never leaves `readReference`. */
export class ExpressionError extends Error {
  /** Where in the text, 0-based. */
  readonly offset: number;
  /** The expression that was probably meant. */
  readonly suggestion: string | undefined;
  /** The text begins with a word that is none of the specification's. */
  readonly unknownRoot: boolean;

  constructor(message: string, offset: number, suggestion?: string, unknownRoot = false) {
    super(message);
    this.offset = offset;
    this.suggestion = suggestion;
    this.unknownRoot = unknownRoot;
  }
}
