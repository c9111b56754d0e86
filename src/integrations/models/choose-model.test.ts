import { describe, expect, it } from 'vitest';
import { chooseModel } from './choose-model';

const ANTHROPIC = { ANTHROPIC_API_KEY: 'sk-ant' };
const OPENAI = { OPENAI_API_KEY: 'sk-oai' };
const OPENROUTER = { OPENROUTER_API_KEY: 'sk-or' };
const OWN = { MODEL_BASE_URL: 'http://models.test/v1', MODEL_API_KEY: 'sk-own', MODEL_NAME: 'mine' };
const STAND_IN = { STAND_IN_MODEL_URL: 'http://127.0.0.1:9/v1' };
const ALL = { ...STAND_IN, ...OPENROUTER, ...OPENAI, ...ANTHROPIC, ...OWN };

describe('the model that answers', () => {
  it.each([
    ['an endpoint of one’s own before everything', ALL, 'openai-compatible', OWN.MODEL_BASE_URL],
    [
      'Anthropic next',
      { ...STAND_IN, ...OPENROUTER, ...OPENAI, ...ANTHROPIC },
      'anthropic',
      'https://api.anthropic.com/v1',
    ],
    ['then OpenAI', { ...STAND_IN, ...OPENROUTER, ...OPENAI }, 'openai', 'https://api.openai.com/v1'],
    ['then OpenRouter', { ...STAND_IN, ...OPENROUTER }, 'openai-compatible', 'https://openrouter.ai/api/v1'],
    ['without any key the stand-in', STAND_IN, 'openai-compatible', STAND_IN.STAND_IN_MODEL_URL],
  ])('is %s', (...[, env, provider, baseUrl]) => {
    const model = chooseModel(env);
    expect(model.agent.provider).toBe(provider);
    expect(model.upstream.baseUrl).toBe(baseUrl);
    expect(model.ref.standIn).toBe(env === STAND_IN);
    expect(model.agent.id).toBe(model.ref.id);
  });

  it.each([ANTHROPIC, OPENAI, OPENROUTER, OWN])('is the one that MODEL_NAME names: %j', (env) => {
    expect(chooseModel({ ...env, MODEL_NAME: 'named' }).agent.id).toBe('named');
  });

  it.each([
    [ANTHROPIC, 'sk-ant'],
    [OPENAI, 'sk-oai'],
    [OPENROUTER, 'sk-or'],
    [OWN, 'sk-own'],
  ])('keeps its key out of all that an agent or a person is told: %j', (env, key) => {
    const { ref, agent, upstream } = chooseModel(env);
    expect(JSON.stringify({ ref, agent })).not.toContain(key);
    expect(JSON.stringify(upstream.headers)).toContain(key);
  });

  it('needs no key at an endpoint of one’s own', () => {
    expect(chooseModel({ MODEL_BASE_URL: 'http://models.test/v1' }).upstream.headers).toEqual({});
  });

  it('is missing when nothing is set, and what to set is said', () => {
    expect(() => chooseModel({ MODEL_NAME: 'x' })).toThrow(/ANTHROPIC_API_KEY/);
  });
});
