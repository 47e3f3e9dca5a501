import type { PathData } from './workflow-path.ts';

/** What a file of tests is written of. */
export interface Suite {
  /** The document, as a URL that is absolute or relative to the file. */
  readonly document: string;
  /** Source descriptions that are read from elsewhere, as URLs like that of the document. */
  readonly sources: Readonly<Record<string, string>>;
  /** Whether `http(s)` URLs may be read; a document that has one is. */
  readonly allowRemote: boolean;
  readonly workflows: readonly { readonly workflowId: string; readonly paths: readonly PathData[] }[];
  /** The name of the package that the file imports. */
  readonly packageName: string;
}

/**
 * Writes a vitest file that holds the paths themselves: what happens, and the state after each. It can be kept, read
 * and changed; it fails when the document does not lead the same way any more.
 */
export function writeSuite({ document, sources, allowRemote, workflows, packageName }: Suite): string {
  const main = JSON.stringify(packageName);
  const blocks = workflows.map(({ workflowId, paths }) => {
    const rows = paths.map(pathText).join('');
    return [
      `describe(${quoted(workflowId)}, () => {`,
      `  const model = createWorkflowModel(document, { workflowId: ${quoted(workflowId)} });`,
      '  afterAll(() => model.close());',
      '',
      '  test.each<Path>([',
      `${rows}  ])('$name', async ({ inputs, maxSteps, isRestored, events, status }) => {`,
      '    const path = model.path(',
      '      events.map(([, happening, timing]) => ({ ...happening, ...timing })),',
      '      inputs,',
      '      maxSteps,',
      '    );',
      '    expect(path.events.map(({ state }) => state)).toEqual(events.map(([state]) => state));',
      '    expect(path.status).toBe(status);',
      '    await path.run({ restore: isRestored });',
      '  });',
      '});',
      '',
    ].join('\n');
  });
  const imports = [
    `import { loadDocument } from ${main};`,
    `import { createWorkflowModel, type ToldHappening } from ${JSON.stringify(`${packageName}/testing`)};`,
    `import { afterAll, describe, expect, test } from 'vitest';`,
  ].join('\n');
  const elsewhere = Object.entries(sources).map(([name, url]) => `      [${quoted(name)}]: ${urlOf(url)},\n`);
  const isRemote = allowRemote || /^https?:/.test(document);
  const options = [
    ...(elsewhere.length === 0 ? [] : [`    sources: {\n${elsewhere.join('')}    },\n`]),
    ...(isRemote ? ['    allowRemote: true,\n'] : []),
  ].join('');
  return `// Every path of the workflows of ${document.replaceAll(/[\r\n]/g, ' ')}, written by \`arazzo-xstate test --write\`.
// Each runs against a scripted API on the loopback, and is compared with what the document says.
${imports}

interface Path {
  readonly name: string;
  readonly inputs: Parameters<ReturnType<typeof createWorkflowModel>['path']>[1];
  /** How many steps the run may begin. */
  readonly maxSteps?: number;
  /** It runs a second time, stored and restored in each of its states. */
  readonly isRestored: boolean;
  /** The state after each happening, what happens, and whether it comes before its time. */
  readonly events: readonly (readonly [string, ToldHappening, { readonly isEarly: true }?])[];
  readonly status: 'done' | 'failed' | 'cancelled';
}

const { value: document, diagnostics } = await loadDocument(
  ${urlOf(document)},${options === '' ? '' : `\n  {\n${options}  },`}
);
if (document === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\\n'));

${blocks.join('\n')}`;
}

function pathText({ description, inputs, maxSteps, isRestored, events, status }: PathData): string {
  const rows = events.map(
    ({ happening, state, isEarly }) =>
      `        [${quoted(state)}, ${literal(happening)}${isEarly === true ? ', { isEarly: true }' : ''}],\n`,
  );
  return [
    '    {\n',
    `      name: ${quoted(description)},\n`,
    `      inputs: ${literal(inputs)},\n`,
    ...(maxSteps === undefined ? [] : [`      maxSteps: ${maxSteps},\n`]),
    `      isRestored: ${isRestored},\n`,
    `      status: ${quoted(status)},\n`,
    `      events: [\n${rows.join('')}      ],\n`,
    '    },\n',
  ].join('');
}

/** JSON as an expression, where a member of the name `__proto__` is a member like any other. */
function literal(value: unknown): string {
  return JSON.stringify(value).replaceAll(/(?<=[{,])"__proto__":/g, '["__proto__"]:');
}

function urlOf(url: string): string {
  return `new URL(${quoted(url)}, import.meta.url).href`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
