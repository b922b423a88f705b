import Core
import HTTP1
import RedirectCall

extension Decision {
  /// The decision in words, for people who read a plan.
  package var summary: String { summary(isRepeat: false) }

  /// - Parameter isRepeat: whether an earlier try was executed, so that this one gets the same response again.
  func summary(isRepeat: Bool) -> String {
    let executed = isRepeat ? "repeated" : "executed"
    var parts: [String] = []
    guard let action else { return named("204, \(executed)") }
    if let delay {
      parts.append(
        "after \(DurationText(delay))\(beforeExecution ? " before execution" : "")")
    }
    if let fault = action.fault { parts.append(fault.name) }
    // The summary promises nothing that no client can read.
    let isSeen = action.showsResponse
    let response = response(common: [], now: Instant(nanoseconds: 0))
    if isSeen, let response {
      if action.respond != nil || action.fault == nil {
        parts.append("\(response.status) \(ReasonPhrase.of(response.status))")
      }
    } else if action.fault == nil {
      parts.append("204")
    }
    let respond = isSeen ? action.respond : nil
    switch respond?.retryAfter {
    case .delay:
      // As it is sent: in whole seconds.
      if let seconds = response?.value(of: "Retry-After") {
        parts.append("Retry-After \(seconds)s")
      }
    case .date(let delay): parts.append("Retry-After the date \(DurationText(delay)) from then")
    case nil: break
    }
    if isSeen, let milliseconds = response?.value(of: "retry-after-ms") {
      parts.append("retry-after-ms \(milliseconds)")
    }
    if let pace = action.pace {
      parts.append("\(ByteCount(bytes: pace.chunk)) bytes every \(DurationText(pace.every))")
    }
    parts.append(standsIn ? "not executed" : executed)
    if let becomes = action.becomes { parts.append("becomes \(becomes)") }
    return named(parts.joined(separator: ", "))
  }

  private func named(_ text: String) -> String {
    step.map { "\(ruleName), step \($0): \(text)" } ?? "\(ruleName): \(text)"
  }
}

extension ConnectionFault {
  /// The fault in words.
  package var summary: String {
    guard case .tls(let tls) = self else { return name }
    var parts: [String] = []
    if let certificate = tls.certificate { parts.append("certificate \(certificate.rawValue)") }
    if let alert = tls.alert { parts.append("alert \(alert.name)") }
    if tls.stall { parts.append("stall") }
    if let version = tls.maxVersion { parts.append("maxVersion \(version.rawValue)") }
    if tls.noCloseNotify { parts.append("noCloseNotify") }
    return "tls " + parts.joined(separator: ", ")
  }
}
