import type { ComponentProps } from 'react';
import { classNames } from './class-names';

type Variant = 'primary' | 'plain' | 'quiet' | 'danger';

const LOOK = {
  primary: 'border-transparent bg-accent text-on-accent enabled:hover:opacity-90',
  plain: 'border-line bg-surface text-text enabled:hover:bg-raised',
  quiet: 'border-transparent text-muted enabled:hover:bg-raised enabled:hover:text-text',
  danger: 'border-line bg-surface text-danger enabled:hover:bg-raised',
} satisfies Record<Variant, string>;

type ButtonProps = ComponentProps<'button'> & { variant?: Variant; size?: 'small' | 'medium' };

/** A button says what will happen. It submits nothing unless it says so. */
export function Button({
  variant = 'plain',
  size = 'medium',
  type = 'button',
  className,
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type}
      className={classNames(
        'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap',
        'transition-colors disabled:opacity-50',
        size === 'small' ? 'h-6 px-2 text-xs' : 'h-8 px-3 text-sm',
        LOOK[variant],
        className,
      )}
      {...rest}
    />
  );
}
