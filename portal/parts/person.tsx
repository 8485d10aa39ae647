import { useState } from 'preact/hooks';
import { useApi } from '../app/context.ts';

/** Kept while the page is open, so that nobody has to write their name twice. */
let known = '';

/** Who decides: the signed-in user, whom the app knows. With only a function key, the person who writes their name. */
export function usePerson() {
  const { authMode } = useApi().session;
  const [name, setName] = useState(known);
  const isAsked = authMode === 'key';
  return {
    name: isAsked ? name.trim() : undefined,
    setName: (text: string) => {
      known = text;
      setName(text);
    },
    isAsked,
    typed: name,
  };
}

interface PersonFieldProps {
  readonly person: ReturnType<typeof usePerson>;
  readonly isRequired: boolean;
}

export function PersonField({ person, isRequired }: PersonFieldProps) {
  if (!person.isAsked) return null;
  return (
    <div class="field">
      <label for="by">Your name</label>
      <input
        id="by"
        type="text"
        required={isRequired}
        maxLength={256}
        autocomplete="name"
        value={person.typed}
        onInput={(event) => person.setName(event.currentTarget.value)}
      />
    </div>
  );
}

interface CommentFieldProps {
  readonly value: string;
  readonly onValue: (text: string) => void;
}

export function CommentField({ value, onValue }: CommentFieldProps) {
  return (
    <div class="field">
      <label for="comment">Comment, which is kept in the record</label>
      <textarea
        id="comment"
        rows={2}
        maxLength={1000}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    </div>
  );
}
