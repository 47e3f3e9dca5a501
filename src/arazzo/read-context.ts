import type { DiagnosticCode } from '../document/diagnostic-codes.ts';
import type { Diagnostic, Severity } from '../document/diagnostic.ts';
import type { JsonObject } from '../document/json.ts';
import type { ParsedDocument } from '../document/parsed-document.ts';
import { createReporter } from '../document/reporter.ts';
import type { Components } from './components.ts';
import type { ArazzoVersion } from './model.ts';
import { specificationSection } from './specification.ts';

/** How a problem is told beside its code and sentence. */
export interface ProblemOptions {
  /** `key`: the name of the member is what is wrong, not its value. */
  readonly part?: 'key' | 'value';
  /** The heading of the specification that asks for it. */
  readonly section?: string;
}

/** What the readers of all objects share: the document, its version and where problems go. */
export interface ReadContext {
  readonly document: ParsedDocument;
  readonly root: JsonObject;
  readonly version: ArazzoVersion;
  /** How many nodes of schemas were made by following references, over the whole document. */
  readonly schemaNodes: { count: number };
  /** `components.parameters`, once they were read. */
  readonly components: { parameters: Components['parameters'] };
  problem(
    severity: Severity,
    code: DiagnosticCode,
    pointer: string,
    message: string,
    options?: ProblemOptions,
  ): void;
  diagnostics(): readonly Diagnostic[];
}

/** A context for reading one document. */
export function createReadContext(
  document: ParsedDocument,
  root: JsonObject,
  version: ArazzoVersion,
): ReadContext {
  const reporter = createReporter(document);
  return {
    document,
    root,
    version,
    schemaNodes: { count: 0 },
    components: { parameters: new Map() },
    problem(severity, code, pointer, message, options = {}) {
      reporter.report({
        code,
        severity,
        message,
        pointer,
        ...(options.part === undefined ? {} : { part: options.part }),
        ...(options.section === undefined ? {} : { help: specificationSection(options.section) }),
      });
    },
    diagnostics: () => reporter.diagnostics(),
  };
}
