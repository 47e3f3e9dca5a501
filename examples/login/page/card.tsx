import { useEffect, useRef, type JSX, type ReactNode } from 'react';

const SIGNS = {
  ask: 'M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6z',
  right: 'M5 12.5l4.5 4.5L19 7.5',
  wrong: 'M12 6v7.5M12 17.5v.5',
} as const;

/** The frame of every screen. A new title takes the focus, so that a screen reader tells that the screen changed. */
export function Card(props: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly sign?: keyof typeof SIGNS;
  readonly busy: boolean;
  readonly children?: ReactNode;
}): JSX.Element {
  const { title, lead, sign = 'ask', busy, children } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // Screens bring frames of their own: the title of the document is that of the one before.
    if (document.title === title) return;
    document.title = title;
    if (!(document.activeElement instanceof HTMLInputElement)) heading.current?.focus();
  }, [title]);
  return (
    <main aria-busy={busy}>
      <div className="busy" data-on={busy} />
      <div className={`mark ${sign}`} aria-hidden="true">
        <svg width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="2.2">
          <path d={SIGNS[sign]} strokeLinecap="round" strokeLinejoin="round" />
        </svg>
      </div>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {lead === undefined ? undefined : <p className="lead">{lead}</p>}
      {children}
    </main>
  );
}
