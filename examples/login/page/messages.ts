import { isRemoteWorkflowError, type FailureView } from 'arazzo-xstate/client';

/** What the person reads about a failure that leaves them where they are. */
export function messageOf(failure: FailureView): string {
  const known = BY_ERROR_TYPE[failure.errorType ?? ''];
  if (known !== undefined) return known;
  if (failure.kind === 'timeout' || failure.kind === 'network' || failure.kind === 'interrupted')
    return 'The connection was lost. Please try again.';
  return 'That did not work. Please try again.';
}

const BY_ERROR_TYPE: Readonly<Record<string, string>> = {
  otp_code_not_found: 'That is not the code. Look again, or have a new one sent.',
  invalid_phone_number: 'That number cannot be reached. Check it, and its country code.',
  invalid_phone_number_country_code: 'Numbers of that country cannot be reached.',
  unsubscribed_phone_number: 'That number has unsubscribed from messages. Text START to us, and try again.',
  downstream_carrier_error: 'The carrier did not take the message. Try again in a moment.',
  invalid_email: 'That address does not exist. Check it.',
  invalid_email_domain: 'Mail cannot be sent to that domain. Check the address.',
  inactive_email: 'Mail to that address came back. Use another one.',
  duplicate_member_phone_number: 'Somebody else of the organization has that number. Use another one.',
  too_many_requests: 'That was too often. Wait a moment, and try again.',
};

/** How a log-in that failed is told, and what can be done about it. */
export interface Ending {
  readonly title: string;
  readonly text: string;
  /** What the button does: another code to the same place, or a new beginning. */
  readonly remedy: 'sendAgain' | 'startAgain';
}

/** How a run is told that ended without a session. */
export function endingOf(status: 'failed' | 'cancelled', failure: FailureView | undefined): Ending {
  if (status === 'cancelled') return CANCELLED;
  return ENDINGS[failure?.reason ?? ''] ?? ENDINGS[failure?.errorType ?? ''] ?? OTHER;
}

/** How it is told that a run could not be begun, or not be found again. */
export function endingOfError(error: unknown): Ending {
  const status = isRemoteWorkflowError(error) ? error.problem.status : undefined;
  if (status === 422)
    return {
      title: 'That was not taken',
      text: 'Nothing can be sent there. Please check what you entered.',
      remedy: 'startAgain',
    };
  if (status === 429)
    return {
      title: 'That was too often',
      text: 'Too many log-ins were begun from here. Wait a minute, and begin again.',
      remedy: 'startAgain',
    };
  return {
    title: 'That log-in is over',
    text: 'It was begun too long ago, or in another browser. Please begin again.',
    remedy: 'startAgain',
  };
}

const CANCELLED: Ending = {
  title: 'That log-in was left',
  text: 'It was ended in another tab. You can begin again.',
  remedy: 'startAgain',
};

const OTHER: Ending = {
  title: 'Something went wrong',
  text: 'You are not logged in. It is not your fault; please begin again.',
  remedy: 'startAgain',
};

const ENDINGS: Readonly<Record<string, Ending>> = {
  codeExpired: {
    title: 'The code has expired',
    text: 'Nobody can use it any more. Have a new one sent.',
    remedy: 'sendAgain',
  },
  locked: {
    title: 'Locked for now',
    text: 'There were too many wrong codes. To keep the account safe, nobody can log in to it for an hour.',
    remedy: 'startAgain',
  },
  tooManyRequests: {
    title: 'That was too often',
    text: 'No more codes can be sent right now. Wait a few minutes, and begin again.',
    remedy: 'startAgain',
  },
  unavailable: {
    title: 'Not available right now',
    text: 'The log-in service does not answer. Begin again in a few minutes.',
    remedy: 'startAgain',
  },
  startAgain: {
    title: 'Too much time has passed',
    text: 'For your safety a log-in must be finished within ten minutes. Please begin again.',
    remedy: 'startAgain',
  },
  noOrganizations: {
    title: 'No organization found',
    text: 'Nobody has invited this address yet. Ask your administrator, or try another address.',
    remedy: 'startAgain',
  },
  organizationUnknown: {
    title: 'That organization does not let you in',
    text: 'Ask its administrator for an invitation, or choose another one.',
    remedy: 'startAgain',
  },
  primaryRequired: {
    title: 'Another way in',
    text: 'This organization does not accept a code by e-mail. Log in the way it told you to, by single sign-on say.',
    remedy: 'startAgain',
  },
  otherFactor: {
    title: 'Another second factor',
    text: 'This organization asks you for something else than a code by SMS, an app that makes codes say, and this page cannot.',
    remedy: 'startAgain',
  },
  memberUnknown: {
    title: 'You are no member any more',
    text: 'The organization does not know you. Ask its administrator.',
    remedy: 'startAgain',
  },
  connectionLost: {
    title: 'The connection was lost',
    text: 'The code was right, but the session could not be confirmed. Please begin again.',
    remedy: 'startAgain',
  },
  unauthorized: {
    title: 'Nobody can log in here',
    text: 'The log-in service does not know this page. Whoever runs it has to look at its credentials.',
    remedy: 'startAgain',
  },
  noSession: {
    title: 'No session was opened',
    text: 'The code was right, and still no session came. Please begin again.',
    remedy: 'startAgain',
  },
};
