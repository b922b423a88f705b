import Core
import Synchronization

extension Call {
  /// Connections to the service that failed before a request came, while a call rang. Whose they were is not known: a
  /// connection says nothing of a call. Where no request came they are the likeliest reason.
  package struct Failures: Sendable, Equatable {
    /// Why they failed.
    package enum Cause: Sendable, Equatable {
      /// The client did not trust the certificate. What it has to trust is named.
      case distrust(String)
      /// A rule with this name.
      case rule(String)
      /// What is known of the last one, in sentences.
      case other(String)
    }

    package var count: Int
    /// Whether each failed in its TLS handshake.
    package var areHandshakes: Bool
    /// Whether they named the call's resource. Without a host name (SNI) that does, they are for any resource.
    package var nameResource: Bool
    package var cause: Cause

    package init(count: Int, areHandshakes: Bool, nameResource: Bool = true, cause: Cause) {
      (self.count, self.areHandshakes) = (count, areHandshakes)
      (self.nameResource, self.cause) = (nameResource, cause)
    }

    /// What happened, as a sentence.
    var story: String { story(since: "Since it began to ring") }

    /// - Parameter time: what the sentence begins with.
    func story(since time: String) -> String {
      let noun = areHandshakes ? "TLS handshake" : "connection"
      var text = "\(time), \(CountText(count, noun))"
      if !nameResource { text += " of clients that name no resource" }
      text += " failed"
      return switch cause {
      case .distrust: text + ": the client does not trust the certificate."
      case .rule(let name): text + " because of the rule '\(name)'."
      case .other(let message): text + ". The last one: \(message)"
      }
    }

    /// What to change.
    var advice: String {
      switch cause {
      case .distrust(let trust):
        "Let your app trust \(trust). The guide Troubleshooting says how, in \"The connection fails\"."
      case .rule where areHandshakes:
        "The rule lets no connection be made. See what your app does for the caller then."
      case .rule:
        "Keep trying while it rings, also when no connection can be made."
      case .other: "See the guide Troubleshooting, \"The connection fails\"."
      }
    }
  }
}

/// Which failed connections came while a call rang.
struct FailuresOfRings {
  /// Those of the call's resource.
  let own: Ring<FailedConnection>
  /// Those of the default resource, where the call's is another one: a client that connects to an address names none.
  let unnamed: Ring<FailedConnection>?

  /// Loops take the time once in a round.
  private static let slack: Int64 = 1_000_000_000

  init(of resource: ResourceCore) {
    own = resource.state.withLock { $0.failedConnections.entries }
    unnamed = resource.defaultResource?.state.withLock { $0.failedConnections.entries }
  }

  /// Those that no rule brought about.
  ///
  /// - Parameters:
  ///   - time: monotonic nanoseconds; earlier ones are left out.
  ///   - end: later ones are left out: on the resource's clock and in monotonic nanoseconds; nil for none.
  /// - Returns: nil if nothing failed.
  /// - Complexity: O(failed connections since then).
  func since(_ time: Int64, until end: (clock: Instant, monotonic: Int64)? = nil) -> Call.Failures?
  {
    if let failures = Self.sum(
      of: entries(own, since: time) { entry in
        entry.rule == nil && (end.map { entry.time < $0.clock } ?? true)
      })
    {
      return failures
    }
    let others = unnamed.map { list in
      entries(list, since: time) { entry in
        entry.rule == nil && entry.serverName == nil
          && (end.map { entry.monotonic < $0.monotonic } ?? true)
      }
    }
    var failures = others.flatMap(Self.sum)
    failures?.nameResource = false
    return failures
  }

  /// Those that no rule brought about and that came while one of these calls rang, whose app may know of it.
  ///
  /// - Parameter time: monotonic nanoseconds; earlier ones are left out.
  func during(_ calls: [RegisteredCall], since time: Int64) -> Call.Failures? {
    let calls = calls.filter(\.mayHaveReachedApp)
    guard let first = calls.map(\.registered).min(), let end = calls.map(\.ringsUntil).max(),
      let monotonicEnd = calls.map(\.monotonicEnd).max()
    else { return nil }
    return since(max(first, time), until: (end, monotonicEnd))
  }

  /// - Returns: nil of a call about which a request came or of which no app can know, and where nothing failed.
  /// - Complexity: O(failed connections since the call began to ring).
  func during(_ call: RegisteredCall) -> Call.Failures? {
    guard call.requests == 0, call.state != .taken, call.mayHaveReachedApp else { return nil }
    if let failures = Self.sum(
      of: entries(own, since: call.registered) { $0.time < call.ringsUntil })
    {
      return failures
    }
    // Another resource's clock may have been moved.
    let others = unnamed.map { list in
      entries(list, since: call.registered) { entry in
        entry.serverName == nil && entry.monotonic < call.monotonicEnd
      }
    }
    var failures = others.flatMap(Self.sum)
    failures?.nameResource = false
    return failures
  }

  /// Newest first.
  private func entries(
    _ list: Ring<FailedConnection>, since time: Int64,
    where isWanted: (FailedConnection) -> Bool
  ) -> [FailedConnection] {
    var found: [FailedConnection] = []
    var number = list.nextNumber
    while number > list.firstNumber {
      number -= 1
      let entry = list[number]
      if entry.monotonic < time - Self.slack { break }
      // A handshake that was done all the same is followed by a request.
      if entry.monotonic >= time, entry.handshake != .done, isWanted(entry) {
        found.append(entry)
      }
    }
    return found
  }

  private static func sum(of entries: [FailedConnection]) -> Call.Failures? {
    guard let last = entries.first else { return nil }
    let causes = entries.map { entry in
      entry.rule.map { Call.Failures.Cause.rule($0.name) }
        ?? entry.trust.map(Call.Failures.Cause.distrust) ?? .other(entry.message)
    }
    return Call.Failures(
      count: entries.count, areHandshakes: entries.allSatisfy { $0.handshake != nil },
      cause: causes.allSatisfy { $0 == causes[0] } ? causes[0] : .other(last.message))
  }
}
