// Requests and responses as they were on the wire. Whatever a peer sent becomes text nodes: what has no form is written out.
const CONTEXT = 60;

// Text with control characters written out, as nodes. Line ends stay line ends.
function visible(text, showsAll) {
  const nodes = [];
  let from = 0;
  const special = showsAll ? /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g : /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
  for (const match of text.matchAll(special)) {
    const code = match[0].charCodeAt(0);
    nodes.push(text.slice(from, match.index));
    const name = match[0] === '\r' ? '␍' : match[0] === '\n' ? '␊\n' : match[0] === '\t' ? '␉' : code < 256 ? '\\x' + code.toString(16).padStart(2, '0') : '\\u{' + code.toString(16) + '}';
    nodes.push(h('span', {cls: 'red'}, name));
    from = match.index + match[0].length;
  }
  nodes.push(text.slice(from));
  return nodes;
}

function bytesOf(base64) {
  const text = atob(base64);
  return Uint8Array.from(text, c => c.charCodeAt(0));
}

// Sixteen bytes a line: where, in hexadecimal, as text.
function hex(bytes, limit = 512) {
  const lines = [];
  for (let at = 0; at < Math.min(bytes.length, limit); at += 16) {
    const part = [...bytes.slice(at, Math.min(at + 16, limit))];
    lines.push(at.toString(16).padStart(4, '0') + '  ' + part.map(b => b.toString(16).padStart(2, '0')).join(' ').padEnd(48) + ' ' + part.map(b => b > 31 && b < 127 ? String.fromCharCode(b) : '·').join(''));
  }
  if (bytes.length > limit) lines.push(`… ${count(bytes.length - limit)} more bytes`);
  return lines.join('\n');
}

// A message's head, with names tinted and what was taken out marked.
function headNodes(text, showsAll) {
  const nodes = [];
  text.split('\n').forEach((line, i, lines) => {
    const end = i < lines.length - 1 ? '\n' : '';
    const colon = i > 0 ? line.indexOf(':') : -1;
    const value = colon > 0 ? line.slice(colon) : line;
    if (colon > 0) nodes.push(h('span', {cls: 'hk'}, ...visible(line.slice(0, colon), showsAll)));
    value.split('***').forEach((part, j) => {
      if (j > 0) nodes.push(h('span', {cls: 'red', title: 'taken out before it was stored'}, '***'));
      nodes.push(...visible(showsAll ? part : part.replace(/\r$/, ''), showsAll));
    });
    nodes.push(showsAll && end ? h('span', {cls: 'red'}, '␊') : '', end);
  });
  return nodes;
}

// Content: JSON with its faults marked, and the long context shortened.
function contentNodes(text, faults, open) {
  const nodes = [];
  let rest = text;
  const found = open.context ? null : text.match(/("incomingCallContext"\s*:\s*")((?:[^"\\]|\\.)*)/);
  if (found && found[2].length > CONTEXT + 20) {
    const begin = found.index + found[1].length;
    nodes.push(...marked(text.slice(0, begin + CONTEXT), faults));
    nodes.push('… ', h('button', {cls: 'more', type: 'button', id: 'context', on: {click: () => { open.context = true; changed('detail'); }}}, `${count(found[2].length - CONTEXT)} more characters`));
    rest = text.slice(begin + found[2].length);
  }
  nodes.push(...marked(rest, faults));
  return nodes;
}

// Marks the members that a fault names: the last part of target.phoneNumber.value.
function marked(text, faults) {
  const names = [...new Set(faults.flatMap(f => [f.target?.split('.').pop()?.replace(/\[\d+\]$/, ''), ...[...(f.message || '').matchAll(/'([^'\s]{1,40})'/g)].map(m => m[1])]).filter(n => n && /^[\w.-]+$/.test(n)))];
  if (!names.length) return visible(text);
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(new RegExp('"(?:' + names.map(n => n.replace(/[.-]/g, '\\$&')).join('|') + ')"(?:\\s*:\\s*(?:"[^"]{0,80}"|[\\w.+-]+))?', 'g'))) {
    nodes.push(...visible(text.slice(from, match.index)), h('mark', {}, ...visible(match[0])));
    from = match.index + match[0].length;
  }
  nodes.push(...visible(text.slice(from)));
  return nodes;
}

// Splits a message where its content begins.
function split(text) {
  const end = text.search(/\r?\n\r?\n/);
  if (end < 0) return [text, '', ''];
  const gap = text.slice(end).match(/^\r?\n\r?\n/)[0];
  return [text.slice(0, end), gap, text.slice(end + gap.length)];
}

const rawOpen = new Map();
function openOf(entry, what) {
  const key = what + entry.seq;
  if (!rawOpen.has(key)) rawOpen.set(key, {});
  return rawOpen.get(key);
}
const pre = (label, ...nodes) => h('pre', {tabindex: 0, role: 'region', 'aria-label': label}, ...nodes);

function requestPane(call, number, attempt, entry) {
  const open = openOf(entry, 'request'), faults = entry.failed?.details?.length ? entry.failed.details : entry.failed ? [{message: entry.failed.message}] : [];
  if (entry.rawBase64 != null) return [h('p', {cls: 'sm mute'}, 'These bytes are not UTF-8.'), pre('Request as received, in hexadecimal', hex(bytesOf(entry.rawBase64), open.all ? 65536 : 512))];
  const text = entry.raw ?? '';
  const [head, gap, content] = split(text);
  const toggle = button(open.bytes ? 'Show text' : 'Show bytes', () => { open.bytes = !open.bytes; changed('detail'); }, {id: 'showbytes'});
  const nodes = open.bytes ? visible(text, true) : [...headNodes(head), gap ? '\n\n' : '', ...(content ? contentNodes(content, faults, open) : [])];
  const made = [pre('Request as received', ...nodes), h('div', {cls: 'row gap8'}, toggle, copyButton('Copy', text))];
  if (entry.cutBytes) made.unshift(h('p', {cls: 'sm k-warn'}, `${many(entry.cutBytes, 'byte')} at the end of the content were not kept.`));
  return made;
}

const CUTS = {reset: 'reset (RST)', closed: 'closed (FIN)', clientLeft: 'the client left'};

// The response as it was sent, from `answer`; of an emulator that keeps none, what the plan says in words.
function responsePane(call, number, attempt, entry) {
  const {answer} = entry;
  if (!answer) {
    const steps = planWords(entry);
    return [h('p', {}, entry.status ? `Status ${entry.status}, ${many(entry.bytesSent ?? 0, 'byte')} sent.` : entry.end === null ? 'Nothing was sent yet.' : 'No response was sent.'), steps.length ? h('ol', {cls: 'plain'}, steps.map(s => h('li', {}, s))) : null].filter(Boolean);
  }
  const sent = answer.sentBytes ?? entry.bytesSent ?? 0;
  if (answer.raw == null && answer.rawBase64 == null) return [h('p', {}, entry.end === null ? 'Nothing was sent yet.' : 'No byte of a response was sent' + (CUTS[entry.end] ? ': ' + CUTS[entry.end] + '.' : '.'))];
  const bytes = answer.raw != null ? new TextEncoder().encode(answer.raw) : bytesOf(answer.rawBase64);
  const cut = sent < bytes.length ? h('span', {cls: 'cut'}, ` ✂ ${CUTS[entry.end] || 'not sent'} after ${sent} of ${attempt.answerBytes ?? bytes.length} bytes\n`) : null;
  if (answer.raw == null) return [h('p', {cls: 'sm mute'}, `${many(bytes.length, 'byte')}, not text.`), pre('Response as sent, in hexadecimal', hex(bytes.slice(0, sent || bytes.length)), cut)];
  // A cut can be inside of a character.
  const first = new TextDecoder().decode(bytes.slice(0, sent)), rest = new TextDecoder().decode(bytes.slice(sent));
  const [head, gap, content] = split(first);
  return [pre('Response as sent', ...headNodes(head), gap ? '\n\n' : '', ...visible(content), cut, rest ? h('span', {cls: 'un'}, ...visible(rest)) : null), h('div', {cls: 'row gap8'}, copyButton('Copy', answer.raw))];
}

function planWords(entry) {
  return (entry.plan || []).map(step => typeof step === 'string' ? step : Object.entries(step).map(([k, v]) => v === true ? k : `${k} ${typeof v === 'object' ? JSON.stringify(v) : v}`).join(', '));
}
