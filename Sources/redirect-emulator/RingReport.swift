import Core
import Documents

/// Tells what happened about calls that ring, from what the control API shows of them.
struct RingReport: Sendable {
  /// What was printed about a call already.
  private struct Told {
    var deliveries = 0
    var attempts: Set<Int> = []
  }

  private let isJSON: Bool
  private var told: [String: Told] = [:]

  init(isJSON: Bool) {
    self.isJSON = isJSON
  }

  /// A line for a call that has begun to ring.
  func ringing(_ call: DocumentNode, at url: String) -> String {
    if isJSON { return line("ringing") { $0.member("call") { $0.value(call) } } }
    let from = text(call, "from")
    return
      "\(text(call, "id"))  rings: \(from) calls \(text(call, "to")); the event is delivered to \(ShownText.line(url))"
  }

  /// Lines for what is new about a call: its tries and deliveries that have ended, in order, and, when
  /// that is final, what became of it.
  ///
  /// - Parameter isOver: whether to print what became of it.
  mutating func news(_ call: DocumentNode, isOver: Bool) -> [String] {
    let id = text(call, "id")
    var known = told[id] ?? Told()
    var lines: [(at: Instant, line: String)] = []
    for attempt in items(call, "attempts") where attempt["end"]?.string != nil {
      guard let seq = number(attempt, "seq"), known.attempts.insert(seq).inserted else { continue }
      // A try that began before its delivery's response is printed before it.
      lines.append((began(attempt, "time"), shown(attempt: attempt, id)))
    }
    let deliveries = items(call, "deliveries")
    let last = deliveries.last.flatMap { number($0, "n") }
    for delivery in deliveries where number(delivery, "durationMs") != nil {
      guard let n = number(delivery, "n"), n > known.deliveries else { continue }
      known.deliveries = n
      lines.append((ended(delivery, "at"), shown(delivery: delivery, isLast: n == last, id)))
    }
    told[id] = known
    // Those that ended at one time stay in the order in which a try comes before its delivery's response.
    var sorted = lines.enumerated().sorted {
      ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
    }
    .map(\.element.line)
    if isOver { sorted.append(verdict(call)) }
    return sorted
  }

  /// Whether the app has not yet responded to a delivery.
  static func awaitsResponse(_ call: DocumentNode) -> Bool {
    guard case .array(let deliveries)? = call["deliveries"]?.content else { return false }
    return deliveries.contains { delivery in
      switch delivery["durationMs"]?.content {
      case .integer?, .number?: false
      default: true
      }
    }
  }

  /// Whether a try has no whole response yet since a rule delays it. One that a rule lets hang does not count.
  static func hasDelayedTry(_ call: DocumentNode) -> Bool {
    guard case .array(let attempts)? = call["attempts"]?.content else { return false }
    return attempts.contains { $0["end"]?.string == nil && $0["did"]?.string == "delayed" }
  }

  /// Whether what became of a call stays so.
  static func isFinal(_ call: DocumentNode) -> Bool {
    let verdict = call["verdict"]?.string
    return verdict != "ringing" && verdict != "waiting"
  }

  /// Whether its caller was redirected, once, and the app knows.
  static func isRedirected(_ call: DocumentNode) -> Bool {
    call["verdict"]?.string == "redirected"
  }

  private func verdict(_ call: DocumentNode) -> String {
    if isJSON { return line("verdict") { $0.member("call") { $0.value(call) } } }
    let advice = call["advice"]?.string.map { " " + $0 } ?? ""
    var line =
      "\(text(call, "id"))  \(ShownText.line(call["story"]?.string ?? ""))\(ShownText.line(advice))"
    if let next = call["next"]?.string {
      line += " The redirect made \(ShownText.line(next)) ring."
    }
    return line
  }

  private func shown(attempt: DocumentNode, _ id: String) -> String {
    if isJSON {
      return line("attempt") { writer in
        writer.member("call", id)
        writer.member("attempt") { $0.value(attempt) }
      }
    }
    let status =
      number(attempt, "status").map { String($0) } ?? "no response (\(text(attempt, "end")))"
    var line = "\(id)  \(text(attempt, "operation")) \(status)"
    // Apps branch on the codes of these; those of a 503 say no more than the status.
    if let code = attempt["code"]?.string, (400..<500).contains(number(attempt, "status") ?? 0) {
      line += " \(ShownText.line(code))"
    }
    line += " in \(time(attempt))"
    if let rule = attempt["rule"]?.string { line += ", rule \"\(ShownText.line(rule))\"" }
    return line
  }

  private func shown(delivery: DocumentNode, isLast: Bool, _ id: String) -> String {
    if isJSON {
      return line("delivered") { writer in
        writer.member("call", id)
        writer.member("delivery") { $0.value(delivery) }
      }
    }
    var line = "\(id)  delivery \(number(delivery, "n") ?? 0): "
    if let status = number(delivery, "status") {
      line += "the app answered \(status) after \(time(delivery))"
    } else {
      line += "no response after \(time(delivery))"
    }
    if let error = delivery["error"]?.string { line += ": \(ShownText.line(error))" }
    if let rule = delivery["rule"]?.string { line += ", rule \"\(ShownText.line(rule))\"" }
    if !isLast || delivery["next"]?.string != nil { line += "; it is delivered again" }
    return line
  }

  private func line(_ type: String, _ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("type", type)
      write(&writer)
    }
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private func text(_ node: DocumentNode, _ name: String) -> String {
    ShownText.line(node[name]?.string ?? "nobody")
  }

  private func time(_ node: DocumentNode) -> String {
    let milliseconds = decimal(node["durationMs"]) ?? 0
    return milliseconds < 1_000
      ? "\(Int(milliseconds.rounded())) ms" : "\((milliseconds / 100).rounded() / 10) s"
  }

  private func began(_ node: DocumentNode, _ name: String) -> Instant {
    node[name]?.string.flatMap { Timestamp.parse($0) } ?? Instant(seconds: 0)
  }

  /// When something ended that began at the time with this name.
  private func ended(_ node: DocumentNode, _ name: String) -> Instant {
    let began = began(node, name)
    let milliseconds = decimal(node["durationMs"]) ?? 0
    return began.advanced(by: .nanoseconds(Int64((milliseconds * 1_000_000).rounded())))
  }

  private func items(_ node: DocumentNode, _ name: String) -> [DocumentNode] {
    if case .array(let items)? = node[name]?.content { return items }
    return []
  }

  private func number(_ node: DocumentNode, _ name: String) -> Int? {
    decimal(node[name]).map { Int($0) }
  }

  private func decimal(_ node: DocumentNode?) -> Double? {
    switch node?.content {
    case .integer(let value)? where value.magnitude < 1_000_000_000_000: Double(value)
    // What a clock of milliseconds shows; anything else comes from no emulator.
    case .number(let value)? where value.magnitude < 1e12: value
    default: nil
    }
  }
}
