import type { Browser, Page } from '@playwright/test';
import { startScriptedModel, type ScriptedModel } from '@/testing/scripted-model';
import { call, reply, say } from '@/testing/scripted-reply';
import { launchBrowser, visitAs, type Trespasses } from './browser';
import { startRunningStack, type RunningStack } from './running-stack';
import { SessionDriver } from './session-driver';

/** One page that breaks shall not keep every test waiting for as long as a sandbox may take. */
const PATIENCE_MS = 45_000;

/** A session on a stack of its own whose agent runs what a test tells it, with Ada's browser on it. */
export class ScriptedSession {
  readonly stack: RunningStack;
  readonly session: SessionDriver;
  readonly page: Page;
  readonly trespasses: Trespasses;
  readonly #model: ScriptedModel;
  readonly #browser: Browser;

  private constructor(parts: {
    stack: RunningStack;
    session: SessionDriver;
    page: Page;
    trespasses: Trespasses;
    model: ScriptedModel;
    browser: Browser;
  }) {
    this.stack = parts.stack;
    this.session = parts.session;
    this.page = parts.page;
    this.trespasses = parts.trespasses;
    this.#model = parts.model;
    this.#browser = parts.browser;
  }

  /** Resolves when the first prompt, in which the agent runs `command` in the repository, has ended. */
  static async open(prompt: string, command: string): Promise<ScriptedSession> {
    const model = await startScriptedModel();
    const stack = await startRunningStack({
      environment: { ...process.env, MODEL_BASE_URL: model.url, MODEL_NAME: 'scripted' },
    });
    const { api } = await stack.as('ada');
    const { session, promptId } = await SessionDriver.open({ stack, api }, tell(model, prompt, command));
    await session.untilFinished(promptId);
    const browser = await launchBrowser();
    const { page, context, trespasses } = await visitAs(browser, stack.url, 'ada');
    context.setDefaultTimeout(PATIENCE_MS);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.setViewportSize({ width: 1440, height: 900 });
    return new ScriptedSession({ stack, session, page, trespasses, model, browser });
  }

  /** A turn in which the agent runs this in the repository. */
  async turn(prompt: string, command: string): Promise<void> {
    await this.session.untilFinished(await this.session.send(tell(this.#model, prompt, command)));
  }

  /** A turn in which the agent calls these tools, one after the other, each with its arguments. */
  async callTools(prompt: string, calls: readonly [name: string, values: object][]): Promise<void> {
    const replies = calls.map(([name, values]) => reply(call(name, { ...values })));
    this.#model.scriptFor(prompt, [...replies, reply(say('Done.'))]);
    await this.session.untilFinished(await this.session.send(prompt));
  }

  /** Opens the session's page, at a place in it. */
  async visit(hash = ''): Promise<void> {
    await this.page.goto(`/s/${this.session.id}${hash}`);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.stack.stop();
    await this.#model.close();
  }
}

function tell(model: ScriptedModel, prompt: string, command: string): string {
  model.scriptFor(prompt, [reply(call('bash', { command, description: 'work' })), reply(say('Done.'))]);
  return prompt;
}
