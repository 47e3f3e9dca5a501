import { byId, element, setText } from './dom.ts';
import type { Listed } from './expected-machine.ts';
import { leavesOf, toneOf } from './now-view.ts';
import type { ActorInfo } from './store.ts';

/** The machines of a run, of which one is looked at. */
export interface MachineList {
  /** `byHand`: the one that is looked at was chosen by a person. */
  readonly show: (machines: readonly Listed[], shown: string | undefined, byHand: boolean) => void;
}

interface Line {
  readonly node: HTMLElement;
  readonly choice: HTMLInputElement;
  readonly dot: HTMLElement;
  readonly state: HTMLElement;
}

/**
 * Makes the list, which is there where a run has several machines.
 *
 * @param choose - is told the machine that a person chose; `undefined`: the page is to choose again
 */
export function createMachineList(choose: (actor: string | undefined) => void): MachineList {
  const list = byId('machines', HTMLFieldSetElement);
  const lines = byId('machine-list', HTMLElement);
  const follow = byId('follow', HTMLButtonElement);
  const known = new Map<string, Line>();
  let drawn = '';

  follow.addEventListener('click', () => {
    choose(undefined);
    // The button goes away; the focus must not go with it.
    lines.querySelector<HTMLInputElement>('input:checked')?.focus();
  });
  lines.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement) choose(target.value);
  });

  const lineOf = ({ key, name, depth }: ActorInfo): Line => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const choice = element('input', { type: 'radio', name: 'machine', value: key });
    const dot = element('span', { class: 'dot' });
    const state = element('span', { class: 'where' });
    const node = element(
      'label',
      { class: `machine depth-${Math.min(depth, 4)}` },
      choice,
      dot,
      element('span', { class: 'name', text: name, title: name }),
      state,
    );
    const line: Line = { node, choice, dot, state };
    known.set(key, line);
    return line;
  };

  return {
    show: (machines, shown, byHand) => {
      list.hidden = machines.length < 2;
      follow.hidden = !byHand;
      const keys = machines.map(({ actor }) => actor.key).join(' ');
      if (keys !== drawn) {
        drawn = keys;
        const focused = document.activeElement;
        const nodes = machines.map(({ actor }) => lineOf(actor));
        for (const [key, line] of known) if (!nodes.includes(line)) known.delete(key);
        lines.replaceChildren(...nodes.map(({ node }) => node));
        if (focused instanceof HTMLElement && lines.contains(focused)) focused.focus();
      }
      for (const { actor, moment } of machines) {
        const line = lineOf(actor);
        line.choice.checked = actor.key === shown;
        const tone = toneOf(moment, actor);
        line.dot.className = `dot ${tone}`;
        line.node.classList.toggle('asks', tone === 'waiting');
        const states = leavesOf(moment.states).join(' · ') || moment.status;
        setText(line.state, tone === 'waiting' ? `${states}, waits for you` : states);
      }
    },
  };
}
