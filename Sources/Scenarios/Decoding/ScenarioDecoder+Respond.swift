import Core
import Documents
import HTTP1
import RedirectCall

extension ScenarioDecoder {
  /// The longest wait that a response may ask for.
  private static let longestWait = DurationText(nanoseconds: 86_400_000_000_000)

  static func respond(_ value: DocumentValue) -> Respond? {
    guard let reader = value.object(ScenarioNames.respond),
      let status = reader.required("status")?.integer(in: 200...599)
    else { return nil }
    reader.refuse("error", with: ["body"], because: "a body of its own is sent as it is")
    var respond = Respond(status: status)
    respond.error = reader["error"].flatMap { error($0, default: DefaultError.error(status)) }
    respond.body = reader["body"]?.text()
    respond.contentType = reader["contentType"].flatMap(fieldValue)
    if let headers = reader["headers"] { fields(headers, of: &respond) }
    respond.retryAfter = reader["retryAfter"].flatMap(retryAfter)
    respond.retryAfterMilliseconds = reader["retryAfterMs"]?.integer(in: 0...86_400_000)
    // 205 has no content either, but says so by a length of 0. RFC 9110 §15.3.6.
    if ResponseHead.isBodiless(status) || status == 205 {
      for name in ["error", "body", "contentType"] {
        reader[name]?.refuse("A response with status \(status) has no content.")
      }
    }
    return respond
  }

  private static func retryAfter(_ value: DocumentValue) -> Respond.RetryAfter? {
    if case .object = value.node.content {
      guard
        let delay = value.object(ScenarioNames.retryAfter)?.required("date")?
          .duration(atMost: longestWait)
      else { return nil }
      return .date(delay.duration)
    }
    return value.duration(atMost: longestWait).map { .delay($0.duration) }
  }

  private static func fields(_ value: DocumentValue, of respond: inout Respond) {
    guard let reader = value.anyObject() else { return }
    for member in reader.members {
      guard let value = reader.withNull(member.name) else { continue }
      guard FieldText.isName(member.name) else {
        value.refuse("'\(member.name.prefix(64))' is not a name of a header.")
        continue
      }
      let ownNames = ["content-length", "transfer-encoding", "connection"]
      if ownNames.contains(where: { member.name.equalsIgnoringCase($0) }) {
        value.refuse("The emulator sets '\(member.name)' itself; faults change it.")
        continue
      }
      if value.node.isNull {
        respond.omittedHeaders.append(member.name)
      } else if let text = fieldValue(value) {
        respond.headers.append(ResponseField(member.name, text))
      }
    }
  }

  static func fieldValue(_ value: DocumentValue) -> String? {
    guard let text = value.text() else { return nil }
    if FieldText.isValue(text) { return text }
    value.refuse("A header's value is one line without control characters and outer spaces.")
    return nil
  }

  /// - Parameter fallback: gives the parts that are left out; nil if code and message are required.
  private static func error(
    _ value: DocumentValue, default fallback: CommunicationError?, depth: Int = 0
  ) -> CommunicationError? {
    guard depth < 8 else {
      value.refuse("Errors are nested deeper than 8.")
      return nil
    }
    guard let reader = value.object(ScenarioNames.error) else { return nil }
    let code = fallback == nil ? reader.required("code") : reader["code"]
    let message = fallback == nil ? reader.required("message") : reader["message"]
    var error = CommunicationError(
      code: code?.text() ?? fallback?.code ?? "",
      message: message?.text() ?? fallback?.message ?? "", target: reader["target"]?.text())
    if depth == 0, !FieldText.isValue(error.code) {
      code?.refuse("An error's code is also sent as a header: one line without control characters.")
    }
    error.details = (reader["details"]?.array(atMost: 100) ?? []).compactMap {
      Self.error($0, default: nil, depth: depth + 1)
    }
    error.innererror =
      reader["innererror"].flatMap { Self.error($0, default: nil, depth: depth + 1) }
      .map { [$0] } ?? []
    return error
  }
}
