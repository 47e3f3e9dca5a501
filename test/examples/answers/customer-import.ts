import { createAlphabet } from '../../model/create-alphabet.ts';
import { BROKEN, json, LOST, type Example } from '../example.ts';

const FILE = json(200, { first_row: 1, version: 'v-1' });
const BATCH = json(201, { imported: 1000, next_row: 1001 });
const LAST = json(201, { imported: 1400 });

export const CUSTOMER_IMPORT: Example = {
  file: 'customer-import/import.arazzo.yaml',
  workflowId: 'import-customers',
  shows: 'a loop of calls: a workflow called again while there is more, and a step that needs it to have run',
  alphabet: createAlphabet({
    values: { file_id: ['abcd', 'A'], version: ['v-1', 'v'] },
    answers: {
      openFile: [FILE, json(200, {}), json(200, { first_row: 1, version: 'v' }), json(404), BROKEN, LOST],
      importRows: [LAST, BATCH, json(408), json(412), json(503), LOST],
      publishImport: [json(204), BROKEN, LOST],
    },
  }),
  happy: {
    inputs: { file_id: 'abcd' },
    api: {
      'GET /files/abcd': [FILE],
      'POST /files/abcd/batches': [BATCH, LAST],
      'PUT /files/abcd/publication': [json(204)],
    },
    requests: [
      'GET /files/abcd',
      'POST /files/abcd/batches',
      'POST /files/abcd/batches',
      'PUT /files/abcd/publication',
    ],
    outputs: { imported: 1400 },
  },
};
