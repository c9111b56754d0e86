import { describe, expect, it } from 'vitest';
import { availableModels } from './available-models';

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
    const [model] = availableModels(env);
    expect(model.agent.provider).toBe(provider);
    expect(model.upstream.baseUrl).toBe(baseUrl);
    expect(model.ref.standIn).toBe(env === STAND_IN);
    expect(model.agent.id).toBe(model.ref.id);
  });

  it.each([ANTHROPIC, OPENAI, OPENROUTER, OWN])('is the one that MODEL_NAME names: %j', (env) => {
    expect(availableModels({ ...env, MODEL_NAME: 'named' })[0].agent.id).toBe('named');
  });

  it.each([
    [ANTHROPIC, 'sk-ant'],
    [OPENAI, 'sk-oai'],
    [OPENROUTER, 'sk-or'],
    [OWN, 'sk-own'],
  ])('keeps its key out of all that an agent or a person is told: %j', (env, key) => {
    const [{ ref, agent, upstream }] = availableModels(env);
    expect(JSON.stringify({ ref, agent })).not.toContain(key);
    expect(JSON.stringify(upstream.headers)).toContain(key);
  });

  it('needs no key at an endpoint of one’s own', () => {
    expect(availableModels({ MODEL_BASE_URL: 'http://models.test/v1' })[0].upstream.headers).toEqual({});
  });

  it('is missing when nothing is set, and what to set is said', () => {
    expect(() => availableModels({ MODEL_NAME: 'x' })).toThrow(/ANTHROPIC_API_KEY/);
  });
});

describe('the models that can be chosen', () => {
  const ids = (env: Parameters<typeof availableModels>[0]) => availableModels(env).map(({ ref }) => ref.id);

  it('are all that are known of every provider with a key, each once, and no stand-in beside them', () => {
    const all = ids({ ...STAND_IN, ...ANTHROPIC, ...OPENAI, ...OPENROUTER });
    expect(all).toEqual(expect.arrayContaining(['claude-sonnet-5', 'gpt-5.4', 'anthropic/claude-sonnet-5']));
    expect(all).not.toContain('stand-in');
    expect(new Set(all).size).toBe(all.length);
  });

  it('go each to its own provider with its own key', () => {
    for (const { ref, upstream } of availableModels({ ...ANTHROPIC, ...OPENAI })) {
      const isClaude = ref.id.startsWith('claude');
      expect(upstream.baseUrl).toContain(isClaude ? 'anthropic.com' : 'openai.com');
      expect(JSON.stringify(upstream.headers)).not.toContain(isClaude ? 'sk-oai' : 'sk-ant');
    }
  });

  it('are those that MODEL_NAME lists, with what is known of them', () => {
    const env = { ...ANTHROPIC, MODEL_NAME: 'claude-opus-5, claude-next ,claude-opus-5,' };
    expect(ids(env)).toEqual(['claude-opus-5', 'claude-next']);
    const [opus, next] = availableModels(env);
    expect(opus.agent.cost.output).toBe(25);
    expect(next!.agent.cost.output).toBe(0);
    expect(ids({ ...OWN, MODEL_NAME: 'a,b' })).toEqual(['a', 'b']);
  });
});
