import { createAlphabet } from '../../model/create-alphabet.ts';
import { BROKEN, json, LOST, submit, type Example } from '../example.ts';

const SERVED = json(200, { served: true, depot: 'north' });
const ORDER = json(200, { weight_grams: 1200 });
const SHIPPED = json(200, { status: 'shipped', tracking_code: 'T-9' });
const PARCEL = json(201, { id: 'p1', tracking_code: 'T-1' });

export const PARCEL_SHIPPING: Example = {
  file: 'parcel-shipping/ship-order.arazzo.yaml',
  workflowId: 'ship-order',
  shows: 'workflows of another document: `dependsOn`, a step that calls one, a `goto` to one',
  alphabet: createAlphabet({
    values: {
      postcode: ['12345', '1'],
      order_id: ['o-1', '1'],
      weight_grams: [1200, 40000],
      tracking_code: ['T-1', 'T'],
      pickup_day: ['2030-01-05', 'soon'],
    },
    answers: {
      checkPostcode: [SERVED, json(200, { served: false }), LOST],
      getOrder: [ORDER, SHIPPED, json(404), BROKEN, LOST],
      locateParcel: [json(200, { place: 'Bergen' }), json(404), BROKEN, LOST],
      createParcel: [PARCEL, BROKEN, LOST],
      requestPickup: [json(202), json(409), BROKEN, LOST],
      markShipped: [json(200), BROKEN, LOST],
    },
  }),
  extra: [
    // A tracking code that cannot be one.
    [
      submit({ postcode: '12345' }),
      SERVED,
      submit({ order_id: 'o-1' }),
      json(200, { status: 'shipped', tracking_code: 'T' }),
    ],
    // Too heavy for the carrier, and an order of unknown weight, which a person has to give.
    [submit({ postcode: '12345' }), SERVED, submit({ order_id: 'o-1' }), json(200, { weight_grams: 40_000 })],
    [
      submit({ postcode: '12345' }),
      SERVED,
      submit({ order_id: 'o-1' }),
      json(200, {}),
      submit({ weight_grams: 900 }),
    ],
  ],
  happy: {
    inputs: { postcode: '12345', order_id: 'o-1', pickup_day: '2030-01-05' },
    api: {
      'GET /areas/12345': [SERVED],
      'GET /api/orders/o-1': [ORDER],
      'POST /parcels': [PARCEL],
      'PUT /parcels/p1/pickup': [json(202)],
      'PATCH /api/orders/o-1': [json(200)],
    },
    requests: [
      'GET /areas/12345',
      'GET /api/orders/o-1',
      'POST /parcels {"weight_grams":1200,"postcode":"12345"}',
      'PUT /parcels/p1/pickup {"day":"2030-01-05"}',
      'PATCH /api/orders/o-1 {"status":"shipped","tracking_code":"T-1"}',
    ],
    outputs: { trackingCode: 'T-1' },
  },
};
