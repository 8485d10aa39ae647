import type { ComponentChildren } from 'preact';
import type { Placed, Wish } from './wish.ts';

export interface FieldProps<Name extends keyof Wish = keyof Wish> {
  readonly name: Name;
  readonly wish: Wish;
  readonly problems: Placed['at'];
  readonly onWish: (change: Partial<Wish>) => void;
}

/** Connects a field with its hint and its problems, so that a screen reader reads them together. */
function described({ name, problems }: FieldProps, hint?: string) {
  const wrong = problems[name] ?? [];
  const ids = [hint && `${name}-hint`, wrong.length > 0 && `${name}-wrong`].filter(Boolean).join(' ');
  return {
    ...(ids && { 'aria-describedby': ids }),
    ...(wrong.length > 0 && { 'aria-invalid': true }),
  };
}

function Below({ name, problems, hint }: FieldProps & { readonly hint?: string | undefined }) {
  const wrong = problems[name] ?? [];
  return (
    <>
      {hint && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {wrong.length > 0 && (
        <ul class="wrong" id={`${name}-wrong`}>
          {wrong.map(({ code, message }) => (
            <li key={code + message}>{message}</li>
          ))}
        </ul>
      )}
    </>
  );
}

interface TextFieldProps extends FieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly placeholder?: string;
  readonly isRequired?: boolean;
}

export function TextField({ label, hint, placeholder, isRequired = false, ...field }: TextFieldProps) {
  const { name, wish, onWish } = field;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <input
        id={name}
        type="text"
        autocomplete="off"
        spellcheck={false}
        required={isRequired}
        {...(placeholder && { placeholder })}
        value={String(wish[name])}
        onInput={(event) => onWish({ [name]: event.currentTarget.value })}
        {...described(field, hint)}
      />
      <Below {...field} hint={hint} />
    </div>
  );
}

interface ChoiceFieldProps extends FieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly values: readonly (readonly [value: string, text: string])[];
}

export function ChoiceField({ label, hint, values, ...field }: ChoiceFieldProps) {
  const { name, wish, onWish } = field;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select
        id={name}
        value={String(wish[name])}
        onChange={(event) => onWish({ [name]: event.currentTarget.value })}
        {...described(field, hint)}
      >
        {values.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
      <Below {...field} hint={hint} />
    </div>
  );
}

export function CheckField({ children, ...field }: FieldProps & { readonly children: ComponentChildren }) {
  const { name, wish, onWish } = field;
  return (
    <div>
      <label class="choice">
        <input
          id={name}
          type="checkbox"
          checked={Boolean(wish[name])}
          onChange={(event) => onWish({ [name]: event.currentTarget.checked })}
          {...described(field)}
        />
        {children}
      </label>
      <Below {...field} />
    </div>
  );
}
