import { createAlphabet } from '../../model/create-alphabet.ts';
import { BROKEN, json, LOST, type Example } from '../example.ts';

const EXPENSE = json(201, { id: 'e-1', budget: 'Travel', left: 900 });
const PAYMENT = json(200, { reference: 'pay-1' });
const DECISIONS = [{ approved: true, note: 'fine' }, { approved: false }, { approved: 'yes' }];

export const EXPENSE_APPROVAL: Example = {
  file: 'expense-approval/approve-expense.arazzo.yaml',
  workflowId: 'approve-expense',
  shows: 'people who approve: an `interaction` with a time limit, and somebody else who is asked after it',
  alphabet: createAlphabet({
    values: { amount: [120, -1], purpose: ['a train', 'a'] },
    people: { askManager: DECISIONS, askDirector: DECISIONS },
    answers: {
      submitExpense: [EXPENSE, json(422), BROKEN, LOST],
      payExpense: [PAYMENT, json(409), BROKEN, LOST],
      takeBack: [json(204), json(409), LOST],
    },
  }),
  happy: {
    inputs: { amount: 120, purpose: 'a train' },
    answers: { askManager: { approved: true, note: 'fine' } },
    api: {
      'POST /v1/expenses': [EXPENSE],
      'PUT /v1/expenses/e-1/payment': [PAYMENT],
    },
    requests: [
      'POST /v1/expenses {"amount":120,"purpose":"a train"}',
      'PUT /v1/expenses/e-1/payment {"notes":["fine",null]}',
    ],
    outputs: { reference: 'pay-1' },
  },
};
