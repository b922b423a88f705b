import Core

extension Call {
  /// Redirects that came while a call rang about which no request came, with an `incomingCallContext` of no call that
  /// rang: the app may have cut or changed the event's.
  package struct Strays: Sendable, Equatable {
    /// How many redirects came.
    package var count: Int
    /// The id of the seen call that the first one is.
    package let call: String
    /// How long the first one's context is.
    package let length: Int
    /// How long the context of the call that rang is.
    package let ownLength: Int
    /// Whether the context of the call that rang begins with each of them.
    package let isBeginning: Bool

    package init(count: Int, call: String, length: Int, ownLength: Int, isBeginning: Bool) {
      (self.count, self.call, self.length) = (count, call, length)
      (self.ownLength, self.isBeginning) = (ownLength, isBeginning)
    }

    /// What happened, as a sentence.
    ///
    /// - Parameter isOver: whether the call rings no longer.
    func story(isOver: Bool) -> String {
      let time = isOver ? "While it rang" : "Since it began to ring"
      let first = count == 1 ? call : "the first one is \(call)"
      return
        "\(time), \(CountText(count, "redirect")) came with another incomingCallContext (\(first): \(CountText(length, "character")); this call's has \(ownLength)\(isBeginning ? ", and begins with them" : ""))."
    }

    /// What to change.
    var advice: String {
      "Redirect with the event's incomingCallContext, unchanged"
        + (isBeginning ? ": where your app stores it, the column or queue may be too small." : ".")
    }
  }
}

extension CallList {
  /// How many seen calls are looked at for one call that rang.
  private static var mostLookedAt: Int { 50 }

  /// - Returns: nil of a call about which a request came, and where no such redirect came.
  /// - Complexity: O(log seen calls).
  func strays(during call: RegisteredCall) -> Call.Strays? {
    guard call.requests == 0, call.state != .taken, call.misdirected == nil, call.mayHaveReachedApp
    else { return nil }
    var beginnings: Call.Strays?
    var others: Call.Strays?
    let own = call.context.utf8
    let first = (0..<seen.count).first(fromWhich: { seen.arrived($0) >= call.registered })
    for index in first..<min(seen.count, first + Self.mostLookedAt) {
      guard let entry = seen.firstEntry(index), entry.time < call.ringsUntil else { break }
      guard entry.operation == .redirect, let context = entry.incomingCallContext,
        !context.isEmpty, !belongsToCall(context)
      else { continue }
      let isBeginning = own.starts(with: context.utf8)
      let one = Call.Strays(
        count: seen.numbers(of: index).count, call: "r\(entry.seq)", length: context.utf8.count,
        ownLength: own.count, isBeginning: isBeginning)
      if isBeginning {
        beginnings.add(one)
      } else {
        others.add(one)
      }
    }
    return beginnings ?? others
  }

  /// Whether a context is one of a call that was made to ring, here or at another resource.
  private func belongsToCall(_ context: String) -> Bool {
    if calls.number(of: context) != nil { return true }
    return EmulatedContext.resourceID(of: context).map { $0 != resourceID } ?? false
  }
}

extension Call.Strays? {
  /// Counts others, which came later.
  fileprivate mutating func add(_ later: Call.Strays) {
    if self == nil { self = later } else { self?.count += later.count }
  }
}
