import type { ToPage } from '../entry.ts';
import { connect } from './connection.ts';
import { byId, element, setText } from './dom.ts';
import { createLogView, textOf, timeOf } from './log-view.ts';
import { createNowView } from './now-view.ts';
import { expectedMachine, type Listed } from './expected-machine.ts';
import { createMachineList } from './machine-list.ts';
import { createPictureView } from './picture-view.ts';
import { readRecording, writeRecording } from './recording.ts';
import { createRequestView } from './request-view.ts';
import { createStore, type ActorInfo, type Moment, type Store } from './store.ts';
import { createTabs } from './tabs.ts';
import { createDeliveries } from './deliveries.ts';

const live = createStore();
/** What is shown: what goes on, or a recording. */
let store: Store = live;
let title = 'arazzo-xstate';
let control = true;
let startable: Extract<ToPage, { type: 'hello' }>['startable'] = [];
let socketUrl = '';
/** The outermost actor that is looked at; `undefined`: always the newest. */
let pinned: string | undefined;
/** The machine of it that a person chose; `undefined`: that which waits for them. */
let chosen: string | undefined;
/** The machine that was shown last without being chosen. */
let expected: string | undefined;
/** The place among its rows; `undefined`: always the last. */
let place: number | undefined;

const run = byId('run', HTMLSelectElement);
const workflow = byId('workflow', HTMLSelectElement);
const start = byId('start', HTMLButtonElement);
const cursor = byId('cursor', HTMLInputElement);
const notice = byId('notice', HTMLElement);
const recording = byId('recording', HTMLElement);
const data = byId('data', HTMLElement);
const file = byId('file', HTMLInputElement);

const connection = connect(receive, (state) => {
  const node = byId('connection', HTMLElement);
  node.dataset['state'] = state;
  setText(node, state === 'connected' ? 'connected' : 'not connected; trying again…');
});
const picture = createPictureView((key) => store !== live && !live.machines.has(key));
const now = createNowView((message) => {
  if (message.type === 'start') lookAt(undefined);
  place = undefined;
  connection.send(message);
});
const list = createMachineList((actor) => {
  chosen = actor;
  draw();
});
const log = createLogView((index) => goTo(index));
const requests = createRequestView();
const deliveries = createDeliveries();

function receive(message: ToPage): void {
  switch (message.type) {
    case 'hello':
      ({ title, control, startable, socketUrl } = message);
      document.title = `${title} · inspector`;
      setText(byId('title', HTMLElement), title);
      workflow.replaceChildren(
        ...startable.map(({ workflowId }) => element('option', { value: workflowId, text: workflowId })),
      );
      byId('workflow-field', HTMLElement).hidden = startable.length < 2;
      deliveries.show(message.deliveries);
      break;
    case 'machine':
      live.machines.set(message.machine.key, message.machine);
      break;
    case 'entries':
      live.add(message.entries);
      break;
    case 'delivered':
      deliveries.add(message.delivered);
      break;
    case 'refused':
      say(message.message);
      return;
  }
  if (message.type === 'entries') say('');
  request();
}

function say(text: string): void {
  setText(notice, text);
  notice.hidden = text === '';
}

let isRequested = false;
/** Draws with the next frame, whatever came until then. */
function request(): void {
  if (isRequested) return;
  isRequested = true;
  requestAnimationFrame(() => {
    isRequested = false;
    draw();
  });
}

/** Looks at a run, whichever of its machines waits. */
function lookAt(root: string | undefined): void {
  pinned = root;
  chosen = undefined;
  expected = undefined;
}

/** The outermost actor that is looked at. */
function currentRoot(): string | undefined {
  if (pinned !== undefined && store.roots.includes(pinned)) return pinned;
  return store.roots.findLast((root) => machineOf(root) !== undefined) ?? store.roots.at(-1);
}

function machineOf(actor: string | undefined): string | undefined {
  return actor === undefined ? undefined : store.actors.get(actor)?.machine;
}

/** The machines of a run at a moment, and the one of them that is shown. */
function lookedAt(
  root: string,
  until: number,
  isPresent: boolean,
): { readonly machines: readonly Listed[]; readonly shown: string; readonly byHand: boolean } {
  const machines = store.machinesOf(root, until).flatMap((key): readonly Listed[] => {
    const actor = store.actors.get(key);
    return actor === undefined ? [] : [{ actor, moment: store.momentOf(key, until) }];
  });
  const byHand = machines.find(({ actor }) => actor.key === chosen)?.actor.key;
  if (byHand !== undefined) return { machines, shown: byHand, byHand: true };
  const shown = expectedMachine(machines, isPresent ? expected : undefined) ?? root;
  if (isPresent) expected = shown;
  return { machines, shown, byHand: false };
}

function draw(): void {
  const root = currentRoot();
  drawRuns(root);
  const rows = root === undefined ? [] : store.rowsOf(root);
  const isLive = place === undefined || place >= rows.length - 1;
  if (isLive) place = undefined;
  const index = isLive ? rows.length - 1 : (place ?? 0);
  const until = isLive ? store.last() : (rows[index]?.until ?? 0);
  const isPresent = isLive && store === live;
  const looked = root === undefined ? undefined : lookedAt(root, until, isPresent);
  const actor: ActorInfo | undefined = store.actors.get(looked?.shown ?? '');
  const moment: Moment = store.momentOf(actor?.key ?? '', until);
  list.show(looked?.machines ?? [], actor?.key, looked?.byHand === true);
  setText(
    byId('diagram-title', HTMLElement),
    actor === undefined || (looked?.machines.length ?? 0) < 2 ? 'Machine' : `Machine: ${actor.name}`,
  );
  const machine = store.machines.get(
    actor?.machine ?? (actor?.key === root ? chosenMachine() : undefined) ?? '',
  );
  picture.show(machine, moment, isPresent);
  const workflowId = startable.find(
    ({ machine: key }) => key !== undefined && actor?.key === root && key === actor?.machine,
  )?.workflowId;
  now.show({ actor, moment, live: isPresent, control, workflowId });
  log.show(store, rows, index);
  if (!byId('panel-requests', HTMLElement).hidden) requests.show(store, rows, until);
  if (!byId('panel-data', HTMLElement).hidden) {
    const { context, output, error, status } = moment;
    setText(
      data,
      textOf({
        status,
        ...(output === undefined ? {} : { output }),
        ...(error === undefined ? {} : { error }),
        context,
      }),
    );
  }
  cursor.max = String(Math.max(0, rows.length - 1));
  cursor.value = String(Math.max(0, index));
  const at = rows[index]?.entry.at;
  cursor.setAttribute(
    'aria-valuetext',
    at === undefined ? 'nothing yet' : `${index + 1} of ${rows.length}, ${timeOf(at)}`,
  );
  setText(
    byId('place', HTMLElement),
    rows.length === 0 ? '' : `${index + 1} / ${rows.length}${isPresent ? ' · live' : ''}`,
  );
  // With one workflow, what runs has a button to start it again.
  start.hidden = startable.length === 0 || (startable.length === 1 && isPresent && root !== undefined);
  document.body.dataset['live'] = String(isPresent);
  document.body.dataset['last'] = String(store.last());
  drawHint(root);
}

/** Before anything runs, says what to do. */
function drawHint(root: string | undefined): void {
  if (root !== undefined) return;
  const text =
    startable.length > 0
      ? 'Press Start to run the workflow.'
      : `Give createActor the function "inspect", or createWebSocketInspector the URL ${socketUrl}.`;
  setText(byId('explanation', HTMLElement), text);
}

function chosenMachine(): string | undefined {
  return startable.find(({ workflowId }) => workflowId === workflow.value)?.machine;
}

let drawnRuns = '';
function drawRuns(root: string | undefined): void {
  const shown = store.roots.slice(-100);
  const key = `${store === live} ${shown.join(' ')}`;
  if (key !== drawnRuns) {
    drawnRuns = key;
    run.replaceChildren(
      ...shown.map((actor, index) =>
        element('option', { value: actor, text: `${index + 1} · ${store.actors.get(actor)?.name ?? actor}` }),
      ),
    );
  }
  byId('run-field', HTMLElement).hidden = shown.length < 2;
  if (root !== undefined) run.value = root;
}

function goTo(index: number | undefined): void {
  place = index === undefined ? undefined : Math.max(0, index);
  request();
}

function stepBy(step: number): void {
  const rows = store.rowsOf(currentRoot() ?? '');
  const from = place ?? rows.length - 1;
  goTo(Math.min(rows.length - 1, Math.max(0, from + step)));
}

run.addEventListener('change', () => {
  lookAt(run.value);
  goTo(undefined);
});
workflow.addEventListener('change', request);
start.addEventListener('click', () => {
  show(live);
  connection.send({ type: 'start', workflowId: workflow.value });
});
cursor.addEventListener('input', () => goTo(Number(cursor.value)));
byId('first', HTMLButtonElement).addEventListener('click', () => goTo(0));
byId('back', HTMLButtonElement).addEventListener('click', () => stepBy(-1));
byId('forward', HTMLButtonElement).addEventListener('click', () => stepBy(1));
byId('end', HTMLButtonElement).addEventListener('click', () => goTo(undefined));

function show(next: Store): void {
  store = next;
  lookAt(undefined);
  recording.hidden = next === live;
  goTo(undefined);
}

byId('live', HTMLButtonElement).addEventListener('click', () => show(live));
byId('save', HTMLButtonElement).addEventListener('click', () => {
  const blob = new Blob([writeRecording(title, store)], { type: 'application/json' });
  const url = URL.createObjectURL(blob);
  const name = `${title.replace(/[^\w.-]+/g, '-')}-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.json`;
  element('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
});
byId('open', HTMLButtonElement).addEventListener('click', () => file.click());
file.addEventListener('change', () => {
  const [picked] = file.files ?? [];
  file.value = '';
  if (picked === undefined) return;
  void picked.text().then((text) => {
    const opened = createStore();
    const name = readRecording(text, opened);
    if (name === undefined) return say(`"${picked.name}" is no recording of this inspector.`);
    say('');
    setText(byId('recording-name', HTMLElement), `A recording: ${name === '' ? picked.name : name}`);
    show(opened);
    goTo(0);
  });
});

createTabs(request);
setInterval(now.tick, 250);
