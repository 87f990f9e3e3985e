// What somebody may type, paste, send or open who wants the page to do something else.

/** An address of nobody (RFC 5737). */
const ELSEWHERE = '//203.0.113.1';

/** Each would set `attacked`, load something from elsewhere, or break the page, if it could. */
export const ATTACKS = [
  '<script>window.attacked = 1</script>',
  '"><img src=x onerror="window.attacked = 2"><svg onload="window.attacked = 3">',
  'javascript:window.attacked=4//',
  "';window.attacked=5;//`${window.attacked=6}`",
  `</textarea></style></script><style>*{background:url(${ELSEWHERE}/a.png)}</style>`,
  `0;background:url(${ELSEWHERE}/b.png)}</style><link rel=stylesheet href=${ELSEWHERE}/c.css>`,
  `<base href=${ELSEWHERE}/><iframe src="javascript:parent.attacked=7"></iframe>`,
  `<form action=${ELSEWHERE}/d><meta http-equiv=refresh content="0;url=${ELSEWHERE}/e">`,
  '\u202Egnp.exe\u202C \u2066\u2067x\u2069 \uFEFF\uFFFF\u200B e\u0301\u0301\u0301',
  'a\u0000b\u0001\u001B[31m\u007F\r\n\tc\\0%00',
  'udp 10.0.0.1:1 > 10.0.0.2:2 # <img src=x onerror="window.attacked=8">',
  `https:${ELSEWHERE}/f?x=<b>&y='"`,
  `${'9'.repeat(400)} -${'9'.repeat(30)}.e308`,
  'A<b>'.repeat(40_000),
];

/** Fragments of links. */
export function links() {
  const text = ATTACKS.slice(0, -1).map((attack) => encodeURIComponent(attack));
  return [
    ...text,
    ...ATTACKS.slice(0, 8),
    ...text.map((attack) => `v1.${attack}`),
    ...text.map((attack) => `first-packet&at=${attack}&view=${attack}&sel=${attack}&tab=${attack}`),
    ...text.map((attack) => `lesson/${attack}`),
    `lesson/../../${text[0]}&stop=${text[1]}`,
    'lesson/first-packet&stop=99999999999999999999',
    'v99.AAAA', 'v1.', '=&=&==', '%', '%E0%A4%A', '__proto__', 'constructor&at=1',
    `v1.${'A'.repeat(1_000_000)}`,
  ];
}

/** A capture of one frame; its bytes are those of the text. */
function capture(text) {
  const data = Buffer.from(text);
  const head = Buffer.alloc(40);
  [0xa1b2c3d4, 0x00040002, 0, 0, 65_535, 1, 1, 2, data.length, data.length].forEach(
    (word, at) => head.writeUInt32LE(word, at * 4),
  );
  return Buffer.concat([head, data]);
}

function lesson(attack) {
  const line = attack.replace(/[\r\n]/g, ' ');
  return [
    `title: ${line}`, 'kind: lesson', 'minutes: 5', `about: ${line}`, `learnt: ${line}`,
    `term ${line}: ${line}`, `term a: ${line}`, `term b: ${line}`,
    'config hz=250 buckets=8 seed=1', '', `== ${line}`,
    'tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000', 'at: end', `say: ${line}`, `note: ${line}`,
    '', `== ${line}`, 'ask: choice', `+ ${line} | ${line}`, `- ${line} x | ${line}`,
    `prompt: ${line}`, `hint: ${line}`, `because: ${line}`, `wrong: ${line}`, '',
    `== ${line}`, `turn: ${line}`, 'goal: c1 gone', 'try: delete c1', `hint: ${line}`,
    `done: ${line}`, '',
  ].join('\n');
}

/** Files of every kind that the page opens: name, type and content. */
export function files() {
  const name = (ending, at) => ({
    name: `"><img src=x onerror="window.attacked=${at}">.${ending}`,
    mimeType: 'application/octet-stream',
  });
  const made = ATTACKS.slice(0, -1).flatMap((attack, at) => [
    { ...name('ct', 20 + at), buffer: Buffer.from(`config buckets=8 # ${attack}\n${attack}\n`) },
    { ...name('lesson', 40 + at), buffer: Buffer.from(lesson(attack)) },
    { ...name('pcap', 60 + at), buffer: capture(attack) },
    { ...name('txt', 80 + at), buffer: Buffer.from(`[1.0] [NEW] udp 17 30 src=${attack}\n`) },
  ]);
  const random = Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * at * 31 + 7) & 255));
  return [...made, { ...name('pcapng', 99), buffer: random }, { ...name('ct', 98), buffer: random }];
}

/**
 * Runs in the page: puts each text into each text field in sight, with all that a keyboard would
 * tell, and presses Enter; only the first into fields that are `known`. Gives back their names.
 */
export async function typeEverywhere([texts, known]) {
  const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const KINDS = 'input:not([type]), input[type=text], input[type=search], input[type=number], '
    + 'input[type=url], textarea, [contenteditable=true]';
  const shown = (node) => node.checkVisibility() && !node.disabled && !node.readOnly;
  const fields = () => [...document.querySelectorAll(KINDS)].filter(shown);
  const nameOf = (node) => node.dataset.ct ?? (node.id || node.ariaLabel || node.name
    || node.labels?.[0]?.textContent.trim() || node.placeholder || node.className);
  const put = (node, text) => {
    if (node.isContentEditable) node.textContent = text;
    else Object.getOwnPropertyDescriptor(Object.getPrototypeOf(node), 'value').set.call(node, text);
    node.dispatchEvent(new InputEvent('input', { bubbles: true }));
  };
  const names = fields().map(nameOf);
  for (const [at, name] of names.entries()) {
    for (const text of known.includes(name) ? texts.slice(0, 1) : texts) {
      // What is typed may make other fields; the one of that name is meant.
      const found = fields();
      const node = found[at] && nameOf(found[at]) === name ? found[at] : found.find((it) => nameOf(it) === name);
      if (node === undefined) break;
      put(node, text);
      node.dispatchEvent(new Event('change', { bubbles: true }));
      const enter = { key: 'Enter', bubbles: true, cancelable: true };
      node.dispatchEvent(new KeyboardEvent('keydown', enter));
      await frames();
    }
    const node = fields().find((it) => nameOf(it) === name);
    if (node !== undefined) put(node, '');
  }
  await frames();
  return names;
}

/** Runs in the page: what came of it, as sentences; empty if nothing did. */
export function harm() {
  const said = [];
  if (window.attacked !== undefined) said.push(`a script ran: ${window.attacked}`);
  for (const text of window.violations ?? ['nobody listened']) said.push(`the policy stopped: ${text}`);
  const foreign = 'iframe, object, embed, base, form[action], img, audio, video, [onload], [onerror], '
    + '[onclick], a[href^="javascript:" i], link[href*="203.0.113.1"], meta[http-equiv=refresh i], '
    + '[style*="url("], [data-ct="panic"]';
  for (const node of document.querySelectorAll(foreign)) said.push(node.outerHTML.slice(0, 200));
  const scripts = document.querySelectorAll('script:not([type="text/plain"])').length;
  window.scripts ??= scripts;
  if (scripts !== window.scripts) said.push('there is another script');
  return said;
}
