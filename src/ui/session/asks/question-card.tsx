import { useState } from 'react';
import type { Ask, AskAnswer, AskedQuestion } from '@/domain/events/ask';
import { Button } from '../../kit/button';

interface QuestionCardProps {
  ask: Extract<Ask, { type: 'question' }>;
  /** Null once somebody answered, and for who may only watch. */
  onAnswer: ((answer: AskAnswer) => void) | null;
}

interface Choice {
  chosen: readonly string[];
  own: string;
}

const NOTHING: Choice = { chosen: [], own: '' };

/** What the agent wants to know: options to choose from, and room for own words where they are welcome. */
export function QuestionCard({ ask: { questions }, onAnswer }: QuestionCardProps) {
  const [choices, setChoices] = useState<readonly Choice[]>([]);
  const answers = questions.map((_, index) => wordsOf(choices[index] ?? NOTHING));
  const isComplete = answers.every((words) => words.length > 0);
  // One question with one choice is answered by that choice alone.
  const isQuick = questions.length === 1 && questions[0]?.isMultiple === false;

  function choose(index: number, choice: Choice): void {
    setChoices(questions.map((_, at) => (at === index ? choice : (choices[at] ?? NOTHING))));
    const [only] = choice.chosen;
    if (isQuick && only !== undefined) onAnswer?.({ type: 'question', answers: [[only]] });
  }

  const submit = () => {
    if (isComplete) onAnswer?.({ type: 'question', answers });
  };
  const isSending = onAnswer === null;
  const hasOwnWords = questions.some(({ allowsOwnText }) => allowsOwnText);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {questions.map((question, index) => (
        <Question
          key={question.question}
          question={question}
          choice={choices[index] ?? NOTHING}
          isDisabled={isSending}
          onChoice={(choice) => choose(index, choice)}
        />
      ))}
      {!isSending && (
        <div className="mt-2 flex items-center gap-2">
          {(!isQuick || hasOwnWords) && (
            <Button size="small" variant="primary" type="submit" disabled={!isComplete}>
              Answer
            </Button>
          )}
          <Button
            size="small"
            variant="quiet"
            title="The agent goes on and decides by itself"
            onClick={() => onAnswer({ type: 'dismiss', message: null })}
          >
            Let the agent decide
          </Button>
        </div>
      )}
    </form>
  );
}

function Question({
  question: { question, options, isMultiple, allowsOwnText },
  choice: { chosen, own },
  isDisabled,
  onChoice,
}: {
  question: AskedQuestion;
  choice: Choice;
  isDisabled: boolean;
  onChoice: (choice: Choice) => void;
}) {
  const toggle = (label: string) => {
    const others = chosen.filter((other) => other !== label);
    const kept = isMultiple ? others : [];
    onChoice({ chosen: chosen.includes(label) ? others : [...kept, label], own: isMultiple ? own : '' });
  };
  return (
    <fieldset disabled={isDisabled} className="min-w-0 not-first:mt-3">
      <legend className="text-sm break-words">{question}</legend>
      <div className="mt-1.5 flex flex-wrap gap-1.5">
        {options.map(({ label, description }) => (
          <Button
            key={label}
            size="small"
            aria-pressed={chosen.includes(label)}
            title={description || undefined}
            className="max-w-full whitespace-normal aria-pressed:border-accent aria-pressed:text-accent"
            onClick={() => toggle(label)}
          >
            {isMultiple && <span aria-hidden>{chosen.includes(label) ? '☑' : '☐'}</span>}
            {label}
          </Button>
        ))}
      </div>
      {allowsOwnText && (
        <input
          aria-label={`Own answer: ${question}`}
          placeholder="Or in your own words"
          value={own}
          maxLength={2_000}
          onChange={({ target }) => onChoice({ chosen: isMultiple ? chosen : [], own: target.value })}
          className="mt-1.5 h-7 w-full rounded-md border bg-bg px-2 text-sm"
        />
      )}
    </fieldset>
  );
}

function wordsOf({ chosen, own }: Choice): string[] {
  return own.trim() === '' ? [...chosen] : [...chosen, own.trim()];
}
