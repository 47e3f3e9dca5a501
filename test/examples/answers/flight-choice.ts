import { createAlphabet } from '../../model/create-alphabet.ts';
import { BROKEN, json, LOST, type Example } from '../example.ts';

const FLIGHTS = json(200, [
  { id: 'F1', label: '07:10, 80 EUR', price: 80 },
  { id: 'F2', label: '18:40, 95 EUR', price: 95 },
]);
const BOOKING = json(201, { number: 'B-7' });

export const FLIGHT_CHOICE: Example = {
  file: 'flight-choice/choose-flight.arazzo.yaml',
  workflowId: 'choose-flight',
  shows:
    'a person who chooses among what an API found: an `interaction` with options, branches and another round',
  alphabet: createAlphabet({
    values: { route: ['BER-LIS', 'Berlin'], day: ['2030-06-01', 'soon'] },
    people: {
      choose: [
        { action: 'book', flight_id: 'F2' },
        { action: 'otherDay' },
        { action: 'leave' },
        { action: 'book' },
        { action: 'fly' },
      ],
    },
    answers: {
      findFlights: [FLIGHTS, json(404), BROKEN, LOST],
      bookFlight: [BOOKING, json(409), BROKEN, LOST],
    },
  }),
  happy: {
    inputs: { route: 'BER-LIS', day: '2030-06-01' },
    answers: { choose: { action: 'book', flight_id: 'F2' } },
    api: { 'GET /flights': [FLIGHTS], 'POST /bookings': [json(409), BOOKING] },
    requests: [
      'GET /flights?route=BER-LIS&day=2030-06-01',
      'POST /bookings {"flight_id":"F2"}',
      'POST /bookings {"flight_id":"F2"}',
    ],
    outputs: { booking: 'B-7' },
  },
};
