import { createAlphabet } from '../../model/create-alphabet.ts';
import { BROKEN, json, LOST, type Example } from '../example.ts';

const SEARCH = json(201, { id: 's1' });
const NOTHING = json(200, { has_more: true, products: [{ id: 'p1', stock: 0 }] });
const FOUND = json(200, {
  has_more: true,
  products: [
    { id: 'p2', stock: 0 },
    { id: 'p3', stock: 4 },
  ],
});
const RESERVED = json(201, { id: 'r1' });

export const CATALOGUE_SEARCH: Example = {
  file: 'catalogue-search/find-product.arazzo.yaml',
  workflowId: 'find-product',
  shows: 'a loop over pages: `goto` back, a JSONPath criterion, a selector, a payload replacement',
  alphabet: createAlphabet({
    values: { category: ['lamps', 'pets'], page_size: [50, 0] },
    answers: {
      openSearch: [SEARCH, BROKEN, LOST],
      fetchPage: [FOUND, NOTHING, json(200, { has_more: false, products: [] }), json(429), BROKEN, LOST],
      reserveProduct: [RESERVED, json(409), BROKEN, LOST],
    },
  }),
  happy: {
    inputs: { category: 'lamps', page_size: 2 },
    api: {
      'POST /public/searches': [SEARCH],
      'POST /public/searches/s1/next': [NOTHING, NOTHING, FOUND],
      'POST /public/products/p3/reservations': [RESERVED],
    },
    requests: [
      'POST /public/searches {"filter":{"category":"lamps"},"page_size":2}',
      'POST /public/searches/s1/next',
      'POST /public/searches/s1/next',
      'POST /public/searches/s1/next',
      'POST /public/products/p3/reservations',
    ],
    outputs: { productId: 'p3', reservationId: 'r1' },
  },
};
