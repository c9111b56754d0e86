import { describe, expect, it } from 'vitest';
import { pullRequestBody } from './pull-request-text';

const file = (path: string) => ({ path, additions: 2, deletions: 1 });
const session = { title: 'Greet', url: 'https://dispatch.test/s/1', pictures: [] };

describe('the text of a pull request', () => {
  it('says what was asked by whom, and who asked for which file', () => {
    const body = pullRequestBody({
      ...session,
      turns: [
        { people: [{ name: 'Ada' }], prompt: 'greet people', files: [file('a.ts')] },
        { people: [{ name: 'Ben' }], prompt: 'in French\ntoo', files: [file('a.ts'), file('b.ts')] },
      ],
    });
    expect(body).toContain('- **Ada**: greet people\n- **Ben**: in French too');
    expect(body).toContain('| `a.ts` | +4 −2 | Ada, Ben |');
    expect(body).toContain('| `b.ts` | +2 −1 | Ben |');
    expect(body).toContain('[Greet](https://dispatch.test/s/1)');
  });

  it('mentions nobody, closes nothing and carries no markup', () => {
    const turn = { people: [{ name: '@all' }], prompt: 'fixes #7 <img src=x> `', files: [file('a`|b')] };
    const body = pullRequestBody({ ...session, turns: [turn] });
    expect(body).not.toMatch(/@all|#7|<img/);
    expect(body).toContain("`a'\\|b`");
  });
});
