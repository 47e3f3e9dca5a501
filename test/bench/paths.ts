import { loadDocument } from '../../src/index.ts';
import { createWorkflowModel } from '../../src/testing/index.ts';

const STEPS = 5;

/** A workflow of five requests, each of which may be answered in several ways. */
const DOCUMENT = JSON.stringify({
  arazzo: '1.1.0',
  info: { title: 'Five steps', version: '1.0.0' },
  sourceDescriptions: [{ name: 'api', url: './api.json', type: 'openapi' }],
  workflows: [
    {
      workflowId: 'five-steps',
      inputs: { type: 'object', properties: { name: { type: 'string', default: 'Ada' } } },
      steps: Array.from({ length: STEPS }, (_, index) => ({
        stepId: `step${index}`,
        operationId: 'note',
        requestBody: { payload: { name: '$inputs.name', text: `note ${index}` } },
        successCriteria: [{ condition: '$statusCode == 200' }],
        outputs: { id: '$response.body#/id' },
        onFailure: [
          {
            name: 'again',
            type: 'retry',
            retryAfter: 1,
            retryLimit: 2,
            criteria: [{ condition: '$statusCode == 503' }],
          },
          { name: 'gone', type: 'end', criteria: [{ condition: '$statusCode == 410' }] },
        ],
      })),
      outputs: { id: `$steps.step${STEPS - 1}.outputs.id` },
    },
  ],
});

const API = JSON.stringify({
  openapi: '3.1.0',
  info: { title: 'Notes', version: '1.0.0' },
  servers: [{ url: 'https://api.example/v1' }],
  paths: {
    '/notes': {
      post: {
        operationId: 'note',
        requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
        responses: {
          200: {
            description: 'Kept.',
            content: {
              'application/json': {
                schema: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } },
              },
            },
          },
        },
      },
    },
  },
});

/**
 * Runs so many paths of five happenings, searched for in a workflow of five steps, and prints how long that takes. Those
 * that are new run a second time, stored and restored in each of their states.
 */
export async function runPaths(count: number): Promise<void> {
  const { value } = await loadDocument(DOCUMENT, { resolver: () => Promise.resolve(API) });
  if (value === undefined) throw new Error('The document is broken.');
  const rows: Record<string, object> = {};
  for (const over of ['stubs', 'http'] as const) {
    const model = createWorkflowModel(value);
    const found = model.paths().paths.filter(({ events }) => events.length === STEPS);
    const started = performance.now();
    const cpu = process.cpuUsage();
    // As in a suite of so many different paths: what a path comes through is restored once.
    for (let index = 0; index < count; index += 1)
      await found[index % found.length]?.run(index < found.length ? { over } : { over, restore: false });
    const { user, system } = process.cpuUsage(cpu);
    rows[over] = {
      paths: count,
      different: found.length,
      restored: found.filter(({ isRestored }) => isRestored).length,
      steps: count * STEPS,
      'wall ms': Math.round(performance.now() - started),
      'cpu ms': Math.round((user + system) / 1000),
    };
    await model.close();
  }
  console.log('\nPaths of five steps, each compared with the reference interpreter');
  console.table(rows);
}
