/** A way to log in: the workflow that does it, and what a person is asked first. */
export interface Method {
  readonly workflowId: string;
  readonly name: string;
  readonly hint: string;
  readonly field: DestinationField;
}

/** The input that says where the code goes. */
export interface DestinationField {
  readonly input: string;
  readonly label: string;
  readonly kind: 'tel' | 'email';
  readonly example: string;
}

const PHONE = {
  input: 'phone_number',
  label: 'Phone number',
  kind: 'tel',
  example: '+1 202 555 0162',
} as const;

export const METHODS: readonly [Method, ...Method[]] = [
  { workflowId: 'sms-otp-login', name: 'SMS', hint: 'We text you a code.', field: PHONE },
  { workflowId: 'whatsapp-otp-login', name: 'WhatsApp', hint: 'The code comes on WhatsApp.', field: PHONE },
  {
    workflowId: 'email-otp-login',
    name: 'E-mail',
    hint: 'We mail you a code.',
    field: { input: 'email', label: 'E-mail address', kind: 'email', example: 'ada@example.com' },
  },
  {
    workflowId: 'work-login',
    name: 'Work',
    hint: 'We mail you a code, and find the organizations that you belong to.',
    field: { input: 'email_address', label: 'Work e-mail', kind: 'email', example: 'someone@example.com' },
  },
];

/** The number that a second factor goes to, for a member who has none yet. */
export const SECOND_FACTOR_FIELD: DestinationField = {
  input: 'mfa_phone_number',
  label: 'Phone number',
  kind: 'tel',
  example: '+1 202 555 0199',
};

/** The field that asks for an input; `undefined` where the input is no place that a code goes to. */
export function fieldOf(input: string): DestinationField | undefined {
  return [SECOND_FACTOR_FIELD, ...METHODS.map(({ field }) => field)].find((field) => field.input === input);
}

/** The inputs that are codes. */
export const CODE_INPUTS: readonly string[] = ['code', 'sms_code'];

/** The cooldown that the workflows say for sending a code again. */
const COOLDOWN_MS = 15_000;

/** How long the API takes a code, where the request does not ask for another time. */
const LIFETIME_MS = { consumer: 120_000, workMail: 600_000, workSms: 120_000 } as const;

/**
 * Until when a code is taken, counted from when the server had sent it, so that a reload changes nothing. `undefined`
 * where the code was sent by something else than the step that can be repeated.
 */
export function expiryOf(
  workflowId: string,
  codeInput: string,
  repeatAt: number | undefined,
): number | undefined {
  if (repeatAt === undefined) return undefined;
  const kind = codeInput === 'sms_code' ? 'workSms' : workflowId === 'work-login' ? 'workMail' : 'consumer';
  return repeatAt - COOLDOWN_MS + LIFETIME_MS[kind];
}

/**
 * What was typed, as the API wants it: a number without the signs that people put between its digits, those that are
 * not seen (they come along from address books), and the zero that is only dialled at home: +44 (0)20.
 */
export function readDestination({ kind }: DestinationField, typed: string): string {
  const text = typed.normalize('NFKC').replace(/\p{Cf}/gu, '');
  if (kind === 'email') return text.trim();
  return text
    .replace(/\(0\)/, '')
    .replace(/[\s()./\p{Pd}]/gu, '')
    .replace(/^00/, '+');
}

/** What is wrong with a destination, for the person who typed it; `undefined` where nothing is. */
export function problemOf({ kind }: DestinationField, value: string): string | undefined {
  if (value === '')
    return kind === 'tel'
      ? 'Enter the number that the code goes to.'
      : 'Enter the address that the code goes to.';
  if (kind === 'email')
    return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)
      ? undefined
      : 'That is no e-mail address, like ada@example.com.';
  if (!value.startsWith('+')) return 'Begin with a plus sign and the country code, like +1.';
  return /^\+[1-9]\d{6,14}$/.test(value) ? undefined : 'That is no phone number with a country code.';
}
