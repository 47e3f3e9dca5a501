import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/document/json.ts';
import { call, child, documentOf, inputs, send, submit, text, w, when } from './called-workflows.ts';
import { START, play } from './play.ts';

describe('a step that calls a workflow', () => {
  it('runs it with its parameters as inputs, and takes outputs from it', () => {
    const outputs = {
      token: '$outputs.token',
      again: '$workflows.child.outputs.token',
      phone: '$workflows.child.inputs.phone',
      status: '$statusCode',
      body: '$response.body#/token',
    };
    const run = play(
      documentOf(
        w([call('step', 'child', { phone: '$inputs.tel', code: 'c' }, { outputs })], {
          ...inputs({ tel: text }, 'tel'),
          outputs: { all: '$steps.step.outputs.token', status: '$steps.step.outputs.status' },
        }),
        child(),
      ),
      { inputs: { tel: '+1' } },
    );
    expect(run.situation()).toMatchObject({ kind: 'request', path: ['step'], stepId: 'inner', attempt: 1 });
    run.answer(201, { token: 't' });
    expect(run.requests).toEqual(['POST /codes {"phone":"+1","code":"c"}']);
    expect(run.ended()).toEqual({ status: 'done', outputs: { all: 't', status: 201 } });
  });

  it('sees all that its workflow left in the outputs it declares, and has none when it declares none', () => {
    const outputs = {
      again: '$workflows.child.outputs.token',
      phone: '$workflows.child.inputs.phone',
      body: '$response.body#/token',
      own: '$inputs.mine',
    };
    const root = (more: JsonObject) =>
      documentOf(
        w(
          [
            call('step', 'child', { phone: '+1' }, more),
            send('last', { token: '$steps.step.outputs.token' }),
          ],
          {
            outputs: {
              again: '$steps.step.outputs.again',
              phone: '$steps.step.outputs.phone',
              body: '$steps.step.outputs.body',
              own: '$steps.step.outputs.own',
              direct: '$workflows.child.outputs.token',
            },
          },
        ),
        child(),
      );
    const declared = play(root({ outputs }), { inputs: { mine: 'm' } });
    declared.answer(200, { token: 't' });
    declared.answer(200);
    const all = { again: 't', phone: '+1', body: 't', own: 'm', direct: 't' };
    expect(declared.ended()?.outputs).toEqual(all);
    const none = play(root({}));
    none.answer(200, { token: 't' });
    none.answer(200);
    expect(none.requests.at(-1)).toBe('POST /codes {}');
    expect(none.ended()?.outputs).toEqual({ direct: 't' });
  });

  it('asks for its own inputs outside and for those of the workflow inside', () => {
    const run = play(
      documentOf(
        w([call('step', 'child', { code: '$inputs.code' })], inputs({ code: text }, 'code')),
        child(),
      ),
    );
    expect(run.situation()).toEqual({ kind: 'input', path: [], stepId: 'step', missing: ['code'] });
    expect(run.on(submit({ code: 'c' }))).toEqual({
      kind: 'input',
      path: ['step'],
      stepId: 'inner',
      missing: ['phone'],
    });
    run.on(submit({ phone: '+1' }));
    expect(run.requests).toEqual(['POST /codes {"phone":"+1","code":"c"}']);
  });

  it('asks for what is embedded in a text of its parameters', () => {
    const run = play(documentOf(w([call('step', 'child', { phone: '+{$inputs.tel}' })]), child()));
    expect(run.situation()).toMatchObject({ path: [], stepId: 'step', missing: ['tel'] });
    run.on(submit({ tel: '1' }));
    expect(run.requests).toEqual(['POST /codes {"phone":"+1"}']);
  });

  it('fails where a text of its parameters cannot be made, before any request', () => {
    const run = play(documentOf(w([call('step', 'child', { phone: '+{$steps.none.outputs.x}' })]), child()));
    expect(run.ended()?.failure).toMatchObject({ kind: 'request', stepId: 'step', attempt: 1 });
  });

  it('takes the parameters of its workflow too, by name and wherever they go', () => {
    const parameters = [
      { name: 'phone', in: 'header', value: 'all' },
      { name: 'code', value: 'all' },
    ];
    const run = play(documentOf(w([call('step', 'child', { code: 'mine' })], { parameters }), child()));
    expect(run.requests).toEqual(['POST /codes {"phone":"all","code":"mine"}']);
  });

  it('leaves those of its workflow that go nowhere to it alone', () => {
    const parameters = [{ name: 'phone', value: 'all' }];
    const run = play(documentOf(w([call('step', 'child'), send('last')], { parameters }), child()));
    run.answer(200);
    expect(run.requests).toEqual(['POST /codes {"phone":"all"}', 'POST /codes {}']);
    expect(run.situation()).toHaveProperty('call.parameters', []);
  });

  it('applies defaults, and drops what the workflow neither declares nor refers to', () => {
    const outputs = { stray: '$inputs.stray', lost: '$workflows.child.inputs.lost' };
    const more = {
      ...inputs({ phone: { default: 'p' }, code: { default: 'd' } }, 'phone'),
      outputs: { stray: '$inputs.stray' },
    };
    const step = call(
      'step',
      'child',
      { code: 'c', stray: 's', lost: 'l' },
      { outputs: { ...outputs, stray: '$outputs.stray' } },
    );
    const run = play(
      documentOf(
        w([step], { outputs: { stray: '$steps.step.outputs.stray', lost: '$steps.step.outputs.lost' } }),
        child({}, more),
      ),
    );
    run.answer(200);
    expect(run.requests).toEqual(['POST /codes {"phone":"p","code":"c"}']);
    expect(run.ended()?.outputs).toEqual({ stray: 's' });
  });

  it('leaves out a value that is absent', () => {
    const run = play(documentOf(w([call('step', 'child', { phone: '+1', code: '$inputs.none' })]), child()));
    expect(run.requests).toEqual(['POST /codes {"phone":"+1"}']);
  });

  it('fails before the first request when a value breaks the schema of the workflow', () => {
    const onFailure = [{ name: 'ended', type: 'end', ...when('$statusCode == null') }];
    const run = play(documentOf(w([call('step', 'child', { phone: 7 }, { onFailure })]), child()));
    expect(run.requests).toEqual([]);
    expect(run.ended()?.failure).toMatchObject({
      kind: 'request',
      stepId: 'step',
      attempt: 1,
      reason: 'ended',
      endedBy: 'ended',
    });
  });

  it('refuses absent inputs of the workflow where nobody is asked', () => {
    const document = documentOf(w([call('step', 'child')]), child());
    const run = play(document, { deferredInputs: false });
    expect(run.ended()?.failure).toMatchObject({ kind: 'request', stepId: 'step' });
  });

  it('fails with the failure of the workflow, which is then its own', () => {
    const inner = { onFailure: [{ name: 'innerEnd', type: 'end' }] };
    const run = play(documentOf(w([call('step', 'child', { phone: '+1' })]), child(inner)));
    run.answer(429, { error_type: 'slow', error_message: 'Slow down.' }, { 'retry-after': '5' });
    expect(run.ended()?.failure).toEqual({
      kind: 'response',
      stepId: 'step',
      attempt: 1,
      statusCode: 429,
      errorType: 'slow',
      message: 'Slow down.',
      retryAt: START + 5000,
    });
  });

  it('sees the outputs that resolve and the last response of a workflow that failed', () => {
    const onFailure = [
      { name: 'back', type: 'goto', stepId: 'last', ...when("$outputs.phone == '+1' && $statusCode == 400") },
    ];
    const outputs = { phone: '$outputs.phone', token: '$outputs.token' };
    const run = play(
      documentOf(
        w(
          [
            call('step', 'child', { phone: '+1' }, { onFailure, outputs }),
            send('last', '$steps.step.outputs'),
          ],
          {
            outputs: { phone: '$steps.step.outputs.phone', token: '$steps.step.outputs.token' },
          },
        ),
        child(),
      ),
    );
    expect(run.answer(400)).toMatchObject({ kind: 'request', path: [], stepId: 'last' });
    run.answer(200);
    expect(run.ended()).toEqual({ status: 'done', outputs: { phone: '+1' } });
  });

  it('runs the whole workflow anew on a retry, with nothing left of the first run', () => {
    const onFailure = [{ name: 'again', type: 'retry', retryAfter: 3 }];
    const two = child(
      {},
      {
        steps: [
          send('inner', { phone: '$inputs.phone' }, { outputs: { token: '$response.body#/token' } }),
          send('next', { token: '$steps.inner.outputs.token' }),
        ],
      },
    );
    const run = play(documentOf(w([call('step', 'child', {}, { onFailure })]), two));
    run.on(submit({ phone: '+1' }));
    run.answer(200, { token: 't' });
    const delay = run.answer(500);
    expect(delay).toEqual({ kind: 'delay', path: [], stepId: 'step', until: START + 3000 });
    expect(run.on({ type: 'elapsed' })).toMatchObject({ kind: 'input', path: ['step'], missing: ['phone'] });
    run.on(submit({ phone: '+2' }));
    run.answer(200);
    expect(run.requests.slice(2)).toEqual(['POST /codes {"phone":"+2"}', 'POST /codes {}']);
    run.answer(500);
    expect(run.ended()?.failure).toMatchObject({ stepId: 'step', attempt: 2, statusCode: 500 });
  });

  it('waits as long as the last answer inside asks for, unless that is too long', () => {
    const onFailure = [
      { name: 'again', type: 'retry', retryAfter: 3 },
      { name: 'over', type: 'end' },
    ];
    const document = documentOf(w([call('step', 'child', { phone: '+1' }, { onFailure })]), child());
    const run = play(document);
    expect(run.answer(503, {}, { 'retry-after': '7' })).toMatchObject({ until: START + 7000 });
    const late = play(document);
    late.answer(503, {}, { 'retry-after': '61' });
    expect(late.ended()?.failure).toMatchObject({ endedBy: 'over', retryAt: START + 61_000 });
  });

  it('fails when its criteria do not hold, with the last status code', () => {
    const criteria = (condition: string) => ({ successCriteria: [{ condition }] });
    const run = play(
      documentOf(w([call('step', 'child', { phone: '+1' }, criteria("$outputs.token == 'good'"))]), child()),
    );
    run.answer(201, { token: 'bad', error_type: 'x' });
    expect(run.ended()?.failure).toMatchObject({
      kind: 'response',
      stepId: 'step',
      attempt: 1,
      statusCode: 201,
    });
    expect(run.ended()?.failure).not.toHaveProperty('errorType');
  });

  it('succeeds when its criteria hold, and never when the workflow failed', () => {
    const criteria = { successCriteria: [{ condition: '$statusCode == 400' }] };
    const document = documentOf(
      w([call('step', 'child', { phone: '+1' }, criteria)]),
      child({ successCriteria: [{ condition: '$statusCode < 500' }] }),
    );
    const run = play(document);
    run.answer(400);
    expect(run.ended()?.status).toBe('done');
    const failing = play(documentOf(w([call('step', 'child', { phone: '+1' }, criteria)]), child()));
    failing.answer(400);
    expect(failing.ended()?.status).toBe('failed');
  });

  it('follows its success actions', () => {
    const onSuccess = [{ name: 'over', type: 'end', ...when("$outputs.token == 't'") }];
    const document = documentOf(
      w([call('step', 'child', { phone: '+1' }, { onSuccess }), send('last')]),
      child(),
    );
    const ending = play(document);
    ending.answer(200, { token: 't' });
    expect(ending.ended()?.status).toBe('done');
    const going = play(document);
    expect(going.answer(200, {})).toMatchObject({ path: [], stepId: 'last' });
  });

  it('shows the last failure to a person who is asked inside', () => {
    const onFailure = [{ name: 'back', type: 'goto', stepId: 'step' }];
    const run = play(documentOf(w([call('step', 'child', {}, { onFailure })]), child()));
    run.on(submit({ phone: '+1' }));
    expect(run.answer(400)).toMatchObject({
      kind: 'input',
      path: ['step'],
      failure: { stepId: 'step', statusCode: 400, reason: 'back' },
    });
  });

  it('sees no response but those of its own workflow', () => {
    const onFailure = [{ name: 'none', type: 'end', ...when('$statusCode == null') }];
    const run = play(
      documentOf(w([send('first'), call('step', 'child', { phone: '+1' }, { onFailure })]), child()),
    );
    run.answer(200);
    run.on({ type: 'lost', kind: 'network' });
    expect(run.ended()?.failure).toMatchObject({ kind: 'network', stepId: 'step', endedBy: 'none' });
  });

  it('sees the last response of a call inside of its workflow', () => {
    const outputs = { status: '$statusCode' };
    const run = play(
      documentOf(
        w([call('outer', 'middle', {}, { outputs })], { outputs: { status: '$steps.outer.outputs.status' } }),
        { workflowId: 'middle', steps: [send('first'), call('between', 'child', { phone: '+1' })] },
        child(),
      ),
    );
    run.answer(200);
    run.answer(203);
    expect(run.ended()?.outputs).toEqual({ status: 203 });
  });

  it('is cancelled with all that runs inside, and the outputs of the outermost', () => {
    const run = play(
      documentOf(
        w([send('first', {}, { outputs: { a: '$response.body#/a' } }), call('step', 'child')], {
          outputs: { a: '$steps.first.outputs.a' },
          failureActions: [{ name: 'back', type: 'goto', stepId: 'first' }],
        }),
        child(),
      ),
    );
    run.answer(200, { a: 1 });
    run.on({ type: 'cancel' });
    expect(run.ended()).toEqual({ status: 'cancelled', outputs: { a: 1 } });
  });

  it('counts all attempts of a run towards maxSteps, which no failure action outlives', () => {
    const onFailure = [{ name: 'back', type: 'goto', stepId: 'step' }];
    const document = documentOf(w([call('step', 'child', { phone: '+1' }, { onFailure })]), child());
    const run = play(document, { maxSteps: 3 });
    run.answer(400);
    expect(run.requests).toHaveLength(1);
    expect(run.ended()).toMatchObject({ status: 'failed', failure: { kind: 'maxSteps' } });
    expect(run.ended()?.failure).toMatchObject({ stepId: 'inner' });
    expect(run.ended()?.failure).not.toHaveProperty('reason');
  });

  it('keeps repeat and revise inside the workflow they are sent in', () => {
    const repeatable = { 'x-xstate': { repeatable: true } };
    const run = play(
      documentOf(
        w([send('first', { a: '$inputs.a' }, repeatable), call('step', 'child')], inputs({ a: text }, 'a')),
        child(),
      ),
      { inputs: { a: 'x' } },
    );
    run.answer(200);
    expect(run.on({ type: 'repeat' })).toMatchObject({ kind: 'input', path: ['step'] });
    expect(run.on({ type: 'revise', input: 'a' })).toMatchObject({ kind: 'input', path: ['step'] });
    expect(run.requests).toHaveLength(1);
  });

  it('repeats and revises inside', () => {
    const two = child(
      {},
      {
        ...inputs({ phone: text, code: text }, 'phone', 'code'),
        steps: [
          send('inner', { phone: '$inputs.phone' }, { 'x-xstate': { repeatable: true } }),
          send('next', { code: '$inputs.code' }),
        ],
      },
    );
    const run = play(documentOf(w([call('step', 'child', { phone: '+1' })]), two));
    expect(run.answer(200)).toMatchObject({ missing: ['code'], repeatAt: START });
    expect(run.on({ type: 'repeat' })).toMatchObject({ kind: 'request', path: ['step'], stepId: 'inner' });
    run.answer(200);
    expect(run.on({ type: 'revise', input: 'phone' })).toMatchObject({ path: ['step'], missing: ['phone'] });
  });

  it('may be repeated as a whole from a later wait', () => {
    const run = play(
      documentOf(
        w(
          [
            call('step', 'child', { phone: '+1' }, { 'x-xstate': { repeatable: { afterSeconds: 5 } } }),
            send('last', { code: '$inputs.code' }),
          ],
          inputs({ code: text }, 'code'),
        ),
        child(),
      ),
    );
    expect(run.answer(200)).toMatchObject({ kind: 'input', path: [], repeatAt: START + 5000 });
    run.advance(5);
    expect(run.on({ type: 'repeat' })).toMatchObject({ kind: 'request', path: ['step'] });
    expect(run.answer(400)).toMatchObject({ kind: 'input', path: [], failure: { stepId: 'step' } });
  });

  it('names every call that a situation is inside of', () => {
    const run = play(
      documentOf(
        w([call('outer', 'middle')]),
        { workflowId: 'middle', steps: [call('between', 'child')] },
        child(),
      ),
    );
    expect(run.situation()).toMatchObject({
      path: ['outer', 'between'],
      stepId: 'inner',
      missing: ['phone'],
    });
  });
});

describe('$workflows', () => {
  it('gives the inputs of the workflow at work and the last run of any other', () => {
    const run = play(
      documentOf(
        w([
          call('one', 'child', { phone: 'a' }),
          call('two', 'child', { phone: 'b' }),
          send('last', {
            mine: '$workflows.w.inputs.mine',
            phone: '$workflows.child.inputs.phone',
            token: '$workflows.child.outputs.token',
          }),
        ]),
        child({
          requestBody: {
            payload: {
              own: '$workflows.child.inputs.phone',
              caller: '$workflows.w.inputs.mine',
              last: '$workflows.child.outputs.token',
            },
          },
        }),
      ),
      { inputs: { mine: 'm' } },
    );
    run.answer(200, { token: 1 });
    run.answer(200, { token: 2 });
    expect(run.requests).toEqual([
      'POST /codes {"own":"a"}',
      'POST /codes {"own":"b"}',
      'POST /codes {"mine":"m","phone":"b","token":2}',
    ]);
  });
});
