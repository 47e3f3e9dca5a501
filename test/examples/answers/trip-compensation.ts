import { createAlphabet } from '../../model/create-alphabet.ts';
import { BROKEN, INTERRUPTED, json, LOST, type Example } from '../example.ts';

const FLIGHT = json(201, { id: 'f1' });
const STAY = json(201, { id: 's1' });
const PAID = json(201, { receipt: 'r1' });

export const TRIP_COMPENSATION: Example = {
  file: 'trip-compensation/trip.arazzo.yaml',
  workflowId: 'take-trip',
  shows: 'compensation: what was booked before a failure is released again, and the run fails',
  alphabet: createAlphabet({
    values: { city: ['Oslo', 'O'], traveller: ['Ann', 'A'] },
    answers: {
      reserveFlight: [FLIGHT, json(409), LOST],
      reserveHotel: [STAY, json(409), LOST],
      pay: [PAID, json(402), INTERRUPTED],
      releaseHotel: [json(204), BROKEN, LOST],
      releaseFlight: [json(204), BROKEN, LOST],
    },
  }),
  happy: {
    inputs: { city: 'Oslo', traveller: 'Ann' },
    api: { 'POST /flights': [FLIGHT], 'POST /stays': [STAY], 'POST /payments': [PAID] },
    requests: [
      'POST /flights {"to":"Oslo","traveller":"Ann"}',
      'POST /stays {"city":"Oslo","guest":"Ann"}',
      'POST /payments {"items":["f1","s1"]}',
    ],
    outputs: { receipt: 'r1' },
  },
};
