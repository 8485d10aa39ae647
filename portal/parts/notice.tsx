import type { ComponentChildren } from 'preact';

interface NoticeProps {
  readonly kind: 'bad' | 'mind' | 'good' | 'plain';
  readonly title: string;
  readonly children?: ComponentChildren;
}

/** Something that must be read before the rest. A screen reader says a problem at once. */
export function Notice({ kind, title, children }: NoticeProps) {
  return (
    <div class={`notice ${kind}`} role={kind === 'bad' ? 'alert' : 'status'}>
      <p class="title">{title}</p>
      {children}
    </div>
  );
}
