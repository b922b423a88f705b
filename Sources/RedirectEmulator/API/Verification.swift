import Core
import Documents

/// What ``Resource/verify(_:)`` found: one check for each expectation. It prints itself in words, one line for each
/// check, so that `#expect(verification.passed)` says in a failing test what was expected and what was seen:
///
/// ```
/// FAIL attempts: expected 3, but operation 0f8f… (requests 1, 2) was attempted 2 times
/// ok   executed: expected 1, saw 1
/// ```
public struct Verification: Sendable, Hashable {
  /// A value that was expected or seen.
  public enum Value: Sendable, Hashable {
    /// A count or a status.
    case number(Int)
    /// A range, or bounds of time.
    case text(String)
    /// Whether something holds.
    case flag(Bool)
    /// Statuses, ends or names, in order.
    case list([Value])
    /// There is nothing to see.
    case nothing
  }

  /// One expectation, judged.
  public struct Check: Sendable, Hashable {
    /// The expectation's name.
    public let name: String
    /// Whether it holds.
    public let passed: Bool
    /// What was expected.
    public let expected: Value
    /// What was seen: of the first operation that is not as expected, if there is one.
    public let seen: Value
    /// What was expected and seen, and where, in words; if the check failed, with ``link`` at its end.
    public internal(set) var message: String
    /// For a failed check: where the live page shows the first call that is not as expected. Nil if the check is not
    /// about a call, or if there is no control API.
    public internal(set) var link: String?
    /// What a failed check is about: a call's id, or `r` and the number of a request that is part of it.
    var subject: String?
    /// For a failed check: the rule that came nearest to deciding one of the requests, but did not.
    public internal(set) var nearly: NearRule?
  }

  /// A rule that nearly decided a request.
  public struct NearRule: Sendable, Hashable {
    /// Its name.
    public let rule: String
    /// The request's number in the journal.
    public let request: UInt64
    /// The conditions that prevented it, as in a scenario file.
    public let conditions: [String]
    /// The same in words.
    public let message: String
  }

  /// The expectations, in a fixed order.
  public let checks: [Check]
  /// How many requests the journal dropped that the question may need.
  public internal(set) var missing: UInt64 = 0

  /// The calls in question that have no final verdict yet.
  public internal(set) var openCalls: [String] = []

  /// Whether the journal lost requests that the question may need, or a call's verdict is not final yet, so that no
  /// judgement is possible.
  public var incomplete: Bool { missing > 0 || !openCalls.isEmpty }

  /// Whether every check holds and the journal is complete.
  public var passed: Bool { !incomplete && checks.allSatisfy(\.passed) }

  /// The message of each failed check, and the reason if no judgement is possible; empty if it passed.
  public var failures: [String] {
    (incompleteMessage.map { [$0] } ?? []) + checks.filter { !$0.passed }.map(\.message)
  }

  init(checks: [Check]) {
    self.checks = checks
  }

  /// The status of the response that carries it: 200 if all checks pass, else 417.
  package var status: Int { passed ? 200 : 417 }

  private var incompleteMessage: String? {
    guard missing > 0 else {
      return openCalls.isEmpty
        ? nil
        : "The verdict of \(openCalls.prefix(5).joined(separator: ", ")) is not final: ask with 'within' to wait for it."
    }
    return
      "The journal dropped \(CountText(missing, "request")) that this question may need: raise "
      + "--journal-limit, empty the journal before the test, or ask with 'after'."
  }
}

extension Verification: CustomStringConvertible {
  /// One line for each check, in words for a test's log; first those that fail.
  public var description: String {
    (failures.map { "FAIL \($0)" } + checks.filter(\.passed).map { "ok   \($0.message)" })
      .joined(separator: "\n")
  }
}

extension Verification {
  /// Appends `{"passed","incomplete"?,"message"?,"checks":[…]}`.
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("passed", passed)
      if let incompleteMessage {
        writer.member("incomplete", true)
        writer.member("message", incompleteMessage)
      }
      writer.member("checks") { writer in
        writer.array { writer in
          for check in checks { check.write(to: &writer) }
        }
      }
    }
  }
}

extension Verification.Check {
  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("name", name)
      writer.member("passed", passed)
      writer.member("expected", expected.write)
      writer.member("seen", seen.write)
      writer.member("message", message)
      if let nearly { writer.member("nearly", nearly.write) }
      if let link { writer.member("link", link) }
    }
  }

  /// Adds to failed checks where people can look at them.
  ///
  /// - Parameters:
  ///   - page: where the live page shows the resource's calls; an id follows.
  ///   - list: the calls, as they were judged.
  mutating func show(on page: String, _ list: CallList) {
    guard !passed, let subject, let id = list.call(subject)?.id else { return }
    let link = page + id
    self.link = link
    message += (message.hasSuffix(".") ? " See " : "; see ") + link
  }
}

extension Verification.NearRule {
  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("rule", rule)
      writer.member("request", request)
      writer.member("conditions") { writer in
        writer.array { writer in
          for condition in conditions { writer.value(condition) }
        }
      }
    }
  }
}

extension Verification.Value: CustomStringConvertible {
  /// The value as a message shows it.
  public var description: String {
    switch self {
    case .number(let number): String(number)
    case .text(let text): text
    case .flag(let flag): flag ? "true" : "false"
    case .list(let values): "[" + values.map(\.description).joined(separator: ", ") + "]"
    case .nothing: "nothing"
    }
  }

  func write(to writer: inout JSONWriter) {
    switch self {
    case .number(let number): writer.value(number)
    case .text(let text): writer.value(text)
    case .flag(let flag): writer.value(flag)
    case .list(let values):
      writer.array { writer in
        for value in values { value.write(to: &writer) }
      }
    case .nothing: writer.null()
    }
  }

  init(_ status: Int?) {
    self = status.map(Verification.Value.number) ?? .nothing
  }

  init(_ end: RequestEnd?) {
    self = end.map { .text($0.rawValue) } ?? .nothing
  }

  init(_ count: ExpectedCount) {
    self = Int(count.description).map(Verification.Value.number) ?? .text(count.description)
  }

  /// Values of several operations in one: the value itself if all are the same, else the range.
  init(commonOf counts: [Int]) {
    guard let least = counts.min(), let most = counts.max() else {
      self = .nothing
      return
    }
    self = least == most ? .number(least) : .text("\(least)..\(most)")
  }
}
