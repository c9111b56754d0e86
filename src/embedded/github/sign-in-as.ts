/** Undoes the escapes of an HTML attribute. */
function unescapeHtml(text: string): string {
  const signs: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (entity, name: string) => signs[name] ?? entity);
}

function attribute(tag: string, name: string): string {
  return unescapeHtml(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
}

interface Form {
  readonly action: string;
  readonly fields: URLSearchParams;
}

function readForms(html: string): Form[] {
  return [...html.matchAll(/(<form\b[^>]*>)(.*?)<\/form>/gs)].map(([, tag = '', inside = '']) => {
    const inputs = [...inside.matchAll(/<input\b[^>]*>/g)].map(([input]) => input);
    const fields = inputs.map((input) => [attribute(input, 'name'), attribute(input, 'value')]);
    return { action: attribute(tag, 'action'), fields: new URLSearchParams(fields) };
  });
}

/**
 * Signs in at the emulated GitHub as a person would in a browser: opens the authorize page and
 * presses the button of `login`. Returns where GitHub sends the browser, with `code` and `state` in
 * the query, for the caller to follow with its own cookies.
 * @throws with what the page said when it refuses, or the logins that it offers when `login` is none of them
 */
export async function signInAs(authorizeUrl: string, login: string): Promise<string> {
  const page = await fetch(authorizeUrl);
  const html = await page.text();
  if (!page.ok) {
    const said = /class="error-msg">([^<]*)</.exec(html)?.[1] ?? html.slice(0, 200);
    throw new Error(`The sign-in page answered ${page.status}: ${unescapeHtml(said)}`);
  }
  const forms = readForms(html);
  const form = forms.find(({ fields }) => fields.get('login') === login);
  if (!form) {
    const offered = forms.map(({ fields }) => fields.get('login')).join(', ');
    throw new Error(`Nobody called "${login}" can sign in here, only: ${offered}.`);
  }
  const answer = await fetch(new URL(form.action, authorizeUrl), {
    method: 'POST',
    body: form.fields,
    redirect: 'manual',
  });
  const location = answer.headers.get('location');
  if (!location) throw new Error(`Signing in as ${login} ended with ${answer.status} and leads nowhere.`);
  return new URL(location, authorizeUrl).href;
}
