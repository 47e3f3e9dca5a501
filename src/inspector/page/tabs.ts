import { byId } from './dom.ts';

const TABS = ['events', 'requests', 'data'] as const;

/** Lets one panel be seen at a time: by click, and by arrow keys between the tabs. */
export function createTabs(onChange: () => void): void {
  const tabs = TABS.map((name) => ({
    tab: byId(`tab-${name}`, HTMLButtonElement),
    panel: byId(`panel-${name}`, HTMLElement),
  }));
  const select = (chosen: number, focus: boolean): void => {
    for (const [index, { tab, panel }] of tabs.entries()) {
      const isChosen = index === chosen;
      tab.setAttribute('aria-selected', String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      panel.hidden = !isChosen;
    }
    if (focus) tabs[chosen]?.tab.focus();
    onChange();
  };
  for (const [index, { tab }] of tabs.entries()) {
    tab.addEventListener('click', () => select(index, false));
    tab.addEventListener('keydown', ({ key }) => {
      if (key === 'ArrowRight') select((index + 1) % tabs.length, true);
      if (key === 'ArrowLeft') select((index + tabs.length - 1) % tabs.length, true);
    });
  }
  select(0, false);
}
