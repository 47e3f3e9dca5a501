import type { Failure, PendingInput, WaitDescription, WorkflowOutput } from 'arazzo-xstate/machine';

/** What the page can ask of the machine. */
export interface Handlers {
  readonly submit: (values: Record<string, string>) => void;
  readonly repeat: () => void;
  readonly revise: () => void;
  readonly cancel: () => void;
  readonly again: () => void;
}

/** What the page shows. */
export interface Shown {
  readonly state: string;
  readonly busy: boolean;
  readonly wait: WaitDescription | undefined;
  readonly output: WorkflowOutput<object> | undefined;
}

/** What a failure means to a person, by the name of the failure action that was taken. */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  askNumberAgain: 'No message can be sent to that number.',
  askNumberAfterLostConnection:
    'The connection was lost. The message may be on its way; if it is not, try again.',
  askCodeAgain: 'That code is not right.',
  askCodeAfterLostConnection: 'The connection was lost while the code was checked. Enter it again.',
  tooManyRequests: 'Too many attempts. Wait a while before the next one.',
  locked: 'Too many wrong codes. Nobody can log in to this account for a while.',
};

const TITLES: Readonly<Record<string, string>> = {
  awaitingPhoneNumber: 'We send you a code by SMS.',
  awaitingCode: 'The code is on its way.',
  sending: 'Sending the code…',
  authenticating: 'Checking the code…',
  done: 'You are logged in.',
  failed: 'The login failed.',
  cancelled: 'The login was cancelled.',
};

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no element "${id}".`);
  return found;
}

function create<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]>,
  attributes: Readonly<Record<string, string>> = {},
): HTMLElementTagNameMap[Tag] {
  const made = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** Adds a line to what happened. */
export function showNote(text: string): void {
  element('log').append(create('li', { textContent: text }));
}

let asked = '';
let countdown: ReturnType<typeof setInterval> | undefined;

/** Shows where the login is. */
export function showState({ state, busy, wait, output }: Shown, handlers: Handlers): void {
  clearInterval(countdown);
  element('state').textContent = state;
  element('status').textContent = TITLES[state] ?? (busy ? 'One moment, it is tried again…' : '');
  showProblem(output?.status === 'failed' ? output.failure : wait?.failure, wait);
  showForm(wait, handlers);
  const buttons: HTMLButtonElement[] = [];
  if (wait?.canRepeat === true) buttons.push(repeatButton(wait, handlers));
  if (wait?.revisable.includes('phone_number') === true)
    buttons.push(button('Change number', handlers.revise));
  if (output === undefined) buttons.push(button('Cancel', handlers.cancel));
  else
    buttons.push(
      button(output.status === 'done' ? 'Log in as somebody else' : 'Start again', handlers.again),
    );
  element('actions').replaceChildren(...buttons);
  if (output !== undefined) buttons[0]?.focus();
}

function showProblem(failure: Failure | undefined, wait: WaitDescription | undefined): void {
  const explained =
    failure === undefined ? undefined : (EXPLANATIONS[failure.reason ?? ''] ?? failure.message);
  const text = wait?.rejection?.message ?? explained;
  const problem = element('problem');
  problem.hidden = text === undefined;
  problem.textContent = text ?? '';
}

/** A form of what the machine waits for. It stays as it is while the machine waits for the same, with what was typed. */
function showForm(wait: WaitDescription | undefined, handlers: Handlers): void {
  const form = element('form');
  const inputs = wait?.inputs.filter(({ required }) => required) ?? [];
  const key = inputs.map(({ name }) => name).join(' ');
  form.hidden = inputs.length === 0;
  if (key !== asked) {
    asked = key;
    form.replaceChildren(
      ...inputs.flatMap(fieldOf),
      create('button', { type: 'submit', textContent: 'Continue' }),
    );
    // One listener, that of what is asked for now.
    // oxlint-disable-next-line unicorn/prefer-add-event-listener
    form.onsubmit = (event) => {
      event.preventDefault();
      handlers.submit(
        Object.fromEntries(
          inputs.map(({ name }) => [name, (element(name) as HTMLInputElement).value.trim()]),
        ),
      );
    };
  }
  for (const { name, rejection } of inputs) {
    const wrong = element(`${name}-wrong`);
    wrong.textContent = rejection === undefined ? '' : 'This does not fit the description above.';
    wrong.hidden = rejection === undefined;
    element(name).setAttribute('aria-invalid', String(rejection !== undefined));
  }
  const first = inputs.find(({ rejection }) => rejection !== undefined) ?? inputs[0];
  if (first !== undefined && document.activeElement !== element(first.name)) element(first.name).focus();
}

/** The words of an input's schema. */
function textOf({ schema }: PendingInput, member: 'title' | 'description'): string {
  const text =
    typeof schema === 'object' && schema !== null && member in schema
      ? (schema as Record<string, unknown>)[member]
      : undefined;
  return typeof text === 'string' ? text : '';
}

/** A field for an input, and how a browser can help to fill it in. */
function fieldOf(input: PendingInput): readonly HTMLElement[] {
  const { name } = input;
  const help =
    name === 'code'
      ? { autocomplete: 'one-time-code', inputmode: 'numeric', maxlength: '6' }
      : { autocomplete: 'tel', inputmode: 'tel', placeholder: '+14155550134' };
  return [
    create('label', { htmlFor: name, textContent: textOf(input, 'title') || name }),
    create(
      'input',
      { id: name, name, type: 'text' },
      { ...help, 'aria-describedby': `${name}-help ${name}-wrong`, 'aria-required': 'true' },
    ),
    create('p', { id: `${name}-help`, className: 'help', textContent: textOf(input, 'description') }),
    create('p', { id: `${name}-wrong`, className: 'wrong', hidden: true }),
  ];
}

function button(text: string, act: () => void): HTMLButtonElement {
  const made = create('button', { type: 'button', textContent: text });
  made.addEventListener('click', act);
  return made;
}

/** Counts down to the time from which another code can be asked for. */
function repeatButton({ repeatAt = 0 }: WaitDescription, handlers: Handlers): HTMLButtonElement {
  const made = button('', handlers.repeat);
  const show = (): void => {
    const seconds = Math.ceil((repeatAt - Date.now()) / 1000);
    made.disabled = seconds > 0;
    made.textContent = seconds > 0 ? `New code in ${seconds} s` : 'Send a new code';
    if (seconds <= 0) clearInterval(countdown);
  };
  countdown = setInterval(show, 250);
  show();
  return made;
}
