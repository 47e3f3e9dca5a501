import { createAlphabet } from '../../model/create-alphabet.ts';
import { BROKEN, json, LOST, submit, type Example } from '../example.ts';

const DEVICE = { serial: 'S-1001', model: 'K2' };
const QUOTE = json(201, { id: 'r-1', price: 80, loaner: 'L-7' });

export const REPAIR_QUOTE: Example = {
  file: 'repair-quote/repair.arazzo.yaml',
  workflowId: 'repair-device',
  shows:
    'questions that depend on data: one that cannot be asked, a refusal that is judged, an answer with a default',
  alphabet: createAlphabet({
    values: { device: [DEVICE, { serial: '1' }] },
    people: {
      askOwner: [
        { agreed: true },
        { agreed: true, shipping: 'express' },
        { agreed: false },
        { shipping: 'boat' },
      ],
      askDay: [{ day: '2030-02-01' }, { day: 'soon' }],
      fetchLoaner: [{ acknowledged: true }, { acknowledged: false }, { acknowledged: 'yes' }],
    },
    answers: {
      registerRepair: [QUOTE, json(201, { id: 'r-1', price: 80 }), json(201, { id: 'r-1' }), BROKEN, LOST],
      orderRepair: [json(200), json(409), BROKEN, LOST],
      planDelivery: [json(200, { day: '2030-02-01' }), BROKEN, LOST],
      returnDevice: [json(204), BROKEN, LOST],
    },
  }),
  extra: [
    // Nobody can read the model, so that nobody is asked for a day.
    [
      submit({ device: { serial: 'S-1001' } }),
      QUOTE,
      submit({ agreed: true }),
      json(200),
      json(200, { day: '2030-02-03' }),
    ],
  ],
  happy: {
    inputs: { device: DEVICE },
    answers: { askOwner: { agreed: true }, askDay: { day: '2030-02-01' } },
    api: {
      'POST /repairs': [QUOTE],
      'PUT /repairs/r-1/order': [json(200)],
      'PUT /repairs/r-1/delivery': [json(200, { day: '2030-02-01' })],
    },
    requests: [
      'POST /repairs {"serial":"S-1001","model":"K2"}',
      'PUT /repairs/r-1/order {"shipping":"standard"}',
      'PUT /repairs/r-1/delivery {"day":"2030-02-01"}',
    ],
    outputs: { day: '2030-02-01' },
  },
};
