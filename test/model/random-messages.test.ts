import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { readArazzo } from '../../src/arazzo/read-arazzo.ts';
import { parseDocument } from '../../src/document/parse-document.ts';
import { linkWorkflows } from '../../src/plan/link-workflow.ts';
import { asyncApi } from '../asyncapi/events.ts';
import { openApi } from '../testing/play.ts';
import { withMessages, type RandomMessages } from '../testing/random-messages.ts';
import { happeningFor, randomRun } from '../testing/random-workflows.ts';
import { startLockstep, type Subject } from './lockstep.ts';

const RUNS = Number(process.env['RUNS'] ?? 500);

function subjectOf({ document, openapi, asyncapi }: RandomMessages): Subject {
  const parsed = parseDocument(JSON.stringify(document), { uri: 'file:///w.json' }).value;
  const model = parsed === undefined ? undefined : readArazzo(parsed).value;
  const sources = { api: openApi(openapi) };
  const asyncSources = { events: asyncApi(asyncapi) };
  if (parsed === undefined || model === undefined) throw new Error('The random document is not valid.');
  const { value, diagnostics } = linkWorkflows(parsed, model, sources, {}, asyncSources);
  const [plan] = value;
  if (plan === undefined) throw new Error(diagnostics.map(({ message }) => message).join(' '));
  return { document, workflowId: 'w', sources, asyncSources, plan };
}

it(`sends and waits for the messages that the dynamic model says, in ${RUNS} random workflows`, () => {
  const kinds = new Map<string, number>();
  const actions = new Map<string, number>();
  const count = (counts: Map<string, number>, key: string): unknown =>
    counts.set(key, (counts.get(key) ?? 0) + 1);
  fc.assert(
    fc.property(randomRun, fc.nat(2 ** 16 - 1), ({ workflow, rolls }, bits) => {
      let now = Date.UTC(2030, 0, 1);
      const random = withMessages(workflow, bits);
      const run = startLockstep(subjectOf(random), random.inputs, { now: () => now, maxSteps: 40 });
      const trace: string[] = [];
      expect(run.difference(), 'at the start').toBeUndefined();
      for (const roll of rolls) {
        const situation = run.reference();
        if (run.isOver() || !('kind' in situation)) break;
        count(kinds, situation.kind);
        if (situation.kind === 'message') count(actions, situation.call.action);
        const happening = happeningFor(situation, roll, random);
        now += happening.type === 'elapsed' ? 60_000 : 5_000;
        trace.push(JSON.stringify(happening));
        run.apply(happening);
        const about = `${JSON.stringify(random.document, undefined, 1)}\n${trace.join('\n')}`;
        expect(run.difference(), about).toBeUndefined();
      }
    }),
    { numRuns: RUNS },
  );
  expect([...kinds.keys()].toSorted()).toEqual([
    'delay',
    'input',
    'interaction',
    'message',
    'request',
    'unsendable',
  ]);
  expect(Math.min(...['send', 'receive'].map((action) => actions.get(action) ?? 0))).toBeGreaterThan(
    RUNS / 10,
  );
});
