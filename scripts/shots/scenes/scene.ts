import type { Locator, Page } from '@playwright/test';
import type { Cast, RoleName } from '../stage/cast';
import type { Stage } from '../stage/open-stage';

/** Where a scene plays: a stack, and a team of its own in it. */
export interface Setting {
  stage: Stage;
  cast: Cast;
}

/** One state of one screen: how to get there, and how to know that one is there. */
export interface Scene {
  /** Who looks; null for somebody who is not signed in. */
  as: RoleName | null;
  /** Makes what is to be seen, and answers the address of the page. */
  at: (setting: Setting) => Promise<string> | string;
  /** What is done before the page is asked for, such as holding some of its requests. */
  before?: (page: Page) => Promise<void>;
  /** What is done on the page once it is there. */
  act?: (page: Page, setting: Setting) => Promise<void>;
  /** What is on the page in this state and in no other. */
  shows: (page: Page) => Locator;
  /** The widths in which this state exists, when not in all of them. */
  widths?: readonly number[];
  /** Reading sessions is held up while the page is looked at: this is how loading looks. */
  isHeld?: boolean;
  /** Rules of axe that can't hold in this state; each needs its reason beside it. */
  exempt?: readonly string[];
  /** What the browser itself writes to its console in this state. */
  expected?: RegExp;
}

/** React sends no title with what stands in for a screen: while it loads, the tab shows the address. */
export const UNTITLED = ['document-title'];

/** How Chromium reports a request that failed, which is what some states are about. */
export const FAILED_REQUEST =
  /Failed to load resource|WebSocket connection to|ERR_INTERNET_DISCONNECTED|net::ERR/;
