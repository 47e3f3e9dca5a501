import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/document/json.ts';
import { call, child, documentOf, given, inputs, send, submit, text, w, when } from './called-workflows.ts';
import { API, play } from './play.ts';

describe('goto a workflow', () => {
  const goto = (more: JsonObject = {}): JsonObject => ({
    name: 'away',
    type: 'goto',
    workflowId: 'child',
    ...more,
  });

  it('ends the run as that workflow ends, with its outputs', () => {
    const document = documentOf(
      w([send('first', {}, { onSuccess: [goto(given({ phone: '$response.body#/p' }))] }), send('never')], {
        outputs: { mine: 'x' },
      }),
      child(),
    );
    const run = play(document);
    expect(run.answer(200, { p: '+1' })).toMatchObject({ kind: 'request', path: ['child'], stepId: 'inner' });
    run.answer(200, { token: 't' });
    expect(run.ended()).toEqual({ status: 'done', outputs: { token: 't', phone: '+1' } });
  });

  it('fails with the failure of that workflow as it is', () => {
    const inner = { onFailure: [{ name: 'innerEnd', type: 'end' }] };
    const run = play(
      documentOf(w([send('first', {}, { onFailure: [goto(given({ phone: '+1' }))] })]), child(inner)),
    );
    run.answer(500);
    run.answer(400);
    expect(run.ended()).toMatchObject({
      status: 'failed',
      outputs: { phone: '+1' },
      failure: { stepId: 'inner', attempt: 1, statusCode: 400, reason: 'innerEnd', endedBy: 'innerEnd' },
    });
  });

  it('passes the inputs that the target declares or refers to when the action has no parameters', () => {
    const run = play(
      documentOf(
        w([send('first', {}, { onFailure: [goto()] })]),
        child({}, inputs({ phone: text }, 'phone')),
      ),
      { inputs: { phone: '+1', stray: 'unknown to the target' } },
    );
    expect(run.answer(500)).toMatchObject({ kind: 'request' });
    expect(run.requests.at(-1)).toBe('POST /codes {"phone":"+1"}');
  });

  it('passes only its parameters when it has some, and asks for the rest inside', () => {
    const run = play(
      documentOf(w([send('first', {}, { onFailure: [goto(given({ code: 'c' }))] })]), child()),
      {
        inputs: { phone: '+1' },
      },
    );
    expect(run.answer(500)).toMatchObject({
      kind: 'input',
      path: ['child'],
      missing: ['phone'],
      failure: { stepId: 'first', reason: 'away' },
    });
  });

  it('counts what its parameters refer to as what the step refers to', () => {
    const onSuccess = [goto(given({ phone: '$inputs.tel' }))];
    const run = play(
      documentOf(w([send('first', {}, { onSuccess })], inputs({ tel: text }, 'tel')), child()),
    );
    expect(run.situation()).toMatchObject({ path: [], stepId: 'first', missing: ['tel'] });
  });

  it('fails where its parameters cannot be made', () => {
    const onSuccess = [goto(given({ phone: '+{$response.body#/p}' }))];
    const run = play(documentOf(w([send('first', {}, { onSuccess })]), child()));
    run.answer(200, {});
    expect(run.ended()).toMatchObject({ status: 'failed', failure: { kind: 'request', stepId: 'first' } });
  });

  it('sees in its parameters what the step has just left', () => {
    const onSuccess = [goto(given({ phone: '$steps.first.outputs.p', code: '$statusCode' }))];
    const outputs = { p: '$response.body#/p' };
    const run = play(
      documentOf(
        w([send('first', {}, { outputs, onSuccess })]),
        child({}, inputs({ phone: text, code: {} })),
      ),
    );
    run.answer(200, { p: '+1' });
    expect(run.requests.at(-1)).toBe('POST /codes {"phone":"+1","code":200}');
  });

  it('resolves reusable parameters', () => {
    const document = {
      ...documentOf(
        w([
          send(
            'first',
            {},
            { onSuccess: [goto({ parameters: [{ reference: '$components.parameters.tel' }] })] },
          ),
        ]),
        child(),
      ),
      components: { parameters: { tel: { name: 'phone', value: '+1' } } },
    };
    const run = play(document);
    run.answer(200);
    expect(run.requests.at(-1)).toBe('POST /codes {"phone":"+1"}');
  });

  it('ends the call that it is made in', () => {
    const run = play(
      documentOf(
        w(
          [
            call('step', 'middle', {}, { outputs: { token: '$outputs.token' } }),
            send('last', '$workflows.middle.outputs.token'),
          ],
          {
            outputs: { token: '$steps.step.outputs.token' },
          },
        ),
        { workflowId: 'middle', steps: [send('first', {}, { onSuccess: [goto(given({ phone: '+1' }))] })] },
        child(),
      ),
    );
    expect(run.answer(200)).toMatchObject({ path: ['step', 'child'] });
    expect(run.answer(200, { token: 't' })).toMatchObject({ path: [], stepId: 'last' });
    run.answer(200);
    expect(run.requests.at(-1)).toBe('POST /codes "t"');
    expect(run.ended()?.outputs).toEqual({ token: 't' });
  });
});

describe('retry with a reference', () => {
  it('runs a workflow after the delay, and then the step again whatever came of it', () => {
    const onFailure = [
      {
        name: 'refresh',
        type: 'retry',
        retryAfter: 2,
        retryLimit: 2,
        workflowId: 'child',
        ...given({ phone: '$response.body#/p' }),
      },
    ];
    const step = send('first', { token: '$workflows.child.outputs.token' }, { onFailure });
    const run = play(documentOf(w([step]), child()));
    expect(run.answer(401, { p: '+1' })).toMatchObject({ kind: 'delay', path: [], stepId: 'first' });
    expect(run.on({ type: 'elapsed' })).toMatchObject({ path: ['child'], stepId: 'inner' });
    expect(run.answer(200, { token: 't' })).toMatchObject({ path: [], stepId: 'first', attempt: 2 });
    run.answer(401, { p: '+2' });
    run.on({ type: 'elapsed' });
    expect(run.answer(500)).toMatchObject({ path: [], stepId: 'first', attempt: 3 });
    expect(run.requests).toEqual([
      'POST /codes {}',
      'POST /codes {"phone":"+1"}',
      'POST /codes {"token":"t"}',
      'POST /codes {"phone":"+2"}',
      'POST /codes {}',
    ]);
  });

  it('passes the inputs that the workflow declares when it has no parameters', () => {
    const onFailure = [{ name: 'refresh', type: 'retry', workflowId: 'child' }];
    const run = play(documentOf(w([send('first', {}, { onFailure })]), child()), { inputs: { phone: '+1' } });
    run.answer(401);
    run.on({ type: 'elapsed' });
    expect(run.requests.at(-1)).toBe('POST /codes {"phone":"+1"}');
  });

  it('skips a step whose inputs are absent or that cannot be sent, in silence', () => {
    const skipping = (payload: JsonValue, more: JsonObject = {}) =>
      documentOf(
        w(
          [
            send('first', {}, { onFailure: [{ name: 'again', type: 'retry', stepId: 'later' }] }),
            send('later', payload, more),
          ],
          inputs({ code: text }, 'code'),
        ),
      );
    for (const document of [
      skipping({ code: '$inputs.code' }),
      skipping({ code: '<{$steps.none.outputs.x}>' }),
      skipping({}, { dependsOn: ['first', '$workflows.child.steps.inner'] }),
    ]) {
      const run = play(document);
      run.answer(500);
      expect(run.on({ type: 'elapsed' })).toMatchObject({ kind: 'request', stepId: 'first', attempt: 2 });
    }
  });

  it('runs the workflow of a step that calls one, once, and keeps the outputs of the step only', () => {
    const run = play(
      documentOf(
        w(
          [
            send(
              'first',
              { token: '$steps.refresh.outputs.token' },
              { onFailure: [{ name: 'again', type: 'retry', stepId: 'refresh' }] },
            ),
            call(
              'refresh',
              'child',
              {},
              { outputs: { token: '$outputs.token' }, onSuccess: [{ name: 'over', type: 'end' }] },
            ),
          ],
          {},
        ),
        child(),
      ),
    );
    run.answer(401);
    expect(run.on({ type: 'elapsed' })).toMatchObject({
      kind: 'input',
      path: ['refresh'],
      missing: ['phone'],
    });
    run.on(submit({ phone: '+1' }));
    run.answer(200, { token: 't' });
    expect(run.requests.at(-1)).toBe('POST /codes {"token":"t"}');
  });
});

describe('dependsOn of a workflow', () => {
  const dependency = (workflowId: string, ...dependsOn: string[]): JsonObject => ({
    workflowId,
    dependsOn,
    steps: [send(workflowId, { name: workflowId }, { outputs: { v: '$response.body#/v' } })],
    outputs: { v: `$steps.${workflowId}.outputs.v` },
  });

  it('runs each once before the first step, dependencies first and in written order', () => {
    const run = play(
      documentOf(
        w([send('mine', { a: '$workflows.a.outputs.v', b: '$workflows.b.outputs.v' })], {
          dependsOn: ['b', 'a'],
        }),
        dependency('a', 'base'),
        dependency('b', 'base'),
        dependency('base'),
      ),
    );
    expect(run.situation()).toMatchObject({ kind: 'request', path: ['base'], stepId: 'base' });
    run.answer(200);
    run.answer(200, { v: 'of b' });
    run.answer(200, { v: 'of a' });
    expect(run.requests).toEqual([
      'POST /codes {"name":"base"}',
      'POST /codes {"name":"b"}',
      'POST /codes {"name":"a"}',
      'POST /codes {"a":"of a","b":"of b"}',
    ]);
  });

  it('fails with the failure of one that fails', () => {
    const run = play(
      documentOf(
        w([send('mine')], {
          dependsOn: ['a'],
          failureActions: [{ name: 'never', type: 'goto', stepId: 'mine' }],
        }),
        dependency('a'),
      ),
    );
    run.answer(500);
    expect(run.ended()).toMatchObject({
      status: 'failed',
      failure: { stepId: 'a', attempt: 1, statusCode: 500 },
    });
    expect(run.ended()?.failure).not.toHaveProperty('reason');
  });

  it('asks for a required input that it declares too before it runs, and for its own inside', () => {
    const run = play(
      documentOf(
        w([send('mine', { phone: '$inputs.phone', mine: '$inputs.mine' })], {
          ...inputs({ phone: text, mine: text }, 'phone', 'mine'),
          dependsOn: ['child'],
        }),
        child({}, inputs({ phone: text, code: text }, 'phone', 'code')),
      ),
    );
    expect(run.situation()).toEqual({ kind: 'input', path: [], stepId: 'child', missing: ['phone'] });
    expect(run.on(submit({ phone: '+1' }))).toMatchObject({
      path: ['child'],
      stepId: 'inner',
      missing: ['code'],
    });
    run.on(submit({ code: 'c' }));
    expect(run.answer(200)).toMatchObject({ path: [], stepId: 'mine', missing: ['mine'] });
    run.on(submit({ mine: 'm' }));
    expect(run.requests).toEqual([
      'POST /codes {"phone":"+1","code":"c"}',
      'POST /codes {"phone":"+1","mine":"m"}',
    ]);
  });

  it('runs it again when an input is revised that was asked for it', () => {
    const run = play(
      documentOf(
        w([send('mine', { phone: '$inputs.phone', mine: '$inputs.mine' })], {
          ...inputs({ phone: text, mine: text }, 'phone', 'mine'),
          dependsOn: ['child'],
        }),
        child(),
      ),
    );
    run.on(submit({ phone: '+1' }));
    run.answer(200);
    expect(run.on({ type: 'revise', input: 'phone' })).toMatchObject({
      path: [],
      stepId: 'child',
      missing: ['phone'],
    });
    run.on(submit({ phone: '+2' }));
    expect(run.requests.at(-1)).toBe('POST /codes {"phone":"+2"}');
  });

  it('passes only the inputs that the dependency declares or refers to', () => {
    const run = play(
      documentOf(
        w([send('mine')], { dependsOn: ['child'], outputs: { stray: '$workflows.child.inputs.stray' } }),
        child({}),
      ),
      { inputs: { phone: '+1', stray: 's' } },
    );
    run.answer(200);
    run.answer(200);
    expect(run.ended()).toEqual({ status: 'done', outputs: {} });
  });

  it('takes no value where it asks that no step has a use for', () => {
    const run = play(
      documentOf(
        w([send('mine')], { ...inputs({ phone: text, idle: text }, 'phone'), dependsOn: ['child'] }),
        child(),
      ),
    );
    const values = { phone: '+1', idle: 'x' };
    expect(run.on(submit(values))).toMatchObject({ rejection: [{ input: 'idle', rule: 'notAsked' }] });
  });

  it('runs again in every call of the workflow that asks for it', () => {
    const run = play(
      documentOf(w([call('one', 'a'), call('two', 'a')]), dependency('a', 'base'), dependency('base')),
    );
    expect(run.situation()).toMatchObject({ path: ['one', 'base'] });
    run.answer(200);
    expect(run.answer(200)).toMatchObject({ path: ['two', 'base'] });
  });
});

describe('dependsOn of a step', () => {
  const skipping = { onSuccess: [{ name: 'skip', type: 'goto', stepId: 'third' }] };

  it('fails the step when one has not run, and not when it has, successfully or not', () => {
    const document = documentOf(
      w([
        send(
          'first',
          {},
          { onSuccess: [{ ...skipping.onSuccess[0], ...when('$statusCode == 201') }] as JsonObject[] },
        ),
        send('second', {}, { onFailure: [{ name: 'on', type: 'goto', stepId: 'third' }] }),
        send('third', {}, { dependsOn: ['second'] }),
      ]),
    );
    const skipped = play(document);
    expect(skipped.answer(201)).toMatchObject({ kind: 'unsendable', path: [], stepId: 'third', attempt: 1 });
    skipped.on({ type: 'lost', kind: 'request' });
    expect(skipped.ended()?.failure).toMatchObject({ kind: 'request', stepId: 'third' });
    const failed = play(document);
    failed.answer(200);
    expect(failed.answer(500)).toMatchObject({ kind: 'request', stepId: 'third' });
  });

  it('fails a step that calls a workflow at once', () => {
    const run = play(
      documentOf(
        w([
          send('first', {}, skipping),
          send('second'),
          call('third', 'child', { phone: '+1' }, { dependsOn: ['second'] }),
        ]),
        child(),
      ),
    );
    run.answer(200);
    expect(run.requests).toHaveLength(1);
    expect(run.ended()?.failure).toMatchObject({ kind: 'request', stepId: 'third', attempt: 1 });
  });

  it('is met by another workflow that has run to an end', () => {
    const document = (...steps: JsonObject[]) =>
      documentOf(w([...steps, send('last', {}, { dependsOn: ['$workflows.child.steps.inner'] })]), child());
    expect(play(document()).situation()).toMatchObject({ kind: 'unsendable', stepId: 'last' });
    const run = play(document(call('step', 'child', { phone: '+1' })));
    expect(run.answer(200)).toMatchObject({ kind: 'request', stepId: 'last' });
  });

  it('may be written with the name of the own workflow, or of one in another document', () => {
    const depending = (...dependsOn: string[]) =>
      documentOf(w([send('first'), send('last', {}, { dependsOn })]));
    const own = play(depending('$workflows.w.steps.first'));
    expect(own.answer(200)).toMatchObject({ kind: 'request', stepId: 'last' });
    const other = play(depending('$sourceDescriptions.other.child.steps.inner'));
    expect(other.answer(200)).toMatchObject({ kind: 'unsendable', stepId: 'last' });
    const met = documentOf(
      w([
        call('first', '$sourceDescriptions.other.child', { phone: '+1' }),
        send('last', {}, { dependsOn: ['$sourceDescriptions.other.child.steps.inner'] }),
      ]),
    );
    const documents = { other: { document: documentOf(child()), sources: { api: API } } };
    expect(play(met, { documents }).answer(200)).toMatchObject({ kind: 'request', stepId: 'last' });
  });
});

describe('recursion', () => {
  const child2 = (steps: JsonObject[], more: JsonObject = {}): JsonObject => ({
    workflowId: 'child',
    steps,
    ...more,
  });

  it('is refused, whichever way a workflow leads to itself', () => {
    const action = (type: string) => ({ name: 'x', type, workflowId: 'w' });
    for (const back of [
      child2([call('step', 'w')]),
      child2([send('step', {}, { onSuccess: [action('goto')] })]),
      child2([send('step', {}, { onFailure: [action('retry')] })]),
      child2([send('step')], { dependsOn: ['w'] }),
      child2([send('step')], { failureActions: [action('goto')] }),
    ]) {
      expect(() => play(documentOf(w([call('step', 'child')]), back))).toThrow('leads to itself');
    }
  });

  it('is no matter of two calls of the same workflow', () => {
    const run = play(documentOf(w([call('one', 'child'), call('two', 'child')]), child()));
    expect(run.situation()).toMatchObject({ path: ['one'] });
  });
});

describe('workflows of other documents', () => {
  const other = {
    ...documentOf(
      child(
        { parameters: [] },
        {
          failureActions: [{ reference: '$components.failureActions.stop' }],
          outputs: { url: '$sourceDescriptions.api.url', token: '$steps.inner.outputs.token' },
        },
      ),
    ),
    sourceDescriptions: [{ name: 'api', url: 'other-api.json', type: 'openapi' }],
    components: { failureActions: { stop: { name: 'stop', type: 'end' } } },
  };
  const documents = { other: { document: other, sources: { api: API } } };
  const qualified = '$sourceDescriptions.other.child';

  it('are called by their qualified names, with components and sources of their own', () => {
    const outputs = { url: '$outputs.url', token: '$workflows.child.outputs.token' };
    const run = play(
      documentOf(
        w([call('step', qualified, { phone: '+1' }, { outputs })], {
          outputs: { url: '$steps.step.outputs.url', token: '$steps.step.outputs.token' },
        }),
      ),
      { documents },
    );
    expect(run.situation()).toMatchObject({ path: ['step'], stepId: 'inner' });
    run.answer(200, { token: 't' });
    expect(run.ended()?.outputs).toEqual({ url: 'other-api.json', token: 't' });
  });

  it('are reached by goto and dependsOn too', () => {
    const onFailure = [{ name: 'away', type: 'goto', workflowId: qualified }];
    const going = play(documentOf(w([send('first', {}, { onFailure })])), {
      documents,
      inputs: { phone: '+1' },
    });
    going.answer(500);
    going.answer(400);
    expect(going.ended()?.failure).toMatchObject({ stepId: 'inner', endedBy: 'stop' });
    const depending = play(documentOf(w([send('first')], { dependsOn: [qualified] })), { documents });
    expect(depending.situation()).toMatchObject({ path: ['child'], stepId: 'inner', missing: ['phone'] });
  });

  it('must be given', () => {
    expect(() => play(documentOf(w([call('step', qualified)])))).toThrow('"other"');
  });
});
