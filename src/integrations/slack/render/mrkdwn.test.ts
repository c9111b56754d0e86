import { describe, expect, it } from 'vitest';
import { readText } from '../read-text';
import { toMrkdwn } from './mrkdwn';

describe('Markdown in Slack', () => {
  it.each([
    ['**bold** and `**code**`', '*bold* and `**code**`'],
    ['# A heading', '*A heading*'],
    ['- one\n- two', '• one\n• two'],
    ['[docs](https://a.test/x?a=1&b=2)', '<https://a.test/x?a=1&amp;b=2|docs>'],
    ['[bad](javascript:alert(1))', '[bad](javascript:alert(1))'],
    ['a < b && c > d', 'a &lt; b &amp;&amp; c &gt; d'],
    ['```ts\nconst a: A<B> = **c**;\n```', '```\nconst a: A&lt;B&gt; = **c**;\n```'],
    ['```\nnever closed', '```\nnever closed\n```'],
  ])('%j', (markdown, mrkdwn) => {
    expect(toMrkdwn(markdown)).toBe(mrkdwn);
  });
});

describe('what somebody wrote in Slack', () => {
  it.each([
    ['<@U1> fix &lt;b&gt; &amp; c', 'fix <b> & c'],
    ['see <https://a.test/x|a.test/x> in <#C1|eng>', 'see a.test/x in #eng'],
    ['see <https://a.test|the docs>', 'see the docs (https://a.test)'],
    ['ask <@U2>', 'ask <@U2>'],
  ])('%j', (text, read) => {
    expect(readText(text, 'U1')).toBe(read);
  });
});
