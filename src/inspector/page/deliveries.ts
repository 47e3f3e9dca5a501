import type { Delivered } from '../entry.ts';
import { byId, element } from './dom.ts';
import { timeOf } from './log-view.ts';

/** What the sandbox "delivered", newest first. */
export interface DeliveryView {
  readonly show: (all: readonly Delivered[]) => void;
  readonly add: (delivered: Delivered) => void;
}

const MAX_SHOWN = 5;

/** Makes the view. */
export function createDeliveries(): DeliveryView {
  const list = byId('delivery-list', HTMLElement);
  const section = byId('deliveries', HTMLElement);
  const add = ({ channel, to, code, at }: Delivered): void => {
    section.hidden = false;
    list.prepend(
      element(
        'li',
        {},
        element('code', { text: code }),
        element('span', { text: `${channel} to ${to}` }),
        element('span', { class: 'time', text: timeOf(at) }),
      ),
    );
    while (list.children.length > MAX_SHOWN) list.lastElementChild?.remove();
  };
  return {
    add,
    show: (all) => {
      list.replaceChildren();
      section.hidden = all.length === 0;
      for (const one of all) add(one);
    },
  };
}
