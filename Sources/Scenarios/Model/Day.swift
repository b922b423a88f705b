import Documents

/// The section `day` of a scenario file: which calls ring, and what is expected of an app. `drill` runs
/// such days; a server ignores it.
package struct Day: Sendable, Equatable {
  /// The kinds of days, by what an app can do.
  package enum Kind: String, Sendable, CaseIterable {
    /// It passes: an app that tries again redirects the call.
    case transient
    /// It stays: an app gives up, and does not redirect.
    case permanent
    /// Somebody is between the app and the service: an app must not send the call there.
    case attack
  }

  /// The name for people and for `drill --day`.
  package var name: String
  /// What happens, and what a good app does, in a sentence or two.
  package var about: String
  package var kind: Kind
  package var ring = Ring()
  package var expect = Expect()

  /// Which calls ring at the app. Parts that are nil have the defaults of `POST R/calls`.
  package struct Ring: Sendable, Equatable {
    /// The form of the event.
    package enum Schema: String, Sendable, CaseIterable {
      case eventGrid, cloudEvents
    }

    /// The form of the contexts.
    package enum Context: String, Sendable, CaseIterable {
      case real, short
    }

    /// The caller's raw id.
    package var from: String?
    /// The callee's raw id.
    package var to: String?
    /// How many calls ring: the next one rings when the one before is decided.
    package var count = 1
    /// How many of them ring at a time.
    package var atATime = 1
    package var ringsFor: Duration?
    package var context: Context?
    package var schema: Schema?
    /// Whether the webhook is validated first.
    package var validate: Bool?
    package var redeliverAfter: Duration?
    package var maxDeliveries: Int?

    package init() {}
  }

  /// What is expected of each call of the day. A part that is nil or empty expects nothing.
  package struct Expect: Sendable, Equatable {
    /// The call must get one of these verdicts.
    package var caller: [String] = []
    /// How often the call was redirected.
    package var redirects: ExpectedCount?
    /// How many tries each operation has.
    package var attempts: ExpectedCount?
    /// How often the event was delivered.
    package var deliveries: ExpectedCount?
    package var appKnows: Bool?
    /// How long the call rings at most until it is redirected.
    package var within: Duration?
    /// How long after the ring began the app still tries: for a call that no app can redirect.
    package var keepsTryingFor: Duration?
    package var honoursRetryAfter: Bool?

    package init() {}

    /// The final verdicts, as in a call's `verdict`.
    package static let verdicts = [
      "redirectedTwice", "answered", "rejected", "redirected", "redirectedUnknown", "refused",
      "lost",
    ]
  }

  /// Most calls of a day.
  package static let mostCalls = 1_000
  /// Longest `about`, in bytes.
  package static let longestText = 1_000

  package init(name: String, about: String, kind: Kind) {
    self.name = name
    self.about = about
    self.kind = kind
  }

  /// Whether a name that somebody typed means this day. Case and the separators of the words do not matter, so
  /// `throttled-twice` is `throttled twice`.
  package func isNamed(_ text: String) -> Bool { Self.words(text) == Self.words(name) }

  private static func words(_ text: String) -> [Substring] {
    text.lowercased().split { !($0.isLetter || $0.isNumber) }
  }
}
