import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Validator } from '@cfworker/json-schema';
import { parse } from 'yaml';
import { DIAGNOSTIC_CODES } from '../../src/document/diagnostic-codes.ts';
import { isValid, loadDocument, type Diagnostic } from '../../src/index.ts';
import { expectSame, type Check } from './checks.ts';
import refused from './refused.json' with { type: 'json' };

const WORKFLOWS = fileURLToPath(new URL('../../workflows/', import.meta.url));
/** Documents that the JSON Schemas accept and that are wrong all the same: why, and the codes that say so. */
const refusedFiles: Readonly<
  Record<string, { readonly reason: string; readonly errors: readonly string[] }>
> = refused;

function documentsIn(folder: string, suffix: RegExp): readonly string[] {
  return readdirSync(folder)
    .filter((name) => suffix.test(name))
    .toSorted();
}

/** Our own documents, judged by the OpenAPI Initiative's JSON Schema of Arazzo 1.0. */
export function ownDocumentChecks(schemas: string): readonly Check[] {
  const schema: unknown = parse(readFileSync(join(schemas, 'arazzo-1.0.yaml'), 'utf8'));
  const validator = new Validator(schema as object, '2020-12', false);
  // The schema of Arazzo refers to the one of JSON Schema for a workflow's inputs; those have tests of their own.
  validator.addSchema({ $id: 'https://json-schema.org/draft/2020-12/schema', type: ['object', 'boolean'] });
  return documentsIn(WORKFLOWS, /\.arazzo\.yaml$/).map((name) => ({
    title: `${name} meets the schema of Arazzo 1.0`,
    check: () => {
      const { valid, errors } = validator.validate(parse(readFileSync(join(WORKFLOWS, name), 'utf8')));
      if (!valid)
        throw new Error(
          errors.map(({ instanceLocation, error }) => `${instanceLocation} ${error}`).join('; '),
        );
    },
  }));
}

async function diagnosticsOf(path: string): Promise<readonly Diagnostic[]> {
  const { diagnostics } = await loadDocument(path);
  for (const { code, location, message } of diagnostics) {
    if (!DIAGNOSTIC_CODES.includes(code)) throw new Error(`unknown code ${code}`);
    if (location.line < 1 || message === '') throw new Error(`"${message}" is nowhere`);
  }
  return diagnostics;
}

/** The examples of the specification are valid. */
export function exampleChecks(examples: string): readonly Check[] {
  return readdirSync(examples).flatMap((version) =>
    documentsIn(join(examples, version), /(?<!openapi|asyncapi)\.ya?ml$/).map((name) =>
      acceptedCheck(join(examples, version, name), name),
    ),
  );
}

/** The fixtures of the JSON Schemas: what they accept is valid here, and what they refuse is refused here. */
export function fixtureChecks(fixtures: string): readonly Check[] {
  const accepted = join(fixtures, 'pass');
  const wrong = join(fixtures, 'fail');
  return [
    ...documentsIn(accepted, /\.ya?ml$/).map((name) => acceptedCheck(join(accepted, name), name)),
    ...documentsIn(wrong, /\.ya?ml$/).map((name) => ({
      title: `${name} is refused`,
      check: async () => {
        // That something is not supported refuses a document whatever is wrong in it.
        const found = await diagnosticsOf(join(wrong, name));
        expectSame(isValid(found.filter(({ code }) => !code.endsWith('/not-supported'))), false, 'valid');
      },
    })),
  ];
}

function acceptedCheck(path: string, name: string): Check {
  const wrong = Object.hasOwn(refusedFiles, name) ? refusedFiles[name] : undefined;
  const errorsOf = async () => (await diagnosticsOf(path)).filter(({ severity }) => severity === 'error');
  if (wrong !== undefined) {
    return {
      title: `${name} is refused: ${wrong.reason}`,
      check: async () => {
        const codes = new Set((await errorsOf()).map(({ code }) => code));
        expectSame([...codes].toSorted(), wrong.errors, 'codes of its errors');
      },
    };
  }
  return {
    title: `${name} is accepted`,
    check: async () => {
      const all = await errorsOf();
      const errors = all.filter(({ code }) => !code.endsWith('/not-supported'));
      if (errors.length > 0)
        throw new Error(errors.map(({ code, message }) => `${code}: ${message}`).join(' '));
      return all.length === 0 ? undefined : [...new Set(all.map(({ message }) => message))].join(' ');
    },
  };
}
