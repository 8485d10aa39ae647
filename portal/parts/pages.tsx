interface Pages {
  /** Whether the page shown is not the first. */
  readonly isLater: boolean;
  readonly newest: string;
  /** Undefined when there is no older page. */
  readonly older: string | undefined;
}

/** The links to the other pages of a list; nothing when the list has only one page. */
export function Pages({ isLater, newest, older }: Pages) {
  if (!isLater && !older) return null;
  return (
    <nav class="pages" aria-label="Pages">
      {isLater && <a href={newest}>Newest</a>}
      {older && <a href={older}>Older</a>}
    </nav>
  );
}
