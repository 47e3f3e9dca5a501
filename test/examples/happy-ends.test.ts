import { afterAll, describe, expect, it } from 'vitest';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import { runWorkflow, type WaitAnswer } from '../../src/run/run-workflow.ts';
import { hasMember, type JsonObject } from '../../src/document/json.ts';
import type { Clock } from '../../src/services/wait-service.ts';
import { serversOf } from '../model/core.ts';
import { startScriptedServer, type ScriptedServer } from '../../src/testing/node-scripted-server.ts';
import type { Example } from './example.ts';
import { EXAMPLES, subjectFor } from './examples.ts';

/** A clock on which all time that is waited for goes by at once. */
function leapingClock(): Clock {
  let now = Date.UTC(2030, 0, 1);
  return {
    now: () => now,
    setTimeout(callback, delayMs) {
      now += delayMs;
      queueMicrotask(callback);
      return undefined;
    },
    clearTimeout: () => undefined,
  };
}

/** Answers as the example's API does, and keeps what it was asked. */
async function serve(server: ScriptedServer, { api }: Example['happy'], asked: string[]): Promise<never> {
  const turns = new Map<string, number>();
  for (;;) {
    const { method, target, headers, body, answer } = await server.next();
    const proof = headers['authorization'];
    asked.push(
      `${method} ${target}${body === '' ? '' : ` ${body}`}${proof === undefined ? '' : ` (${proof})`}`,
    );
    const route = `${method} ${target.split('?')[0] ?? ''}`;
    const turn = turns.get(route) ?? 0;
    turns.set(route, turn + 1);
    const answers = api[route] ?? [];
    answer(answers[turn] ?? answers.at(-1) ?? { type: 'response', statusCode: 404 });
  }
}

/** Someone who gives each input when it is asked for. */
function person(
  values: JsonObject,
): (wait: { readonly inputs: readonly { readonly name: string }[] }) => Promise<WaitAnswer> {
  return ({ inputs }) =>
    Promise.resolve({
      type: 'submit',
      values: Object.fromEntries(
        inputs.flatMap(({ name }) => (hasMember(values, name) ? [[name, values[name] ?? null]] : [])),
      ),
    });
}

describe.each(EXAMPLES)('a run of $workflowId', async (example) => {
  const { plan } = await subjectFor(example);
  const server = await startScriptedServer();
  afterAll(() => server.close());

  it('ends well with the outputs that its API gives', async () => {
    const asked: string[] = [];
    void serve(server, example.happy, asked);
    const clock = leapingClock();
    const machine = compileMachine(plan, { now: () => clock.now() });
    const own = new Set(plan.inputs.map(({ name }) => name));
    const { inputs } = example.happy;
    const result = await runWorkflow(machine, {
      inputs: Object.fromEntries(Object.entries(inputs).filter(([name]) => own.has(name))),
      ask: person(inputs),
      services: { servers: serversOf(plan, server.url), clock },
    });
    expect(result.failure).toBeUndefined();
    expect({ status: result.status, outputs: result.outputs }).toEqual({
      status: 'done',
      outputs: example.happy.outputs,
    });
    expect(asked).toEqual(example.happy.requests);
  });
});
