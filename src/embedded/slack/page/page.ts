import { SCRIPT } from './script';

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { margin: 0; display: grid; grid-template-columns: 200px 1fr 1.3fr; height: 100dvh; }
nav, main, aside { padding: 12px; overflow: auto; border-right: 1px solid #8884; min-width: 0; }
nav button { display: block; width: 100%; text-align: left; border: 0; background: none; padding: 6px 8px; font: inherit; color: inherit; border-radius: 6px; cursor: pointer; }
nav button[aria-pressed=true] { background: #8883; font-weight: 600; }
.column { display: flex; flex-direction: column; }
.list { flex: 1; overflow: auto; }
.message { padding: 6px 8px; border-radius: 6px; overflow-wrap: anywhere; white-space: pre-wrap; }
.message.private { background: #fc04; } .message:hover { background: #8881; }
.name { font-weight: 600; } .time, .context { color: #777; font-size: 13px; }
.actions { display: flex; flex-wrap: wrap; gap: 6px; margin: 6px 0; }
.actions button, .actions a, form button { padding: 4px 10px; border: 1px solid #8886; border-radius: 6px; background: none; font: inherit; color: inherit; cursor: pointer; text-decoration: none; }
.primary { background: #0a7a4a !important; color: #fff !important; } .danger { color: #c22 !important; }
form { display: flex; gap: 6px; padding-top: 8px; } textarea { flex: 1; font: inherit; min-height: 44px; }
h1, h2 { font-size: 16px; margin: 0 0 8px; } code, pre { background: #8882; border-radius: 4px; padding: 0 3px; white-space: pre-wrap; }
#trouble { color: #c22; font-size: 13px; }
@media (max-width: 800px) { body { grid-template-columns: 1fr; grid-auto-rows: min-content; height: auto; } }
`;

/** Where a person types as somebody of the emulated workspace, and sees channels and threads. */
export const PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Slack (emulated)</title><style>${STYLE}</style></head>
<body>
<nav>
  <h1>Slack <small>(emulated)</small></h1>
  <p><label>You are <select id="user"></select></label></p>
  <div id="channels"></div>
  <p class="context">Write <code>@Dispatch create notes/x.md with: hello</code>, or <code>/dispatch help</code>.</p>
  <p id="trouble" role="status"></p>
</nav>
<main class="column">
  <h2 id="channel"></h2><div class="list" id="messages"></div>
  <form id="say"><textarea aria-label="Message" name="text" placeholder="Message"></textarea><button>Send</button></form>
</main>
<aside class="column">
  <h2>Thread</h2><div class="list" id="thread"></div>
  <form id="reply"><textarea aria-label="Reply" name="text" placeholder="Reply in the thread"></textarea><button>Reply</button></form>
</aside>
<script>${SCRIPT}</script>
</body></html>`;
