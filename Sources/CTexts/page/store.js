// What the page knows of one resource: its calls, newest first, and the requests that were looked at.
const LIMITS = {calls: 200000, page: 1000, first: 200, entries: 50, queue: 5000, frame: 500};

// A list at whose front much is put: what comes is gathered, and put there when somebody reads it. To move 60,000 ids by
// one place for each call took longer than all else.
class Fronted {
  #all = [];
  #ahead = [];
  get all() {
    if (this.#ahead.length) {
      this.#all = this.#ahead.reverse().concat(this.#all);
      this.#ahead = [];
    }
    return this.#all;
  }
  set all(all) { this.#all = all; this.#ahead = []; }
  get length() { return this.#all.length + this.#ahead.length; }
  put(id) { this.#ahead.push(id); }
  // The first one from the front of which this holds.
  find(test) { return this.#ahead.findLast(test) ?? this.#all.find(test); }
}

class Store {
  // Ids, newest first.
  #order = new Fronted();
  get order() { return this.#order.all; }
  set order(order) { this.#order.all = order; }
  get size() { return this.#order.length; }

  constructor(name) {
    this.name = name;
    this.calls = new Map();
    // How many calls there are of each verdict.
    this.counts = {};
    // What was changed just before a call began, or tried again: what each mark says, by the call's id.
    this.marks = new Map();
    this.pending = new Map();
    // What to ask for behind the last one; null at the end.
    this.next = null;
    this.dropped = 0;
    this.missed = 0;
    this.isLoaded = false;
    this.isGone = false;
    this.forgot = 0;
    // Calls that events told about since the last page was asked for.
    this.told = new Set();
    this.entries = new Map();
    // Requests that the journal does not have, and those that had not ended when they were asked for.
    this.absent = new Set();
    this.running = new Map();
  }
  get root() { return api.root(this.name); }
  get all() { return this.order.map(id => this.calls.get(id)); }
  get isWhole() { return this.next === null; }

  // Contexts have 8 KB: their length and end are kept.
  static slim(call) {
    const context = call.incomingCallContext;
    const {incomingCallContext, ...rest} = call;
    return {...rest, context: typeof context === 'string' ? {length: context.length, tail: context.slice(-4)} : context || call.context || null};
  }

  set(id, call) {
    const before = this.calls.get(id);
    if (before) this.counts[before.verdict] -= 1;
    this.counts[call.verdict] = (this.counts[call.verdict] || 0) + 1;
    this.calls.set(id, call);
  }
  // The next request shows it: rules or the clock were changed, or the journal was emptied.
  mark(name, words) { if (this.isLoaded) this.pending.set(name + words.split(' ')[0], [name, words]); }

  // Puts in a call that an event told about. Returns its place where it is new, else -1.
  put(call) {
    const {id} = call, isKnown = this.calls.has(id);
    for (const attempt of call.attempts) if (attempt.end !== null) this.running.delete(attempt.seq);
    const place = isKnown ? -1 : this.isNewest(id) ? 0 : this.placeOf(id);
    // One that is older than all that are loaded comes with its page.
    if (!isKnown && place >= this.size && !this.isWhole) return -1;
    if (this.pending.size && call.attempts.length > (this.calls.get(id)?.attempts.length || 0)) {
      this.marks.set(id, [...this.marks.get(id) || [], ...this.pending.values()].slice(-3));
      this.pending.clear();
    }
    this.set(id, Store.slim(call));
    this.told.add(id);
    if (place === 0) this.#order.put(id); else if (place > 0) this.order.splice(place, 0, id);
    return place;
  }
  isNewest(id) {
    const before = this.#order.find(other => other[0] === id[0]);
    return before === undefined || Number(before.slice(1)) < Number(id.slice(1));
  }
  // Calls of one kind are numbered in the order in which they began.
  placeOf(id) {
    const number = Number(id.slice(1));
    const isNewer = other => other[0] === id[0] && Number(other.slice(1)) > number;
    let place = 0;
    for (let i = 0; i < this.order.length; i++) {
      if (isNewer(this.order[i])) place = i + 1;
      else if (this.order[i][0] === id[0]) break;
    }
    return place;
  }

  async page(parameters) {
    const {status, body} = await api.get(`${this.root}/calls?fields=summary&limit=${parameters}`);
    if (status === 404 && body?.error?.code === 'NoSuchResource') this.isGone = true;
    return status === 200 ? body : null;
  }

  // The newest calls; those that are known and older stay behind them where nothing is missing in between.
  async newest() {
    this.told.clear();
    const page = await this.page(LIMITS.first);
    if (!page) return false;
    const ids = page.calls.map(c => c.id);
    const known = new Set(ids);
    // Calls that began after the page was made are at the top, and came as events.
    let started = 0;
    while (started < this.order.length && this.told.has(this.order[started])) started += 1;
    const fresh = this.order.slice(0, started).filter(id => !known.has(id));
    // What came between this page and the calls that are known is asked for, too.
    let {next} = page, last = -1;
    const reaches = () => { for (let i = ids.length - 1; i >= 0; i--) if ((last = this.order.indexOf(ids[i])) >= started) return true; return false; };
    while (next !== null && this.order.length > started && ids.length < LIMITS.queue && !reaches()) {
      const further = await this.page(`${LIMITS.page}&before=${encodeURIComponent(next)}`);
      if (!further) break;
      for (const call of further.calls) { page.calls.push(call); ids.push(call.id); known.add(call.id); }
      ({next} = further);
    }
    const older = next !== null && reaches() ? this.order.slice(last + 1).filter(id => !known.has(id)) : [];
    if (!older.length) this.next = next;
    for (const call of page.calls) if (!this.told.has(call.id)) this.set(call.id, Store.slim(call));
    this.order = [...fresh, ...ids, ...older];
    this.prune();
    this.dropped = page.dropped;
    this.isLoaded = true;
    return true;
  }

  // The next calls behind those that are known.
  async more() {
    if (this.next === null || this.isLoading) return;
    this.isLoading = true;
    try {
      const page = await this.page(`${LIMITS.page}&before=${encodeURIComponent(this.next)}`);
      // The call to go on from was dropped meanwhile, and so was all before it.
      if (!page) { this.next = null; return; }
      for (const call of page.calls) {
        if (this.calls.has(call.id)) continue;
        this.set(call.id, Store.slim(call));
        this.order.push(call.id);
      }
      this.next = page.next;
      this.prune();
    } catch {
      // No connection: asked again by the next scroll.
    } finally {
      this.isLoading = false;
    }
  }

  // Forgets the oldest calls above the limit, and calls that are in no order.
  prune() {
    if (this.order.length > LIMITS.calls) {
      this.forgot += this.order.length - LIMITS.calls;
      this.order.length = LIMITS.calls;
      this.next = null;
    }
    if (this.calls.size > this.order.length) {
      const kept = new Set(this.order);
      for (const id of this.calls.keys()) if (!kept.has(id)) this.forget(id);
    }
  }

  forget(id) {
    this.counts[this.calls.get(id).verdict] -= 1;
    this.calls.delete(id);
    this.marks.delete(id);
  }

  clear() {
    this.calls.clear();
    this.counts = {};
    this.marks.clear();
    this.order = [];
    this.next = null;
    this.dropped = 0;
    for (const known of [this.entries, this.absent, this.running]) known.clear();
  }

  // The entry of a request; null if it is not kept. One that still runs is asked for again.
  async entry(seq) {
    const known = this.entries.get(seq);
    if (known) {
      this.entries.delete(seq);
      this.entries.set(seq, known);
      return known;
    }
    const {status, body} = await api.get(`${this.root}/requests/${seq}`);
    if (status !== 200) return null;
    if (body.end !== null) this.entries.set(seq, body);
    while (this.entries.size > LIMITS.entries) this.entries.delete(this.entries.keys().next().value);
    return body;
  }

  // A call that is not in the list: an old one, by a link.
  async find(id) {
    if (this.calls.has(id)) return this.calls.get(id);
    const {status, body} = await api.get(`${this.root}/calls/${encodeURIComponent(id)}`);
    return status === 200 ? Store.slim(body) : null;
  }
}
