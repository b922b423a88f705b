import Core
import RedirectCall

/// A query parameter of a call of the control API.
package struct ControlParameter: Sendable {
  /// What a value may be, as a schema says it.
  package enum Kind: Sendable {
    case text
    case integer(ClosedRange<Int>)
    case choice([String])
  }

  package var name: String
  package var kind: Kind
  /// What it accepts, for the OpenAPI document.
  package var about: String

  init(_ name: String, _ kind: Kind, _ about: String) {
    (self.name, self.kind, self.about) = (name, kind, about)
  }
}

extension ControlParameter {
  /// Parameters that choose requests of the journal: for calls that read it, and for verify's `where`.
  package static let journalFilter = [
    ControlParameter("after", .integer(0...Int.max), "Only requests after this number."),
    ControlParameter("status", .text, "429, 4xx, 400..499, or none: no status was sent."),
    ControlParameter(
      "stage", .choice(Rejection.Stage.allCases.map(\.rawValue)),
      "The check that refused the request."),
    ControlParameter("rule", .text, "The whole name of the rule that decided the response."),
    ControlParameter("requestId", .text, "The Repeatability-Request-ID, in any case."),
    ControlParameter("clientRequestId", .text, "The x-ms-client-request-id, as sent."),
    ControlParameter(
      "target", .text,
      "The target's kind or id; * stands for any characters, ? for any one."),
  ]

  /// Parameters that choose a page of the failed connections.
  package static let failedConnections = [
    ControlParameter(
      "failed", .choice(["true"]), "Required: failed connections are the only ones that are kept."),
    ControlParameter(
      "limit", .integer(1...JournalQuery.largestLimit), "The most connections on a page."),
    ControlParameter("after", .integer(0...Int.max), "Only connections after this number."),
  ]

  /// Parameters that choose a page of the journal, of requests or of operations.
  package static let journalPage =
    [
      ControlParameter(
        "limit", .integer(1...JournalQuery.largestLimit),
        "The most requests, or operations, on a page.")
    ] + journalFilter + [
      ControlParameter("before", .integer(0...Int.max), "Only what came before this number."),
      ControlParameter(
        "order", .choice(JournalQuery.Order.allCases.map(\.rawValue)),
        "What comes first; the oldest if left out."),
      fields,
    ]

  /// How much of requests is shown.
  static let fields = ControlParameter(
    "fields", .choice(JournalQuery.Fields.allCases.map(\.rawValue)),
    "summary: neither headers nor body, of the context its length and its end, and no member that is null."
  )
}

extension ControlParameter {
  /// Reads `limit`: how many of something a page has at most.
  ///
  /// - Throws: with the numbers that are allowed.
  static func limit(_ value: String, _ largest: Int, of things: String) throws(ControlError) -> Int
  {
    guard let limit = Int(value), (1...largest).contains(limit) else {
      throw .invalid(
        "limit",
        "'\(ShownText.value(value.utf8))' is not a number of \(things); expected 1 to \(largest).")
    }
    return limit
  }
}

extension ControlError {
  /// 400: a query parameter or a member is given twice.
  static func givenTwice(_ name: String) -> ControlError {
    .invalid(name, "'\(name)' is given twice; it may be given once.")
  }
}
