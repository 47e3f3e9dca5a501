import { createAlphabet } from '../../model/create-alphabet.ts';
import { BROKEN, json, LOST, type Example } from '../example.ts';

const STARTED = json(202, { id: 'e1', status: 'pending' });
const PENDING = json(200, { id: 'e1', status: 'pending' });
const READY = json(200, { id: 'e1', status: 'ready', row_count: 2 });
const ROWS = [{ order: 1 }, { order: 2 }];

export const EXPORT_JOB: Example = {
  file: 'export-job/export.arazzo.yaml',
  workflowId: 'export-orders',
  shows: 'a job that is asked about until it is ready: `retry` on "still pending"',
  alphabet: createAlphabet({
    values: { month: ['2030-01', '2030-13'] },
    answers: {
      startExport: [STARTED, json(400), LOST],
      pollExport: [READY, PENDING, json(200, { id: 'e1', status: 'failed' }), json(404), BROKEN, LOST],
      fetchRows: [json(200, { rows: ROWS }), json(410), BROKEN, LOST],
    },
  }),
  happy: {
    inputs: { month: '2030-01' },
    api: {
      'POST /exports': [STARTED],
      'GET /exports/e1': [PENDING, PENDING, READY],
      'GET /exports/e1/rows': [json(200, { rows: ROWS })],
    },
    requests: [
      'POST /exports {"kind":"orders","month":"2030-01"}',
      'GET /exports/e1',
      'GET /exports/e1',
      'GET /exports/e1',
      'GET /exports/e1/rows',
    ],
    outputs: { rowCount: 2, rows: ROWS },
  },
};
