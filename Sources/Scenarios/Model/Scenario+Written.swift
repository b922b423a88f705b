import Core
import Documents
import HTTP1
import RedirectCall

// Rules in the form of a scenario file: the only writer of the model, for rules that were made in code. The decoder
// reads its output as the same rule.

extension Scenario {
  /// Checks rules that were made in code with the checks for files, so each check exists only once.
  ///
  /// - Throws: everything that is wrong; an issue's target names the rule and its part.
  package func check() throws(DocumentErrors) {
    let issues = IssueList()
    _ = ScenarioDecoder.scenario(
      DocumentValue(
        .object(
          .init("rules", DocumentNode(.array(rules.map(\.written)))),
          .init("connections", DocumentNode(.array(connections.map(\.written)))),
          .init("events", DocumentNode(.array(events.map(\.written))))),
        issues: issues))
    try issues.check()
  }
}

extension Rule {
  /// The rule in the form of a file, even if it was not read from one.
  package var written: DocumentNode {
    var members = [DocumentNode.Member("name", name)]
    members += conditions.written
    switch outcome {
    case .action(let action): members += action.written
    case .pass: members.append(.init("pass", true))
    case .sequence(let steps):
      members.append(.init("sequence", DocumentNode(.array(steps.map(\.written)))))
    }
    return DocumentNode(.object(members))
  }
}

extension ConnectionRule {
  /// The rule in the form of a file, even if it was not read from one.
  package var written: DocumentNode {
    let conditions = Conditions(
      connections: connections, every: every, chance: chance, during: during)
    return DocumentNode(
      .object([.init("name", name)] + conditions.written + [.init("fault", fault.written)]))
  }
}

extension ConnectionFault {
  fileprivate var written: DocumentNode {
    guard case .tls(let tls) = self else { return DocumentNode(writing: name) }
    var parts: [DocumentNode.Member] = []
    parts.add("certificate", tls.certificate?.rawValue)
    parts.add("alert", tls.alert?.name)
    if tls.stall { parts.append(.init("stall", true)) }
    parts.add("maxVersion", tls.maxVersion?.rawValue)
    if tls.noCloseNotify { parts.append(.init("noCloseNotify", true)) }
    return .object(.init(name, DocumentNode(.object(parts))))
  }
}

extension EventRule {
  /// The rule in the form of a file, even if it was not read from one.
  package var written: DocumentNode {
    let conditions = Conditions(calls: calls, deliveries: deliveries, chance: chance)
    return DocumentNode(.object([.init("name", name)] + conditions.written + fault.written))
  }
}

extension EventFault {
  fileprivate var written: [DocumentNode.Member] {
    var members: [DocumentNode.Member] = []
    if duplicate != 0 { members.append(.init("duplicate", duplicate)) }
    if let delay { members.append(.init("delay", delay.written)) }
    if isDropped { members.append(.init("drop", true)) }
    if comesLast { members.append(.init("order", "last")) }
    members.add("batch", batch)
    members.add("contentType", contentType)
    if let pace { members.append(.init("pace", pace.written)) }
    if let cutAfterBytes {
      members.append(.init("cut", .object(.init("afterBytes", cutAfterBytes))))
    }
    return members
  }
}

extension Conditions {
  fileprivate var written: [DocumentNode.Member] {
    var members: [DocumentNode.Member] = []
    let match = match.written
    if !match.isEmpty { members.append(.init("match", DocumentNode(.object(match)))) }
    members.add("attempts", attempts?.description)
    members.add("calls", calls?.description)
    members.add("ofCall", ofCall?.description)
    members.add("deliveries", deliveries?.description)
    members.add("connections", connections?.description)
    members.add("every", every)
    members.add("chance", chance.map { Percentage.text($0) })
    members.add("during", during?.exact)
    if let over {
      members.append(
        .init(
          "over", .object(.init("rate", over.rate.description), .init("burst", over.burst))))
    }
    members.add("state", state)
    return members
  }
}

extension RequestMatch {
  fileprivate var written: [DocumentNode.Member] {
    var members: [DocumentNode.Member] = []
    members.add("apiVersion", apiVersion?.source)
    var target: [DocumentNode.Member] = []
    target.add("kind", targetKind?.source)
    target.add("id", targetID?.source)
    if !target.isEmpty { members.append(.init("target", DocumentNode(.object(target)))) }
    members.add("context", context?.source)
    if !headers.isEmpty {
      members.append(
        .init(
          "header",
          DocumentNode(
            .object(
              headers.map { header in
                .init(
                  header.name,
                  header.value.map { DocumentNode(writing: $0.source) } ?? DocumentNode(.null))
              }))))
    }
    members.add("auth", auth)
    members.add("user", user?.source)
    if validity != .valid { members.add("valid", validity.rawValue) }
    return members
  }
}

extension SequenceStep {
  fileprivate var written: DocumentNode {
    let parts = action?.written ?? [.init("pass", true)]
    return DocumentNode(.object([.init("times", times)] + parts))
  }
}

extension Action {
  fileprivate var written: [DocumentNode.Member] {
    var members: [DocumentNode.Member] = []
    if let delay { members.append(.init("delay", delay.written)) }
    if let respond { members.append(.init("respond", respond.written)) }
    if let fault { members.append(.init("fault", fault.written)) }
    if let pace { members.append(.init("pace", pace.written)) }
    if afterExecution { members.append(.init("after", "execution")) }
    if beforeExecution { members.append(.init("before", "execution")) }
    members.add("becomes", becomes)
    return members
  }
}

extension Delay {
  fileprivate var written: DocumentNode {
    func text(_ duration: Duration) -> DocumentNode {
      DocumentNode(writing: DurationText(duration).exact)
    }
    let drawn: DocumentNode.Member =
      switch distribution {
      case .fixed(let duration): .init("fixed", text(duration))
      case .uniform(let lower, let upper):
        .init("uniform", TimeWindow(from: lower, until: upper).exact)
      case .normal(let mean, let deviation):
        .init(
          "normal", .object(.init("mean", text(mean)), .init("deviation", text(deviation))))
      case .logNormal(let median, let sigma):
        .init(
          "lognormal",
          .object(
            .init("median", text(median)),
            .init("sigma", DocumentNode(.number(sigma), text: "\(sigma)"))))
      }
    if max != Self.longest { return .object(drawn, .init("max", text(max))) }
    if case .fixed = distribution { return drawn.value }
    return .object(drawn)
  }
}

extension Pace {
  fileprivate var written: DocumentNode {
    var members: [DocumentNode.Member] = []
    members.add("bytesPerSecond", given.bytesPerSecond)
    members.add("chunk", given.chunk)
    members.add("every", given.every.map { DurationText($0).exact })
    return DocumentNode(.object(members))
  }
}

extension Respond {
  fileprivate var written: DocumentNode {
    var members = [DocumentNode.Member("status", status)]
    if let error { members.append(.init("error", error.written)) }
    if !headers.isEmpty || !omittedHeaders.isEmpty {
      members.append(
        .init(
          "headers",
          DocumentNode(
            .object(
              headers.map { .init($0.name, $0.value) }
                + omittedHeaders.map { .init($0, DocumentNode(.null)) }))))
    }
    members.add("body", body)
    members.add("contentType", contentType)
    switch retryAfter {
    case .delay(let delay): members.add("retryAfter", DurationText(delay).exact)
    case .date(let delay):
      members.append(.init("retryAfter", .object(.init("date", DurationText(delay).exact))))
    case nil: break
    }
    members.add("retryAfterMs", retryAfterMilliseconds)
    return DocumentNode(.object(members))
  }
}

extension CommunicationError {
  fileprivate var written: DocumentNode {
    var members = [DocumentNode.Member("code", code), .init("message", message)]
    members.add("target", target)
    if !details.isEmpty {
      members.append(.init("details", DocumentNode(.array(details.map(\.written)))))
    }
    if let inner = innererror.first { members.append(.init("innererror", inner.written)) }
    return DocumentNode(.object(members))
  }
}

extension DocumentNode {
  /// A string that is written, not read.
  init(writing text: String) { self.init(.string(text), text: text) }

  fileprivate static func object(_ members: Member...) -> DocumentNode {
    DocumentNode(.object(members))
  }
}

extension DocumentNode.Member {
  init(_ name: String, _ value: DocumentNode) { self.init(name: name, value: value) }

  init(_ name: String, _ text: String) { self.init(name, DocumentNode(writing: text)) }

  init(_ name: String, _ number: Int) {
    self.init(name, DocumentNode(.integer(number), text: String(number)))
  }

  init(_ name: String, _ flag: Bool) { self.init(name, DocumentNode(.bool(flag), text: "\(flag)")) }
}

extension [DocumentNode.Member] {
  /// Adds a member if there is a value.
  fileprivate mutating func add(_ name: String, _ text: String?) {
    if let text { append(.init(name, text)) }
  }

  fileprivate mutating func add(_ name: String, _ number: Int?) {
    if let number { append(.init(name, number)) }
  }
}
