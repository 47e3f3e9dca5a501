import { expect, it } from 'vitest';
import { readArazzo } from '../../src/arazzo/read-arazzo.ts';
import type { JsonObject } from '../../src/document/json.ts';
import { parseDocument } from '../../src/document/parse-document.ts';
import type { CompileOptions } from '../../src/machines/runtime.ts';
import { linkWorkflows } from '../../src/plan/link-workflow.ts';
import type { Happening } from '../../src/testing/situation.ts';
import { call, documentOf, send, w } from '../testing/called-workflows.ts';
import { API } from '../testing/play.ts';
import { type Lockstep, startLockstep } from './lockstep.ts';

/** Both readings of a document's workflow `w`, side by side. */
function lockstep(document: JsonObject, options: CompileOptions = {}): Lockstep {
  const parsed = parseDocument(JSON.stringify(document), { uri: 'file:///w.json' }).value;
  const model = parsed === undefined ? undefined : readArazzo(parsed).value;
  if (parsed === undefined || model === undefined) throw new Error('The document is not valid.');
  const sources = { api: API };
  const plan = linkWorkflows(parsed, model, sources).value.find(({ workflowId }) => workflowId === 'w');
  if (plan === undefined) throw new Error('The workflow cannot be compiled.');
  const now = (): number => Date.UTC(2030, 0, 1);
  return startLockstep({ document, workflowId: 'w', sources, plan }, {}, { now, ...options });
}

const ANSWER: Happening = { type: 'response', statusCode: 200, headers: {}, body: { value: 'kept' } };

it('keeps what came of a called workflow, although the step that would call it again is one too many', () => {
  const document = documentOf(
    w([call('a', 'child', {}, { onFailure: [{ name: 'again', type: 'goto', stepId: 'a' }] })], {
      outputs: { value: '$workflows.child.outputs.value' },
    }),
    {
      workflowId: 'child',
      steps: [send('b', {}, { outputs: { value: '$response.body#/value' } }), send('c')],
      outputs: { value: '$steps.b.outputs.value' },
    },
  );
  const run = lockstep(document, { maxSteps: 3 });
  run.apply(ANSWER);
  run.apply({ type: 'lost', kind: 'network' });
  expect(run.difference()).toBeUndefined();
  expect(run.reference()).toMatchObject({
    failure: { kind: 'maxSteps' },
    outputs: { value: 'kept' },
  });
});

it.each([
  ['sends a request', send('b')],
  ['calls a workflow', call('b', 'child')],
])('takes a step that ran before a retry for one that has run, when it %s', (_what, first) => {
  const run = lockstep(
    documentOf(
      w([
        send('a', {}, { onSuccess: [{ name: 'over', type: 'goto', stepId: 'c' }] }),
        first,
        send('c', {}, { dependsOn: ['b'], onFailure: [{ name: 'after', type: 'retry', stepId: 'b' }] }),
      ]),
      { workflowId: 'child', steps: [send('inner')] },
    ),
  );
  run.apply(ANSWER);
  expect(run.reference()).toMatchObject({ kind: 'unsendable', stepId: 'c' });
  run.apply({ type: 'lost', kind: 'request' });
  run.apply({ type: 'elapsed' });
  run.apply(ANSWER);
  expect(run.difference()).toBeUndefined();
  expect(run.reference()).toMatchObject({ kind: 'request', stepId: 'c' });
});
