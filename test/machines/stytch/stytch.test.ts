import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as stytch from '../../../src/machines/stytch/index.ts';
import { generatedModules, STYTCH_FOLDER } from './generated-modules.ts';

const modules = await generatedModules();

describe('the ready-made logins', () => {
  it.each([...modules.keys()])('%s is what `npm run generate:stytch` writes', (file) => {
    const url = new URL(file, STYTCH_FOLDER);
    expect(existsSync(url)).toBe(true);
    expect(readFileSync(url, 'utf8')).toBe(modules.get(file));
  });

  it('are one module for each document of workflows/, and an index', () => {
    expect(readdirSync(STYTCH_FOLDER).toSorted()).toEqual([...modules.keys(), 'index.ts'].toSorted());
  });

  it('have the states that their documents spell out', () => {
    const states = Object.fromEntries(
      [
        stytch.smsOtpLogin,
        stytch.whatsappOtpLogin,
        stytch.emailOtpLogin,
        stytch.smsOtpMfa,
        stytch.emailOtpDiscovery,
      ].map((machine) => [machine.id, Object.keys(machine.states).join(' ')]),
    );
    expect(states).toEqual({
      'sms-otp-login':
        'awaitingPhoneNumber sending sendingBackoff awaitingCode authenticating authenticatingBackoff done failed cancelled',
      'whatsapp-otp-login':
        'awaitingPhoneNumber sending sendingBackoff awaitingCode authenticating authenticatingBackoff done failed cancelled',
      'email-otp-login':
        'awaitingEmail sending sendingBackoff awaitingCode authenticating authenticatingBackoff gettingSession gettingSessionBackoff done failed cancelled',
      'sms-otp-mfa':
        'awaitingInputs sending sendingBackoff awaitingCode authenticating authenticatingBackoff done failed cancelled',
      'email-otp-discovery':
        'awaitingEmailAddress sending sendingBackoff awaitingCode authenticating authenticatingBackoff awaitingOrganization exchanging exchangingBackoff done failed cancelled',
    });
  });
});
