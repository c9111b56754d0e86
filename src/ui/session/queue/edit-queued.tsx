import { useState } from 'react';
import { Button } from '../../kit/button';

/** Changes the words of a prompt that waits. Escape leaves them as they are. */
export function EditQueued({
  text,
  onSave,
  onCancel,
}: {
  text: string;
  onSave: (text: string) => void;
  onCancel: () => void;
}) {
  const [draft, setDraft] = useState(text);
  const canSave = draft.trim() !== '';
  return (
    <form
      className="flex min-w-0 flex-1 basis-56 items-end gap-1"
      onSubmit={(event) => {
        event.preventDefault();
        if (canSave) onSave(draft);
      }}
    >
      <textarea
        autoFocus
        aria-label="Words of the prompt"
        value={draft}
        rows={1}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onCancel();
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          if (canSave) onSave(draft);
        }}
        className="field-sizing-content max-h-32 min-h-7 min-w-0 flex-1 resize-none rounded-md border bg-bg px-2 py-1"
      />
      <Button size="small" variant="primary" type="submit" disabled={!canSave}>
        Save
      </Button>
      <Button size="small" variant="quiet" onClick={onCancel}>
        Cancel
      </Button>
    </form>
  );
}
