import type { ComponentType } from 'react';
import type { ItemType } from '@/domain/timeline/items';
import { ArtifactLeaf } from './artifact-leaf';
import { AskLeaf } from './ask-leaf';
import { CommentLeaf } from './comment-leaf';
import { DiffLeaf } from './diff-leaf';
import { FileLeaf } from './file-leaf';
import type { LeafProps } from './leaf';
import { NoteLeaf } from './note-leaf';
import { PromptLeaf } from './prompt-leaf';
import { ReasoningLeaf } from './reasoning-leaf';
import { SandboxLeaf } from './sandbox-leaf';
import { SessionLeaf } from './session-leaf';
import { SteerLeaf } from './steer-leaf';
import { TextLeaf } from './text-leaf';
import { TodoLeaf } from './todo-leaf';
import { ToolLeaf } from './tool-leaf';
import { TurnLeaf } from './turn-leaf';
import { UnknownLeaf } from './unknown-leaf';

/** How each kind of item is shown. A new kind breaks the build here. */
export const LEAVES = {
  session: SessionLeaf,
  note: NoteLeaf,
  comment: CommentLeaf,
  artifact: ArtifactLeaf,
  prompt: PromptLeaf,
  steer: SteerLeaf,
  ask: AskLeaf,
  turn: TurnLeaf,
  text: TextLeaf,
  reasoning: ReasoningLeaf,
  tool: ToolLeaf,
  file: FileLeaf,
  todo: TodoLeaf,
  diff: DiffLeaf,
  sandbox: SandboxLeaf,
  unknown: UnknownLeaf,
} satisfies { [T in ItemType]: ComponentType<LeafProps<T>> };
