import { createAlphabet } from '../../model/create-alphabet.ts';
import { BROKEN, json, LOST, xml, type Example } from '../example.ts';

const RATES = xml(
  200,
  '<rates><rate code="express" price="30.5"/><rate code="slow" price="9.5"/><rate code="normal" price="12"/></rates>',
);
const BOOKED = xml(201, '<booked><label>L-1</label></booked>');

export const XML_RATES: Example = {
  file: 'xml-rates/ship-abroad.arazzo.yaml',
  workflowId: 'ship-abroad',
  shows: 'XML: payload replacements, criteria and selectors with XPath',
  alphabet: createAlphabet({
    values: { country: ['NO', 'Norway'], weight: [1200, 0] },
    answers: {
      requestRates: [
        RATES,
        xml(200, '<rates/>'),
        xml(200, '<rates><unknown-country/></rates>'),
        json(503),
        BROKEN,
        LOST,
      ],
      bookRate: [BOOKED, xml(409, '<error code="expired"/>'), xml(409, '<error code="full"/>'), LOST],
    },
  }),
  happy: {
    inputs: { country: 'NO', weight: 1200 },
    api: { 'POST /rates': [RATES], 'POST /bookings': [BOOKED] },
    requests: [
      'POST /rates <inquiry><parcel country="NO" currency="EUR"><weight>1200</weight></parcel></inquiry>',
      'POST /bookings <booking><rate>slow</rate></booking>',
    ],
    outputs: { label: 'L-1', price: 9.5 },
  },
};
