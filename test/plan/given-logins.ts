import type { JsonObject } from '../../src/document/json.ts';
import { inputsOf, stepOf, uses } from './small-documents.ts';

const created = { successCriteria: [{ condition: '$statusCode == 200' }] };

/** The five logins without any failure handling: their ids, steps and inputs, and the states that they become. */
export const GIVEN_LOGINS: Readonly<
  Record<string, { readonly workflow: JsonObject; readonly states: string }>
> = {
  'sms-otp-login': {
    workflow: {
      inputs: inputsOf(['phone_number', 'code'], { session_duration_minutes: { type: 'integer' } }),
      steps: [
        stepOf('sendSmsOtp', uses('phone_number'), created),
        stepOf('authenticateOtp', uses('code', 'session_duration_minutes'), created),
      ],
    },
    states: 'awaitingPhoneNumber sending awaitingCode authenticating',
  },
  'whatsapp-otp-login': {
    workflow: {
      inputs: inputsOf(['phone_number', 'code'], { session_duration_minutes: { type: 'integer' } }),
      steps: [
        stepOf('sendWhatsappOtp', uses('phone_number'), created),
        stepOf('authenticateOtp', uses('code', 'session_duration_minutes'), created),
      ],
    },
    states: 'awaitingPhoneNumber sending awaitingCode authenticating',
  },
  'email-otp-login': {
    workflow: {
      inputs: inputsOf(['email', 'code'], { session_duration_minutes: { type: 'integer' } }),
      steps: [
        stepOf('sendEmailOtp', uses('email'), created),
        stepOf('authenticateOtp', uses('code', 'session_duration_minutes'), {
          ...created,
          outputs: { userId: '$response.body#/user_id' },
        }),
        stepOf('getSession', { user: '$steps.authenticateOtp.outputs.userId' }, created),
      ],
    },
    states: 'awaitingEmail sending awaitingCode authenticating gettingSession',
  },
  'sms-otp-mfa': {
    workflow: {
      inputs: inputsOf(['organization_id', 'member_id', 'code'], {
        mfa_phone_number: { type: 'string' },
        session_duration_minutes: { type: 'integer' },
      }),
      steps: [
        stepOf('sendSmsOtp', uses('organization_id', 'member_id', 'mfa_phone_number'), created),
        stepOf(
          'authenticateSmsOtp',
          uses('organization_id', 'member_id', 'code', 'session_duration_minutes'),
          created,
        ),
      ],
    },
    states: 'awaitingInputs sending awaitingCode authenticating',
  },
  'email-otp-discovery': {
    workflow: {
      inputs: inputsOf(['email_address', 'code', 'organization_id'], {
        session_duration_minutes: { type: 'integer' },
      }),
      steps: [
        stepOf('sendDiscoveryOtp', uses('email_address'), created),
        stepOf('authenticateDiscoveryOtp', uses('email_address', 'code'), created),
        stepOf('exchangeIntoOrg', uses('organization_id', 'session_duration_minutes'), created),
      ],
    },
    states: 'awaitingEmailAddress sending awaitingCode authenticating awaitingOrganization exchanging',
  },
};
