'use strict';
// Elements, icons and the forms of values. Text only ever becomes a text node: there is no markup in any string.
const D = document;
const $ = selector => D.querySelector(selector);
const SVG = 'http://www.w3.org/2000/svg';

// h('div', {cls, on: {event: handler}, vars: {style}, attribute: value}, ...children)
function h(tag, attributes, ...children) {
  const element = D.createElement(tag);
  for (const name in attributes || {}) {
    const value = attributes[name];
    if (value == null || value === false) continue;
    if (name === 'on') for (const type in value) element.addEventListener(type, value[type]);
    else if (name === 'vars') for (const key in value) element.style.setProperty(key, value[key]);
    else element.setAttribute(name === 'cls' ? 'class' : name, value === true ? '' : value);
  }
  element.append(...children.flat(9).filter(child => child != null && child !== false));
  return element;
}

const ICONS = {
  ok: 'M3.5 8.5l3 3 6-7', bad: 'M4 4l8 8M12 4l-8 8', warn: 'M8 2.5l6 11H2zM8 7v3M8 12v.1',
  clock: 'M8 14A6 6 0 108 2a6 6 0 000 12zM8 5v3.2l2 1.3', two: 'M2.5 8.5l2.5 3 4-6M7.5 11.5l6-7',
  copy: 'M6 6h7v7H6zM3 10V3h7', find: 'M7 12A5 5 0 107 2a5 5 0 000 10zM11 11l3 3',
  pause: 'M5.5 3.5v9M10.5 3.5v9', play: 'M5 3l8 5-8 5z', moon: 'M13 9.5A5.5 5.5 0 016.5 3a5.5 5.5 0 106.5 6.5z',
  bolt: 'M9 2L4 9h4l-1 5 5-7H8z', block: 'M8 14A6 6 0 108 2a6 6 0 000 12zM4 4l8 8',
  key: 'M6 12a3 3 0 100-6 3 3 0 000 6zM8.5 7.5L13 3M11 5l2 2', bell: 'M4 11V7a4 4 0 018 0v4l1 1H3zM7 14h2',
  down: 'M8 3v8M4.5 8L8 11.5 11.5 8M3 14h10', phone: 'M3 3h3l1 3-2 1.5a8 8 0 003.5 3.5L10 9l3 1v3c-6 .5-10.5-4-10-10z',
  dash: 'M4 8h8', eq: 'M4 6h8M4 10h8', more: 'M4 6l4 4 4-4', up: 'M8 13V4M4 7.5l4-4 4 4',
  bin: 'M3 4.5h10M6 4V2.5h4V4M4.5 4.5l.6 9h5.8l.6-9',
};

function icon(name, cls) {
  const svg = D.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  if (cls) svg.setAttribute('class', cls);
  const path = D.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

function button(label, action, options = {}) {
  return h('button', {
    cls: 'btn ' + (options.cls || ''), type: 'button', disabled: options.disabled, 'aria-label': options.name,
    title: options.title, id: options.id, on: {click: action},
  }, options.icon && icon(options.icon), label);
}

// 0.40 ms, 213 ms, 1.00 s, 12.3 s, 2 min 5 s
function span(ms) {
  if (ms == null) return '';
  if (ms < 0) return '−' + span(-ms);
  if (ms < 1) return ms.toFixed(2) + ' ms';
  if (ms < 999.5) return Math.round(ms) + ' ms';
  if (ms < 59950) return (ms / 1000).toFixed(ms < 9995 ? 2 : 1) + ' s';
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return Math.floor(seconds / 60) + ' min ' + (seconds % 60 ? seconds % 60 + ' s' : '').trim();
  return Math.floor(seconds / 3600) + ' h ' + (Math.floor(seconds / 60) % 60 ? Math.floor(seconds / 60) % 60 + ' min' : '').trim();
}
// A wait as somebody wrote it: 1 s and not 1.00 s.
const round = ms => span(ms).replace(/\.0+ /, ' ').trim();
const count = number => String(number).replace(/\B(?=(\d{3})+$)/g, '\u2009');
const many = (number, one, more = one + 's') => count(number) + ' ' + (number === 1 ? one : more);
const clockTime = time => time ? time.slice(11, 19) : '';
const localTime = time => time ? time.replace('T', ' ').replace('Z', ' UTC') + '\n' + new Date(time).toLocaleString() : null;

// Names and ids as they can be shown in a line: what has no form, or turns text around, is named by its number.
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;
const shown = text => String(text ?? '').replace(HIDDEN, c => '\\u{' + c.charCodeAt(0).toString(16) + '}');
const short = (text, length = 80) => {
  const line = shown(text);
  return line.length > length ? line.slice(0, length - 1) + '…' : line;
};

function say(text) {
  const toast = $('.toast');
  if (!toast) return;
  toast.textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { toast.textContent = ''; }, 2400);
}

// The clipboard is closed to pages that are not on this machine or https; a text area is not.
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = h('textarea', {cls: 'sr', 'aria-hidden': 'true'});
    area.value = text;
    D.body.append(area);
    const before = D.activeElement;
    area.select();
    const isDone = D.execCommand('copy');
    area.remove();
    before?.focus?.({preventScroll: true});
    if (!isDone) return say('The browser refused to copy');
  }
  say('Copied');
}
const copyButton = (label, text) => button(label, async () => copyText(await (typeof text === 'function' ? text() : text)), {icon: 'copy'});

function saveFile(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], {type}));
  h('a', {download: name, href: address}).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

const snippet = (text, label) => h('div', {cls: 'snip'},
  h('pre', {tabindex: 0, role: 'region', 'aria-label': label}, text), copyButton('Copy', text));

// Moves focus and choice in a row of tabs, radios or options by the arrow keys.
function arrows(event, length, index, choose) {
  const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
  const next = step ? (index + step + length) % length : event.key === 'Home' ? 0 : event.key === 'End' ? length - 1 : -1;
  if (next < 0) return;
  event.preventDefault();
  event.stopPropagation();
  choose(next);
}
