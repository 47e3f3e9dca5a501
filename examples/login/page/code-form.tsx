import { useEffect, useId, useRef, useState, type ClipboardEvent, type FormEvent, type JSX } from 'react';

/** How many digits a code has. */
const DIGITS = 6;

/** Asks for the six digits. They are sent as soon as the last one is there, typed or pasted. */
export function CodeForm(props: {
  readonly problem: string | undefined;
  readonly disabled: boolean;
  readonly onCode: (code: string) => void;
}): JSX.Element {
  const { problem, disabled, onCode } = props;
  const [code, setCode] = useState('');
  const [incomplete, setIncomplete] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();

  // Whoever may type again finds the field empty, and the cursor in it.
  useEffect(() => {
    if (disabled) return;
    setCode('');
    field.current?.focus();
  }, [disabled, problem]);

  const change = (text: string): void => {
    // The keyboards of East Asia have digits of full width.
    const digits = text.normalize('NFKC').replace(/\D/g, '').slice(0, DIGITS);
    setCode(digits);
    setIncomplete(false);
    if (digits.length === DIGITS && digits !== code) onCode(digits);
  };
  const paste = (event: ClipboardEvent<HTMLInputElement>): void => {
    event.preventDefault();
    change(event.clipboardData.getData('text'));
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (code.length === DIGITS) onCode(code);
    else {
      setIncomplete(true);
      field.current?.focus();
    }
  };
  const wrong = incomplete ? `The code has ${DIGITS} digits.` : code === '' ? problem : undefined;
  return (
    <form onSubmit={submit} noValidate>
      <label htmlFor={id}>Code</label>
      <div className="code" data-length={code.length}>
        {/* One field for all digits: screen readers, password managers and the keyboards of phones understand it. */}
        <input
          ref={field}
          id={id}
          name="code"
          value={code}
          onChange={(event) => change(event.target.value)}
          onPaste={paste}
          disabled={disabled}
          inputMode="numeric"
          autoComplete="one-time-code"
          spellCheck={false}
          aria-invalid={wrong !== undefined}
          aria-describedby={`${id}-problem`}
        />
        <div className="cells" aria-hidden="true">
          {Array.from({ length: DIGITS }, (_, index) => (
            <span key={index} className={index === code.length ? 'cell next' : 'cell'}>
              {code[index] ?? ''}
            </span>
          ))}
        </div>
      </div>
      <p className="problem" id={`${id}-problem`} role="alert">
        {wrong}
      </p>
      <button className="primary" disabled={disabled}>
        Log in
      </button>
    </form>
  );
}
