import { createAlphabet } from '../../model/create-alphabet.ts';
import { BROKEN, json, LOST, type Example } from '../example.ts';

const EMAIL = 'ada@example.com';
const CHANGED = json(200, { changed_at: '2030-01-01T12:00:00Z' });

export const CONTACT_CHANGE: Example = {
  file: 'contact-change/change-contacts.arazzo.yaml',
  workflowId: 'change-contacts',
  shows:
    'two codes, either of which can be asked for again: `repeatable` steps, parameters of a workflow, a time limit of a wait',
  alphabet: createAlphabet({
    values: {
      email: [EMAIL, 'ada'],
      email_code: ['123456', '123'],
      phone: ['+15555550100', '555'],
      sms_code: ['654321', '654'],
      password: ['correct horse', 'short'],
    },
    answers: {
      sendEmailCode: [json(202), json(422), BROKEN, LOST],
      checkEmailCode: [json(204), json(404), BROKEN, LOST],
      sendSmsCode: [json(202), BROKEN, LOST],
      checkSmsCode: [json(204), json(404), json(503), LOST],
      confirmChange: [CHANGED, json(403), BROKEN, LOST],
    },
  }),
  happy: {
    inputs: {
      email: EMAIL,
      email_code: '123456',
      phone: '+15555550100',
      sms_code: '654321',
      password: 'correct horse',
    },
    api: {
      'POST /v2/email-codes': [json(202)],
      'POST /v2/email-codes/check': [json(204)],
      'POST /v2/sms-codes': [json(202)],
      'POST /v2/sms-codes/check': [json(204)],
      'PUT /v2/contacts': [CHANGED],
    },
    requests: [
      'POST /v2/email-codes {"email":"ada@example.com"}',
      'POST /v2/email-codes/check {"code":"123456"}',
      'POST /v2/sms-codes to=%2B15555550100',
      'POST /v2/sms-codes/check {"code":"654321"}',
      'PUT /v2/contacts {"email":"ada@example.com","phone":"+15555550100","password":"correct horse"}',
    ],
    outputs: { changedAt: '2030-01-01T12:00:00Z' },
  },
};
