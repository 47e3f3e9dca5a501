import { expect, it } from 'vitest';
import { readArazzo } from '../../src/arazzo/read-arazzo.ts';
import { parseDocument } from '../../src/document/parse-document.ts';
import { linkWorkflows } from '../../src/plan/link-workflow.ts';
import type { Happening } from '../../src/testing/situation.ts';
import { call, documentOf, send, w } from '../testing/called-workflows.ts';
import { API } from '../testing/play.ts';
import { startLockstep } from './lockstep.ts';

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
  const parsed = parseDocument(JSON.stringify(document), { uri: 'file:///w.json' }).value;
  const model = parsed === undefined ? undefined : readArazzo(parsed).value;
  if (parsed === undefined || model === undefined) throw new Error('The document is not valid.');
  const sources = { api: API };
  const plan = linkWorkflows(parsed, model, sources).value.find(({ workflowId }) => workflowId === 'w');
  if (plan === undefined) throw new Error('The workflow cannot be compiled.');

  const run = startLockstep(
    { document, workflowId: 'w', sources, plan },
    {},
    { now: () => Date.UTC(2030, 0, 1), maxSteps: 3 },
  );
  const answer: Happening = { type: 'response', statusCode: 200, headers: {}, body: { value: 'kept' } };
  run.apply(answer);
  run.apply({ type: 'lost', kind: 'network' });
  expect(run.difference()).toBeUndefined();
  expect(run.reference()).toMatchObject({
    failure: { kind: 'maxSteps' },
    outputs: { value: 'kept' },
  });
});
