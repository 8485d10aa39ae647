import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

interface ViewProps {
  readonly title: string;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A view with its heading, which is also the title of the window. */
export function View({ title, aside, children }: ViewProps) {
  useEffect(() => {
    document.title = `${title} · VPN RADIUS`;
  }, [title]);
  return (
    <>
      <div class="heading">
        <h1 tabIndex={-1}>{title}</h1>
        {aside}
      </div>
      {children}
    </>
  );
}
