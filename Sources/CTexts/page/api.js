// The control API, from the page's own origin: at most two questions at a time beside the stream, so that eight tabs share
// the six connections that a browser opens to one address.
const REPORT = D.getElementById('data') ? JSON.parse(D.getElementById('data').textContent) : null;
const api = {
  key: null, waiting: [], running: 0,

  // The key is in the address only when somebody put it there, and leaves it at once.
  findKey() {
    const given = location.hash.match(/^#key=([^&/]*)/) || location.hash.match(/[?&]key=([^&]*)/);
    if (given) {
      try { this.key = decodeURIComponent(given[1]); } catch { this.key = given[1]; }
      history.replaceState(null, '', location.pathname + location.search + location.hash.replace(/^#key=[^&/]*&?/, '#').replace(/([?&])key=[^&]*/, '$1').replace(/[#?&]$/, ''));
      this.keep();
    } else {
      try { this.key = sessionStorage.getItem('emulator-key'); } catch { /* no storage: asked for again */ }
    }
  },
  keep() {
    try {
      if (this.key == null) sessionStorage.removeItem('emulator-key');
      else sessionStorage.setItem('emulator-key', this.key);
    } catch { /* no storage: it lasts as long as the page */ }
  },

  headers(more) { return this.key == null ? {...more} : {'x-emulator-key': this.key, ...more}; },
  root: resource => resource === 'default' ? '/_emulator' : '/_emulator/resources/' + encodeURIComponent(resource),

  // Returns {status, body}: body is JSON where the response is. Throws only where there is no response.
  async ask(method, path, options = {}) {
    if (REPORT) return fromReport(method, path);
    await this.turn();
    try {
      const content = options.text ?? (options.json === undefined ? undefined : JSON.stringify(options.json));
      const type = content === undefined ? {} : {'content-type': options.type || 'application/json'};
      const response = await fetch(path, {method, body: content, headers: this.headers({...type, ...options.headers}), cache: 'no-store', signal: AbortSignal.timeout(options.timeout || 30000)});
      const text = await response.text();
      const isJSON = (response.headers.get('content-type') || '').startsWith('application/json');
      if (response.status === 401 && isJSON && JSON.parse(text).error?.code === 'KeyRequired') live.lock(this.key != null);
      return {status: response.status, body: isJSON && text ? JSON.parse(text) : text};
    } finally {
      this.running -= 1;
      this.waiting.shift()?.();
    }
  },
  async turn() {
    if (this.running >= 2) await new Promise(go => this.waiting.push(go));
    this.running += 1;
  },
  get(path) { return this.ask('GET', path); },
  // The body of a call that succeeded; else the API's own words are shown, and null returned.
  async want(method, path, options) {
    try {
      const {status, body} = await this.ask(method, path, options);
      if (status < 300) return body === '' ? {} : body;
      say(errorText(body, status));
    } catch {
      say('The emulator does not respond');
    }
    return null;
  },
};

function errorText(body, status) {
  const error = body?.error;
  if (!error) return 'Status ' + status;
  return (error.message || error.code) + (error.target ? ` (${error.target})` : '');
}

// What a report holds is found at the addresses that the emulator has it at.
function fromReport(method, path) {
  const missing = {status: 404, body: {error: {code: 'NotInReport', message: 'The report does not hold this.'}}};
  const address = new URL(path, 'http://report/');
  const found = address.pathname.match(/^\/_emulator(?:\/resources\/([^/]+))?(?:\/(.*))?$/);
  if (method !== 'GET' || !found) return missing;
  if (found[1] === undefined && found[2] === 'resources') return {status: 200, body: {resources: REPORT.resources.map(r => ({name: r.name}))}};
  const resource = REPORT.resources.find(r => r.name === decodeURIComponent(found[1] || 'default'));
  const [what, id] = (found[2] || '').split('/');
  if (!resource) return missing;
  if (what === 'calls' && !id) return {status: 200, body: {calls: resource.calls, next: null, dropped: resource.dropped || 0}};
  const item = what === 'calls' ? resource.calls.find(c => c.id === id) || resource.calls.find(c => c.attempts.some(a => 'r' + a.seq === id)) : what === 'requests' ? resource.requests.find(r => String(r.seq) === id) : id ? null : resource[what];
  return item ? {status: 200, body: item} : missing;
}
