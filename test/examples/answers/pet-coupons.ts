import { createAlphabet } from '../../model/create-alphabet.ts';
import { BROKEN, INTERRUPTED, json, LOST, submit, type Example } from '../example.ts';

const PET = json(200, [{ id: 7, name: 'Mia' }]);
const NO_COUPON = json(200, []);
const ORDER = json(201, { id: 'order-1', price: 80 });

export const PET_COUPONS: Example = {
  file: 'pet-coupons/buy-pet.arazzo.yaml',
  workflowId: 'buy-pet',
  shows: 'a workflow called from two steps, reusable components, a person asked inside the call',
  alphabet: createAlphabet({
    values: { tag: ['kitten', 'k'], pet_id: [7, 'seven'], approval_code: ['1234', '12'] },
    answers: {
      findPet: [PET, json(200, []), json(503), LOST, json(400)],
      findCoupon: [json(200, [{ code: 'SPRING-10' }]), NO_COUPON, json(503), LOST, json(404)],
      createOrder: [ORDER, json(422), json(409), BROKEN, INTERRUPTED],
    },
  }),
  extra: [
    // What the API says is no coupon, or no pet, in the eyes of the workflow that is called with it.
    [submit({ tag: 'kitten' }), PET, json(200, [{ code: 7 }])],
    [submit({ tag: 'kitten' }), json(200, [{ id: 'seven', name: 'Mia' }]), NO_COUPON],
  ],
  happy: {
    inputs: { tag: 'kitten', approval_code: '1234' },
    api: {
      'GET /v1/pets': [PET],
      'GET /v1/pets/7/coupons': [json(200, [{ code: 'SPRING-10' }])],
      'POST /v1/orders': [ORDER],
    },
    requests: [
      'GET /v1/pets?tag=kitten&limit=1',
      'GET /v1/pets/7/coupons?limit=1',
      'POST /v1/orders {"pet_id":7,"coupon_code":"SPRING-10","approval_code":"1234"}',
    ],
    outputs: { petName: 'Mia', discountedOrderId: 'order-1', discountedPrice: 80 },
  },
};
