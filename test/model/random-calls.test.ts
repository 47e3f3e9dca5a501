import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { readArazzo } from '../../src/arazzo/read-arazzo.ts';
import type { JsonObject } from '../../src/document/json.ts';
import { parseDocument } from '../../src/document/parse-document.ts';
import { linkWorkflows } from '../../src/plan/link-workflow.ts';
import { openApi } from '../testing/play.ts';
import { randomNestedRun } from '../testing/random-nested.ts';
import { happeningFor } from '../testing/random-workflows.ts';
import { startLockstep, type Subject } from './lockstep.ts';

const RUNS = Number(process.env['RUNS'] ?? 3000);

function subjectOf(document: JsonObject, openapi: JsonObject): Subject {
  const parsed = parseDocument(JSON.stringify(document), { uri: 'file:///w.json' }).value;
  const model = parsed === undefined ? undefined : readArazzo(parsed).value;
  const sources = { api: openApi(openapi) };
  if (parsed === undefined || model === undefined) throw new Error('The random document is not valid.');
  const linked = linkWorkflows(parsed, model, sources);
  const plan = linked.value.find(({ workflowId }) => workflowId === 'w');
  if (plan === undefined) throw new Error(linked.diagnostics.map(({ message }) => message).join(' '));
  return { document, workflowId: 'w', sources, plan };
}

it(`does what the dynamic model says, in ${RUNS} random workflows that call each other`, () => {
  const kinds = new Map<string, number>();
  fc.assert(
    fc.property(randomNestedRun, ({ workflow, rolls }) => {
      let now = Date.UTC(2030, 0, 1);
      const run = startLockstep(subjectOf(workflow.document, workflow.openapi), workflow.inputs, {
        now: () => now,
        maxSteps: 60,
      });
      const trace: string[] = [];
      expect(
        run.difference(),
        `${JSON.stringify(workflow.document, undefined, 1)}\nat the start`,
      ).toBeUndefined();
      for (const roll of rolls) {
        const situation = run.reference();
        if (run.isOver() || !('kind' in situation)) break;
        kinds.set(situation.kind, (kinds.get(situation.kind) ?? 0) + 1);
        const happening = happeningFor(situation, roll, workflow);
        now += happening.type === 'elapsed' ? 60_000 : 5_000;
        trace.push(JSON.stringify(happening));
        run.apply(happening);
        expect(
          run.difference(),
          `${JSON.stringify(workflow.document, undefined, 1)}\n${trace.join('\n')}`,
        ).toBeUndefined();
      }
    }),
    { numRuns: RUNS },
  );
  expect([...kinds.keys()].toSorted()).toEqual(['delay', 'input', 'interaction', 'request', 'unsendable']);
});
