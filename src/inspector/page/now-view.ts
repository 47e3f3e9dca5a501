import type { FromPage, Question, Wait } from '../entry.ts';
import { byId, element, setText } from './dom.ts';
import { createField, type Field } from './field.ts';
import type { ActorInfo, Moment } from './store.ts';
import { isRecord, memberOf } from './unknown.ts';

/** Where a machine is, what it waits for, and what can be done. */
export interface NowView {
  readonly show: (now: Shown) => void;
  /** Counts down what is counted down. */
  readonly tick: () => void;
}

/** What the view shows. */
export interface Shown {
  readonly actor: ActorInfo | undefined;
  readonly moment: Moment;
  /** Whether it is what is going on, and not what was. */
  readonly live: boolean;
  /** Whether events may be sent. */
  readonly control: boolean;
  /** The workflow that can be started again. */
  readonly workflowId: string | undefined;
}

/** Makes the view. */
export function createNowView(send: (message: FromPage) => void): NowView {
  const state = byId('state', HTMLOutputElement);
  const dot = byId('status-dot', HTMLElement);
  const explanation = byId('explanation', HTMLElement);
  const failure = byId('failure', HTMLElement);
  const form = byId('form', HTMLFormElement);
  const actions = byId('actions', HTMLElement);
  const deadline = byId('deadline', HTMLElement);
  let fields: readonly Field[] = [];
  let shown: Shown | undefined;
  let repeat: HTMLButtonElement | undefined;

  const submit = (actor: string): void => {
    const values: Record<string, Extract<FromPage, { type: 'submit' }>['values'][string]> = {};
    let wrong: Field | undefined;
    for (const field of fields) {
      const read = field.read();
      field.say(read !== undefined && 'problem' in read ? read.problem : '');
      if (read === undefined) continue;
      if ('problem' in read) wrong ??= field;
      else
        // A name of a document may be any, `__proto__` too.
        Object.defineProperty(values, field.name, {
          value: read.given,
          enumerable: true,
          configurable: true,
        });
    }
    const [first] = fields;
    if (wrong !== undefined) return wrong.focus();
    if (Object.keys(values).length === 0) {
      first?.say('It is needed to go on.');
      return first?.focus();
    }
    send({ type: 'submit', actor, values });
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (shown?.actor !== undefined) submit(shown.actor.key);
  });

  const showForm = (wait: Wait): void => {
    const hadFocus = document.activeElement === document.body || form.contains(document.activeElement);
    fields = wait.inputs.map(createField);
    const required = fields.filter((_, index) => wait.inputs[index]?.required === true);
    const optional = fields.filter((_, index) => wait.inputs[index]?.required !== true);
    form.replaceChildren(
      ...(wait.question === undefined ? [] : [questionNode(wait.question)]),
      ...required.map(({ node }) => node),
      ...(optional.length === 0
        ? []
        : [
            element('details', {}, element('summary', { text: 'More' }), ...optional.map(({ node }) => node)),
          ]),
    );
    form.hidden = false;
    if (hadFocus) (required[0] ?? optional[0])?.focus();
  };

  const button = (text: string, message: FromPage, look = ''): HTMLButtonElement =>
    element('button', { type: 'button', class: look, text, onclick: () => send(message) });

  const showActions = ({ actor, moment, live, control, workflowId }: Shown): void => {
    const buttons: HTMLButtonElement[] = [];
    repeat = undefined;
    if (actor?.takesEvents === true && live && control && moment.status === 'active') {
      const { wait } = moment;
      if (wait !== undefined)
        buttons.push(element('button', { type: 'submit', form: 'form', class: 'primary', text: 'Submit' }));
      if (wait?.canRepeat === true) {
        repeat = button('Repeat', { type: 'repeat', actor: actor.key });
        buttons.push(repeat);
      }
      if (wait?.question !== undefined)
        buttons.push(button('Decline', { type: 'decline', actor: actor.key }));
      for (const input of wait?.revisable ?? [])
        buttons.push(button(`Change ${input}`, { type: 'revise', actor: actor.key, input }));
      buttons.push(button('Cancel', { type: 'cancel', actor: actor.key }, 'danger'));
    }
    if (live && workflowId !== undefined && actor !== undefined)
      buttons.push(button('Restart', { type: 'start', workflowId }));
    actions.replaceChildren(...buttons);
  };

  const tick = (): void => {
    const wait = shown?.live === true ? shown.moment.wait : undefined;
    const left = secondsUntil(wait?.expiresAt);
    setText(
      deadline,
      left === undefined ? '' : left > 0 ? `It waits for ${durationOf(left)} more.` : 'The time is over.',
    );
    if (repeat === undefined) return;
    const cooldown = secondsUntil(wait?.repeatAt) ?? 0;
    repeat.disabled = cooldown > 0;
    setText(repeat, cooldown > 0 ? `Repeat in ${durationOf(cooldown)}` : 'Repeat');
  };

  return {
    tick,
    show: (now) => {
      const before = shown;
      shown = now;
      const { actor, moment, live, control } = now;
      const { wait } = moment;
      const isSame = before?.moment === moment && before.actor?.key === actor?.key && before.live === live;
      if (isSame && before.workflowId === now.workflowId) return;
      setText(
        state,
        actor === undefined ? 'nothing runs yet' : leavesOf(moment.states).join(' · ') || moment.status,
      );
      dot.className = toneOf(moment, actor);
      setText(explanation, actor === undefined ? '' : explain(moment));
      showFailure(failure, moment);
      const asks =
        actor?.takesEvents === true && live && control && moment.status === 'active' ? wait : undefined;
      const askedBefore =
        before?.live === true && before.actor?.key === actor?.key ? before.moment.wait : undefined;
      if (asks === undefined) {
        fields = [];
        form.replaceChildren();
        form.hidden = true;
      } else if (askedBefore !== asks || form.hidden) showForm(asks);
      showActions(now);
      tick();
    },
  };
}

/** What a step asks, above the fields of the answer. */
function questionNode({ prompt, context, url }: Question): HTMLElement {
  const rows = isRecord(context) ? Object.entries(context) : [];
  return element(
    'div',
    { class: 'question' },
    element('p', { text: prompt }),
    ...(rows.length === 0
      ? []
      : [
          element(
            'dl',
            {},
            ...rows.flatMap(([name, value]) => [
              element('dt', { text: name }),
              element('dd', { text: typeof value === 'string' ? value : JSON.stringify(value) }),
            ]),
          ),
        ]),
    ...(url === undefined || !/^https?:/i.test(url)
      ? []
      : [element('a', { href: url, target: '_blank', rel: 'noopener noreferrer', text: 'Open the page' })]),
  );
}

/** The innermost active states. */
export function leavesOf(states: readonly string[]): readonly string[] {
  return states.filter((state) => !states.some((other) => other.startsWith(`${state}.`)));
}

/** How a machine fares, as its dot shows it. */
export function toneOf({ status, wait, states }: Moment, actor: ActorInfo | undefined): string {
  if (actor === undefined) return '';
  if (status === 'error') return 'bad';
  if (status === 'done') {
    const [end] = leavesOf(states);
    return end === 'failed' ? 'bad' : end === 'cancelled' ? 'ended' : 'good';
  }
  if (status === 'stopped') return 'ended';
  return wait === undefined ? 'busy' : 'waiting';
}

function explain({ status, wait, output }: Moment): string {
  if (status === 'error') return 'The machine stopped with an error.';
  if (status === 'stopped') return 'The actor was stopped.';
  if (status === 'done')
    return output === undefined ? 'The machine has ended.' : 'The run is over; its result is among the data.';
  if (wait === undefined) return '';
  // The title of a single input stands above its field.
  const asked = wait.inputs.filter((input) => input.required).length;
  return wait.title === undefined || asked === 1 ? 'It waits for you.' : wait.title;
}

function showFailure(node: HTMLElement, { wait, output }: Moment): void {
  const failure = wait?.failure ?? failureOf(output);
  const texts = [wait?.rejection?.message, failure === undefined ? undefined : sentenceOf(failure)];
  const text = texts.filter((one) => one !== undefined).join(' ');
  setText(node, text);
  node.hidden = text === '';
}

function failureOf(
  output: unknown,
): { readonly message?: unknown; readonly statusCode?: unknown } | undefined {
  const failure = memberOf(output, 'failure');
  return isRecord(failure) ? failure : undefined;
}

function sentenceOf({
  message,
  statusCode,
}: {
  readonly message?: unknown;
  readonly statusCode?: unknown;
}): string {
  const said = typeof message === 'string' ? message : 'It failed.';
  return typeof statusCode === 'number' ? `${statusCode}: ${said}` : said;
}

function secondsUntil(at: number | undefined): number | undefined {
  return at === undefined ? undefined : Math.ceil((at - Date.now()) / 1000);
}

function durationOf(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
