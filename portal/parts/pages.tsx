interface Pages {
  /** Whether the page shown is not the first. */
  readonly isLater: boolean;
  readonly newest: string;
  /** Undefined when there is nothing older. */
  readonly older: string | undefined;
}

/** The ways out of one page of a list; nothing where the list has one page only. */
export function Pages({ isLater, newest, older }: Pages) {
  if (!isLater && !older) return null;
  return (
    <nav class="pages" aria-label="Pages">
      {isLater && <a href={newest}>Newest</a>}
      {older && <a href={older}>Older</a>}
    </nav>
  );
}
