import Core
import EventLoop
import Scenarios
import Synchronization

/// All calls of a resource as they are in one moment: the registered ones, and those that its journal tells of. The API,
/// `verify`, the last line and whatever else speaks of calls have them from here.
struct CallList {
  /// Which call comes before which: by when it began.
  private struct Place: Comparable {
    var time: Int64
    var isSeen: Bool
    var number: UInt64

    static func < (one: Place, other: Place) -> Bool {
      (one.time, one.isSeen ? 1 : 0, one.number) < (other.time, other.isSeen ? 1 : 0, other.number)
    }
  }

  let now: Instant
  let monotonicNow: Int64
  /// Registered calls that were dropped for newer ones.
  let dropped: UInt64
  /// The journal that the seen ones are of.
  let journal: Journal
  let calls: RegisteredCalls
  /// The id of the resource that contexts name.
  let resourceID: String
  private let registered: [RegisteredCall]
  let seen: SeenCalls
  private let failures: FailuresOfRings
  private let engine: ScenarioEngine?

  /// - Complexity: O(entries of the journal), of which those that came since the last time cost more. On the background
  ///   thread.
  init(of resource: ResourceCore) {
    let (journal, calls, scenario) = resource.state.withLock {
      ($0.journal, $0.calls, $0.scenario)
    }
    engine = scenario?.engine
    failures = FailuresOfRings(of: resource)
    self.journal = journal
    now = resource.clock.now(SystemCall.realtimeNow())
    monotonicNow = Int64(clamping: SystemCall.monotonicNow())
    dropped = calls.dropped
    self.calls = calls
    resourceID = resource.id
    registered = calls.all
    seen = SeenCalls(journal, keys: resource.callKeys.withLock { $0.keys(of: journal) })
  }

  /// The calls, newest first, each made as it is asked for.
  ///
  /// - Parameter id: only calls that began before this one; nil for all.
  /// - Returns: nil if there is no such call.
  func newestFirst(before id: String? = nil) -> CallSequence? {
    var (registeredEnd, seenEnd) = (registered.count, seen.count)
    if let id {
      guard let place = place(of: id) else { return nil }
      while registeredEnd > 0, registeredPlace(registeredEnd - 1) >= place { registeredEnd -= 1 }
      seenEnd = (0..<seenEnd).first(fromWhich: { seenPlace($0) >= place })
    }
    return CallSequence(list: self, registered: registeredEnd, seen: seenEnd)
  }

  /// All calls, newest first.
  var all: [Call] { Array(newestFirst() ?? CallSequence(list: self, registered: 0, seen: 0)) }

  /// What became of each call, made as it is asked for.
  func forEachVerdict(_ tell: (Call.Verdict) -> Void) {
    for call in registered { tell(call.call(now: now, monotonicNow: monotonicNow).verdict) }
    for index in 0..<seen.count {
      tell(seen.verdict(index, now: now, monotonicNow: monotonicNow))
    }
  }

  /// One call; nil if there is none with this id.
  ///
  /// - Parameter id: the call's own; or `r` and the number of any request of the call, as links of log lines have it.
  func call(_ id: String) -> Call? {
    let request = Self.number(id, "r")
    let owner = Self.number(id, "c") ?? request.flatMap(journal.entry)?.registeredCall
    if let index = owner.flatMap(registeredIndex) {
      return shown(registered[index])
    }
    let index = request.flatMap { seen.index(of: $0) }
    return index.map { seen.call($0, now: now, monotonicNow: monotonicNow) }
  }

  private func shown(_ call: RegisteredCall) -> Call {
    let failures = failures.during(call)
    let strays = strays(during: call)
    // Which of both tells more: the beginning of the call's own context is no chance.
    let tellsStrays = strays.map { $0.isBeginning || failures == nil } ?? false
    return call.call(
      now: now, monotonicNow: monotonicNow, failures: tellsStrays ? nil : failures,
      strays: tellsStrays ? strays : nil, cure: Call.Cure(call, engine))
  }

  /// The numbers of the requests of a call: of a seen one also those that it does not show.
  func requests(of call: Call) -> [UInt64] {
    guard call.skippedAttempts > 0, let index = seenIndex(call.id) else {
      return call.attempts.map(\.seq)
    }
    return seen.numbers(of: index)
  }

  /// - Parameter number: of the registration; no call has 0.
  private func registeredIndex(_ number: UInt64) -> Int? {
    registered.firstIndex { $0.number == number }
  }

  private func seenIndex(_ id: String) -> Int? {
    Self.number(id, "r").flatMap { seen.index(ofFirst: $0) }
  }

  static func number(_ id: String, _ letter: String) -> UInt64? {
    guard id.hasPrefix(letter), let number = UInt64(id.dropFirst()), "\(letter)\(number)" == id
    else {
      return nil
    }
    return number
  }

  private func place(of id: String) -> Place? {
    Self.number(id, "c").flatMap(registeredIndex).map(registeredPlace)
      ?? seenIndex(id).map(seenPlace)
  }

  private func registeredPlace(_ index: Int) -> Place {
    Place(time: registered[index].registered, isSeen: false, number: registered[index].number)
  }

  private func seenPlace(_ index: Int) -> Place {
    Place(time: seen.arrived(index), isSeen: true, number: seen.firstSeq(index))
  }

  /// Calls from the newest on, out of both lists.
  struct CallSequence: Sequence, IteratorProtocol {
    let list: CallList
    /// How many of each are left.
    var registered: Int
    var seen: Int

    mutating func next() -> Call? {
      guard registered > 0 || seen > 0 else { return nil }
      let takesSeen =
        registered == 0
        || seen > 0 && list.seenPlace(seen - 1) > list.registeredPlace(registered - 1)
      if takesSeen {
        seen -= 1
        return list.seen.call(seen, now: list.now, monotonicNow: list.monotonicNow)
      }
      registered -= 1
      return list.shown(list.registered[registered])
    }
  }
}
