// One stream of events for all tabs of a resource: the tab that holds the lock reads it and passes on what comes. The next
// one in the queue takes over when it closes, or was hidden for half a minute.
const live = {
  // live, connecting, lost, locked, over
  state: REPORT ? 'over' : 'connecting',
  isPaused: false, held: new Map(), queue: [], tries: 0, instance: null, restartedAt: null, lostAt: null, rate: 0, seen: 0,
  types: 'hello,missed,call,connection,journal,scenario,clock,resource',

  // Follows a resource until stop().
  start(name) {
    if (REPORT) return;
    this.stop();
    const stopped = this.stopped = new AbortController();
    this.name = name;
    this.channel = 'BroadcastChannel' in self ? new BroadcastChannel('redirect-emulator ' + location.host + ' ' + name) : null;
    if (this.channel) this.channel.onmessage = event => {
      const {states, events} = event.data;
      if (event.data.asks) { if (this.isLeader) this.tell(); return; }
      if (states) this.take(states);
      if (events && !this.isLeader) this.push(events);
    };
    this.channel?.postMessage({asks: true});
    this.want(stopped.signal);
  },
  stop() {
    this.stopped?.abort();
    this.channel?.close();
    this.channel = null;
    this.isLeader = false;
    this.queue = [];
    this.held.clear();
  },

  // Waits for its turn to be the one that reads the stream. Pages that are not on this machine or https have no locks.
  want(stopped) {
    if (stopped.aborted) return;
    if (!navigator.locks) { this.lead(stopped); return; }
    this.turn = new AbortController();
    const signal = AbortSignal.any([stopped, this.turn.signal]);
    navigator.locks.request('redirect-emulator ' + this.name, {signal}, () => this.lead(signal)).catch(() => {});
  },
  hide(isHidden) {
    if (REPORT || !this.stopped || this.stopped.signal.aborted || !navigator.locks) return;
    clearTimeout(this.hiding);
    if (isHidden) this.hiding = setTimeout(() => { this.turn?.abort(); this.isLeader = false; this.isAway = true; }, 30000);
    else if (this.isAway) {
      this.isAway = false;
      refresh();
      this.want(this.stopped.signal);
    }
  },

  async lead(signal) {
    this.isLeader = true;
    while (!signal.aborted && this.state !== 'locked') {
      try {
        await this.read(signal);
        this.tries = 0;
      } catch (error) {
        if (signal.aborted) break;
        if (error === 'gone') { store.isGone = true; changed('rail'); break; }
      }
      if (signal.aborted || this.state === 'locked') break;
      this.fail();
      await new Promise(go => {
        const timer = setTimeout(go, this.wait);
        this.hurry = () => { clearTimeout(timer); go(); };
        signal.addEventListener('abort', this.hurry, {once: true});
      });
    }
    this.isLeader = false;
  },
  fail() {
    this.wait = [500, 1000, 2000, 5000][Math.min(this.tries, 3)];
    this.tries += 1;
    if (this.state !== 'lost') this.lostAt = new Date().toISOString();
    this.retryAt = Date.now() + this.wait;
    this.state = 'lost';
    this.tell();
  },

  // Reads one connection to its end.
  async read(signal) {
    const quiet = new AbortController();
    let timer = setTimeout(() => quiet.abort(), 15000);
    const response = await fetch(api.root(this.name) + '/events?fields=summary&types=' + this.types, {
      headers: api.headers({accept: 'text/event-stream'}), cache: 'no-store', signal: AbortSignal.any([signal, quiet.signal]),
    });
    if (!response.ok) {
      clearTimeout(timer);
      const body = await response.json().catch(() => null);
      if (response.status === 401) { this.lock(api.key != null); throw 'locked'; }
      if (response.status === 404 && body?.error?.code === 'NoSuchResource') throw 'gone';
      throw 'refused';
    }
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    try {
      for (;;) {
        clearTimeout(timer);
        // A comment comes about every 15 seconds.
        timer = setTimeout(() => quiet.abort(), 45000);
        const {value, done} = await reader.read();
        if (done) return;
        const blocks = (rest + value).split('\n\n');
        rest = blocks.pop();
        const events = blocks.map(parseEvent).filter(Boolean);
        if (events.length) {
          this.channel?.postMessage({events});
          this.push(events);
        }
      }
    } finally {
      clearTimeout(timer);
      reader.cancel().catch(() => {});
    }
  },

  tell() {
    const {state, lostAt, retryAt, instance} = this;
    this.channel?.postMessage({states: {state, lostAt, retryAt, instance}});
    changed('live');
  },
  take(states) {
    const before = this.state;
    Object.assign(this, states);
    if (before !== 'live' && this.state === 'live') refresh();
    changed('live');
  },
  lock(wasWrong) {
    this.state = 'locked';
    this.isWrong = wasWrong;
    changed('all');
  },

  // Events are applied once a frame.
  push(events) {
    this.queue.push(...events);
    if (this.queue.length > LIMITS.queue) {
      this.queue = [];
      this.isTooFast = true;
      refresh();
    }
    if (!this.isAsked) {
      this.isAsked = true;
      // A hidden tab has no frames.
      if (D.hidden) setTimeout(() => this.apply(), 200); else requestAnimationFrame(() => this.apply());
    }
  },
  apply() {
    this.isAsked = false;
    const parts = new Set();
    for (const event of this.queue.splice(0, LIMITS.frame)) this.one(event, parts);
    if (this.queue.length) this.push([]);
    if (parts.size) changed(...parts);
  },
  one({type, data}, parts) {
    switch (type) {
    case 'hello': {
      const isOther = this.instance !== null && this.instance !== data.instance;
      if (isOther) this.restartedAt = new Date().toISOString();
      Object.assign(this, {state: 'live', tries: 0, instance: data.instance, version: data.version, lostAt: null});
      if (this.isLeader) this.tell();
      if (isOther) restarted();
      clock.take(data.clock);
      refresh();
      parts.add('live').add('clock');
      break;
    }
    case 'call':
      this.seen += 1;
      if (this.isPaused) {
        this.held.set(data.id, data);
        if (this.held.size > LIMITS.queue) this.isTooFast = true;
        parts.add('live');
      } else {
        putCall(data);
        scenario.later();
        parts.add('list');
      }
      break;
    case 'missed':
      if (data.missed > 0) { store.missed += data.missed; refresh(); parts.add('banner'); }
      break;
    case 'connection': failures.unshift(data); failures.length = Math.min(failures.length, 100); parts.add('connect'); break;
    case 'journal': store.clear(); store.mark('bin', 'journal cleared'); at.call = null; refresh(); parts.add('list').add('detail'); break;
    case 'scenario': store.mark('bolt', 'rules changed'); scenario.changed(); parts.add('rules'); break;
    case 'clock': clock.take(data); store.mark('clock', clock.offsetMs ? 'clock ' + clock.words : 'clock in real time'); parts.add('clock'); break;
    case 'resource': if (data.resource === store.name && data.change === 'removed') store.isGone = true; loadResources(); parts.add('banner'); break;
    }
  },
  pause() {
    if (REPORT || this.state === 'locked') return;
    this.isPaused = !this.isPaused;
    if (!this.isPaused) {
      if (this.isTooFast) refresh(); else for (const call of this.held.values()) putCall(call);
      this.held.clear();
    }
    changed('live', 'list');
  },
};

function parseEvent(block) {
  let type = '', data = '';
  for (const line of block.split('\n')) {
    if (line.startsWith('event: ')) type = line.slice(7);
    else if (line.startsWith('data: ')) data += line.slice(6);
  }
  if (!type || !data) return null;
  try { return {type, data: JSON.parse(data)}; } catch { return null; }
}
