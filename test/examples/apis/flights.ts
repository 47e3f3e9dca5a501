import { answer, targetOf, type Api } from './answer.ts';

const FLIGHTS = [
  { id: 'F1', label: '07:10, 80 EUR', price: 80 },
  { id: 'F2', label: '18:40, 95 EUR', price: 95 },
];

/** The API of `workflows/examples/flight-choice`: the first flight is always full. */
export function flightsApi(): Api {
  return (request, body, response) => {
    const { pathname, searchParams } = targetOf(request);
    if (pathname === '/flights') {
      const found = searchParams.get('day') === '2030-06-01' ? FLIGHTS : FLIGHTS.slice(1);
      return answer(response, 200, found);
    }
    if (pathname !== '/bookings') return answer(response, 404);
    const { flight_id: flight } = JSON.parse(body) as { flight_id: string };
    if (flight === 'F1') return answer(response, 409, { title: 'The flight is full.' });
    return answer(response, 201, { number: `B-${flight}` });
  };
}
